"""The names around a method: hierarchy, traits, pools, namespaces, private classes, the base, and what the code base attests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from indexing import index_of, write

from checker.base import BaseClass, BaseFacts
from checker.environment import Environment, House
from checker.names import Meaning
from stparse.index.query import CodeIndex

INSTANCE, SHARED, CLASS, GLOBAL, UNDECLARED, UNKNOWN = Meaning

_DEFINE = (
    "{above} subclass: #{name}\n\tinstanceVariableNames: '{instance}'\n\tclassVariableNames: '{shared}'\n"
    "\tpoolDictionaries: '{pools}'\n\tcategory: 'x'!\n\n"
)


def define(name: str, above: str = "Object", instance: str = "", shared: str = "", pools: str = "") -> str:
    return _DEFINE.format(name=name, above=above, instance=instance, shared=shared, pools=pools)


BASE = BaseFacts(
    "visualworks", "a test", True,
    {
        "Object": BaseClass("Object", None),
        "Class": BaseClass("Class", "Object", ("name", "superclass")),
        "Model": BaseClass("Model", "Object", ("dependents",), ("current",), ("Defaults",), ("BasePool",)),
        "BasePool": BaseClass("BasePool", "Object", shared=("Pooled",)),
        "Vague": BaseClass("Vague", "Object", ("seen",), partial=True),
        "Core.Set": BaseClass("Core.Set", "Object", ("tally",)),
    },
    frozenset(("Transcript", "stdin")),
)  # fmt: skip

SOURCE = (
    define("Thing", "Model", "a b", "Count", "OwnPool MissingPool")
    + define("Closed", "Model", "c")
    + define("OwnPool", "Object", shared="PoolOne")
    + define("Odd", "Vague", "d")
    + define("Lost", "Nowhere", "e")
    + define("Twice", "Closed", "f")
    + define("Twice", "Odd", "g")
    + "Thing class instanceVariableNames: 'registry'!\n\n"
    + "Trait named: #TSized instanceVariableNames: 'size' uses: {} category: 'x'!\n\n"
    + "Object subclass: #Box uses: TSized instanceVariableNames: 'lid' classVariableNames: '' poolDictionaries: '' category: 'x'!\n\n"
    + "Smalltalk defineNameSpace: #Broadcast private: false imports: '' category: 'x'!\n\n"
    + "Smalltalk.Broadcast defineClass: #Plan superclass: #{Core.Set} indexedType: #none private: false instanceVariableNames: 'h'\n"
    + "\tclassInstanceVariableNames: '' imports: '' category: 'x'!\n\n"
    + "Smalltalk.Broadcast defineSharedVariable: #Limit private: false constant: false category: 'x' initializer: '3'!\n\n"
    + "Smalltalk.Broadcast.Plan defineSharedVariable: #Default private: false constant: false category: 'x' initializer: '3'!\n\n"
    + "!Thing methodsFor: 'x'!\n\nfirst\n\t^Attested new! \n\nsecond\n\t^Attested other! \n\nthird\n\t^OnlyOnce new! !\n"
)  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeIndex]:
    folder = tmp_path_factory.mktemp("house")
    with index_of(write(folder / "src", All=SOURCE), folder / "i") as opened:
        yield opened


def around(index: CodeIndex | None, class_name: str | None, *, meta: bool = False, base: BaseFacts | None = BASE) -> Environment:
    return House(index, base).environment(class_name, meta=meta)


@pytest.mark.parametrize(
    ("class_name", "name", "meaning"),
    [
        ("Closed", "c", INSTANCE),
        ("Closed", "dependents", INSTANCE),
        ("Closed", "Defaults", SHARED),
        ("Closed", "Pooled", SHARED),
        ("Closed", "nobody", UNDECLARED),
        ("Closed", "current", UNDECLARED),
        ("Closed", "stdin", GLOBAL),
        ("Closed", "Thing", CLASS),
        ("Closed", "Model", CLASS),
        ("Closed", "Transcript", GLOBAL),
        ("Closed", "Attested", GLOBAL),
        # `Lost` shows that the code base stands on more than the base: who knows what else is there?
        ("Closed", "OnlyOnce", UNKNOWN),
        ("Thing", "Count", SHARED),
        ("Thing", "PoolOne", SHARED),
        ("Thing", "OwnPool", CLASS),
        # A pool of which nothing is known can hold any capitalised name.
        ("Thing", "Nobody", UNKNOWN),
        ("Thing", "MissingPool", GLOBAL),
        ("Thing", "nobody", UNDECLARED),
        ("Odd", "seen", INSTANCE),
        ("Odd", "nobody", UNKNOWN),
        ("Lost", "nobody", UNKNOWN),
        # Defined twice: the variables of both definitions count, and of both superclasses.
        ("Twice", "f", INSTANCE),
        ("Twice", "g", INSTANCE),
        ("Twice", "c", INSTANCE),
        ("Twice", "d", INSTANCE),
        ("Twice", "nobody", UNKNOWN),
        ("Box", "size", INSTANCE),
        ("Box", "nobody", UNDECLARED),
        ("Broadcast.Plan", "tally", INSTANCE),
        ("Broadcast.Plan", "Default", SHARED),
        ("Nowhere", "nobody", UNKNOWN),
        ("Model", "dependents", INSTANCE),
        ("Model", "nobody", UNDECLARED),
        (None, "nobody", UNDECLARED),
    ],
)
def test_instance_side(index: CodeIndex, class_name: str | None, name: str, meaning: Meaning) -> None:
    assert around(index, class_name).meaning(name) is meaning


@pytest.mark.parametrize(
    ("name", "meaning"),
    [("registry", INSTANCE), ("current", INSTANCE), ("superclass", INSTANCE), ("a", UNDECLARED), ("Count", SHARED), ("Defaults", SHARED)],
)
def test_class_side(index: CodeIndex, name: str, meaning: Meaning) -> None:
    assert around(index, "Thing", meta=True).meaning(name) is meaning


@pytest.mark.parametrize("base", [BASE, None, BaseFacts("visualworks", "little")])
@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("Broadcast.Plan", CLASS),
        ("Smalltalk.Broadcast.Plan", CLASS),
        ("Root.Smalltalk.Broadcast.Plan", CLASS),
        ("Smalltalk.Thing", CLASS),
        ("Broadcast", GLOBAL),
        ("Broadcast.Limit", GLOBAL),
        ("Smalltalk.Broadcast.Limit", GLOBAL),
        ("Limit", GLOBAL),
        ("Broadcast.Plan.Default", GLOBAL),
        # The namespace is the code base's own: what it does not define is not there.
        ("Broadcast.BpFoo", UNDECLARED),
    ],
)
def test_qualified_names(index: CodeIndex, base: BaseFacts | None, name: str, meaning: Meaning) -> None:
    assert around(index, None, base=base).meaning(name) is meaning


def test_without_base_nothing_of_it_is_judged(index: CodeIndex) -> None:
    names = around(index, "Thing", base=None)
    assert names.meaning("nobody") is UNKNOWN
    assert names.meaning("OnlyOnce") is UNKNOWN
    assert names.meaning("Other.OnlyOnce") is UNKNOWN
    assert names.meaning("a") is INSTANCE


def test_without_index() -> None:
    assert around(None, "Model").meaning("dependents") is INSTANCE
    assert around(None, "Model").meaning("nobody") is UNDECLARED
    assert around(None, "Thing").meaning("nobody") is UNKNOWN
    assert around(None, None, base=None).meaning("Nobody") is UNKNOWN
    assert House().environment("Thing").class_known is False


def test_near_names(index: CodeIndex) -> None:
    assert around(index, "Closed").near("Transcrpt") == ("Transcript",)
    assert around(index, "Closed").near("dependent") == ("dependents",)


def test_private_classes_see_their_owner(tmp_path: Path) -> None:
    text = (
        "Object subclass:#Owner\n\tinstanceVariableNames:'a'\n\tclassVariableNames:'Shared'\n\tpoolDictionaries:''\n\tcategory:'x'!\n\n"
        "Object subclass:#Inner\n\tinstanceVariableNames:'b'\n\tclassVariableNames:''\n\tpoolDictionaries:''\n\tprivateIn:Owner!\n"
    )
    with index_of(write(tmp_path / "src", Owner=text), tmp_path / "i") as opened:
        names = around(opened, "Owner::Inner")
        assert (names.meaning("b"), names.meaning("Shared"), names.meaning("a")) == (INSTANCE, SHARED, UNDECLARED)
        assert names.meaning("Inner") is CLASS
        assert names.meaning("Owner::Inner") is CLASS


def test_constants_of_dolphin(tmp_path: Path) -> None:
    text = (
        "Core.Object\n\tsubclass: #'OS.Codes'\n\tinstanceVariableNames: ''\n\tclassVariableNames: 'Table'\n\timports: #()\n"
        "\tclassInstanceVariableNames: ''\n\tclassConstants: {\n\t\t'_OffsetOf_x' -> 16r0.\n\t\t'WM_NULL' -> 0}!\n\n"
        "Core.Object\n\tsubclass: #'OS.User'\n\tinstanceVariableNames: ''\n\tclassVariableNames: ''\n\timports: #(#{OS.Codes})\n"
        "\tclassInstanceVariableNames: ''\n\tclassConstants: {}!\n"
    )
    with index_of(write(tmp_path / "src", Codes=text), tmp_path / "i") as opened:
        assert around(opened, "OS.Codes").meaning("_OffsetOf_x") is SHARED
        assert around(opened, "OS.User").meaning("WM_NULL") is SHARED
        assert around(opened, "OS.User").meaning("Table") is SHARED
        assert around(opened, None).meaning("OS.Codes.WM_NULL") is GLOBAL


def test_a_name_that_nobody_has_is_judged_where_the_code_base_stands_on_the_base_alone(tmp_path: Path) -> None:
    slot = define("Slot", "Model") + "!Slot methodsFor: 'x'!\n\nnext\n\t^OnlyOnce new! !\n"
    for folder, more, meaning in (
        ("alone", "", UNDECLARED),
        ("subclass", define("Late", "Elsewhere"), UNKNOWN),
        ("extension", "!Elsewhere methodsFor: 'x'!\n\nnext\n\t^1! !\n", UNKNOWN),
    ):
        with index_of(write(tmp_path / folder, Slot=slot + more), tmp_path / f"{folder}.sqlite") as opened:
            assert around(opened, "Slot").meaning("OnlyOnce") is meaning


def test_a_few_slips_of_a_large_code_base_do_not_silence_it(tmp_path: Path) -> None:
    many = "".join(define(f"Slot{number}", "Model") for number in range(120)) + define("Late", "Elsewhere")
    with index_of(write(tmp_path / "src", Slots=many), tmp_path / "i") as opened:
        assert around(opened, "Slot3").meaning("OnlyOnce") is UNDECLARED


def test_a_class_that_methods_are_filed_for_exists(tmp_path: Path) -> None:
    text = define("Slot", "Model") + "!Plan methodsFor: 'x'!\n\nnext\n\t^1! !\n"
    with index_of(write(tmp_path / "src", Slot=text), tmp_path / "i") as opened:
        assert around(opened, "Slot").meaning("Plan") is GLOBAL


def test_where_classes_are_there_is_a_namespace(tmp_path: Path) -> None:
    text = (
        "Smalltalk.Broadcast.Plans defineClass: #Plan superclass: #{Core.Set} indexedType: #none private: false instanceVariableNames: ''\n"
        "\tclassInstanceVariableNames: '' imports: '' category: 'x'!\n\n"
    )
    with index_of(write(tmp_path / "src", Plan=text), tmp_path / "i") as opened:
        assert around(opened, None).meaning("Broadcast.Plans") is GLOBAL
        assert around(opened, None).meaning("Broadcast") is GLOBAL


def test_a_change_set_tells_nothing_of_another_moment(tmp_path: Path) -> None:
    folder = tmp_path / "src"
    write(folder, **{"0002-later.cs": define("Slot", "Object", "start")})
    write(folder, **{"0001-early.cs": "!Slot methodsFor: 'x'!\n\nstop\n\t^stop! !\n"})
    with index_of(folder, tmp_path / "i") as opened:
        house = House(opened, BASE)
        assert house.environment("Slot", file="0001-early.cs.st").meaning("stop") is UNKNOWN
        assert house.environment("Slot", file="0002-later.cs.st").meaning("stop") is UNDECLARED


def test_pools_that_doits_fill(tmp_path: Path) -> None:
    text = "Smalltalk at: #Signals put: Dictionary new!\n\nSignals at: 'onAir' put: 3!\n\n" + define("Slot", "Object", pools="Signals")
    with index_of(write(tmp_path / "src", Slot=text + define("Plan", "Object")), tmp_path / "i") as opened:
        assert around(opened, "Slot").meaning("onAir") is GLOBAL
        assert around(opened, "Slot").meaning("offAir") is UNDECLARED
        assert around(opened, "Plan").meaning("onAir") is UNDECLARED


def test_classes_with_small_letters(tmp_path: Path) -> None:
    text = define("Owner", "Object") + define("house_plans", "Object") + define("Other", "Object")
    text += "Object subclass:#add\n\tinstanceVariableNames:'b'\n\tclassVariableNames:''\n\tpoolDictionaries:''\n\tprivateIn:Owner!\n"
    with index_of(write(tmp_path / "src", Owner=text), tmp_path / "i") as opened:
        assert around(opened, "Owner").meaning("add") is CLASS
        assert around(opened, "Other").meaning("add") is UNDECLARED
        assert around(opened, "Other").meaning("house_plans") is CLASS


def test_a_class_of_a_foreign_namespace_is_not_ours_of_the_same_name(tmp_path: Path) -> None:
    text = define("Scanner", "Object", "source") + define("PlanScanner", "Imported::Scanner", "line")
    with index_of(write(tmp_path / "src", Scanner=text), tmp_path / "i") as opened:
        assert around(opened, "PlanScanner").meaning("currentCharacter") is UNKNOWN
        assert around(opened, "Scanner").meaning("currentCharacter") is UNDECLARED


def test_a_short_name_means_the_class_of_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "src"
    inner = "\"{ NameSpace: Radio }\"\n\nObject subclass:#Plan\n\tinstanceVariableNames:'slots'\n\tclassVariableNames:''\n"
    write(folder, Plan=define("Plan", "Object", "days"), Radio__Plan=inner + "\tpoolDictionaries:''\n\tcategory:'x'!\n")
    with index_of(folder, tmp_path / "i") as opened:
        house = House(opened, BASE)
        assert house.environment("Plan", file="Radio__Plan.st").meaning("slots") is INSTANCE
        assert house.environment("Plan", file="Radio__Plan.st").meaning("days") is UNDECLARED
        assert house.environment("Plan", file="Plan.st").meaning("days") is INSTANCE


def test_the_selectors_of_the_base_are_all_only_where_the_base_is(tmp_path: Path) -> None:
    for folder, text, complete in (("a", define("Slot", "Model"), True), ("b", define("Late", "Elsewhere"), False)):
        with index_of(write(tmp_path / folder, Slot=text), tmp_path / f"{folder}.sqlite") as opened:
            assert (House(opened, BASE).base_selectors is not None) is complete
            assert House(opened, None).base_selectors is None
            assert House(opened, BaseFacts("visualworks", "little")).base_selectors is None


def test_what_classes_stand_in_is_known_whoever_creates_it(tmp_path: Path) -> None:
    base = BaseFacts(
        "gnu",
        "a test",
        True,
        {"Object": BaseClass("Object", None), "NetClients.MIME.Entity": BaseClass("NetClients.MIME.Entity", "Object")},
    )
    uses = "!Object methodsFor: 'x'!\nfoo\n\t^DBI.Connection new! !\n\n!Object methodsFor: 'x'!\nbar\n\t^DBI.Row new! !\n"
    with index_of(write(tmp_path / "src", code=uses), tmp_path / "code.sqlite") as index:
        house = House(index, base)
        assert [house.meaning_of_global(name) for name in ("NetClients", "MIME", "DBI")] == [GLOBAL] * 3
        assert house.meaning_of_global("Zork") is UNDECLARED
