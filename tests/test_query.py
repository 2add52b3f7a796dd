"""The questions to an index: names and their ambiguity, hierarchies with holes and circles, variables, search, places."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from indexing import CONTRACT, RIGHTS, index_of, many, write

from datagen.classfacts import ClassFacts
from stparse.index.build import build_index
from stparse.index.noting import NotingIndex
from stparse.index.query import CodeIndex
from stparse.index.structure import descendants_of, is_below
from stparse.index.words import parts_of, words_of

NAMESPACES = """Smalltalk defineNameSpace: #{0} private: false imports: 'private Core.*' category: 'x'!

Smalltalk.{0} defineClass: #Rule superclass: #{{Core.Object}} indexedType: #none private: false
\tinstanceVariableNames: 'weight ' classInstanceVariableNames: 'all ' imports: '' category: 'x'!

Smalltalk.{0}.Rule defineSharedVariable: #Default private: false constant: false category: 'x' initializer: 'Set new'!

Smalltalk.{0} defineClass: #{1} superclass: #{{{0}.Rule}} indexedType: #none private: false
\tinstanceVariableNames: '' classInstanceVariableNames: '' imports: '' category: 'x'!

!{0}.Rule methodsFor: 'x'!
weight
\t^weight! !
"""


@pytest.fixture
def index(tmp_path: Path) -> Iterator[CodeIndex]:
    with index_of(write(tmp_path / "src", Contract=CONTRACT, Rights=RIGHTS), tmp_path / "i") as opened:
        yield opened


def test_classes(index: CodeIndex) -> None:
    contract, licence = index.classes()
    assert (contract.name, contract.superclass, contract.instance_variables) == ("Contract", "Object", ("title", "items"))
    assert (contract.class_variables, contract.category, contract.line) == (("Registry",), "Rights", 3)
    assert contract.comment == "I know what may be broadcast."
    assert index.class_named("LicenceContract") == (licence,)
    assert index.class_named("Nothing") == ()


def test_senders_have_sites(index: CodeIndex) -> None:
    hits = index.senders("printOn:")
    assert [(hit.method.reference, [(site.line, site.receiver) for site in hit.sites]) for hit in hits] == [
        ("Contract>>printOn:", [(24, "super"), (26, "other")])
    ]
    assert [hit.sites[0].receiver for hit in index.senders("new") if hit.method.selector == "isContract"] == ["Contract"]
    assert [hit.method.selector for hit in index.senders("new") if "self" in {site.receiver for site in hit.sites}] == ["register"]
    site = index.senders("do:")[0].sites[0]
    assert index.senders("do:")[0].method.source[site.at :].startswith("do:")
    assert index.senders("nobody") == ()


def test_doits_send_too(index: CodeIndex) -> None:
    assert [hit.doit.source for hit in index.doit_senders("register")] == ["Contract register"]
    assert [hit.doit.line for hit in index.doit_references("Contract")] == [37]


def test_implementors_and_overrides(index: CodeIndex) -> None:
    assert [method.reference for method in index.implementors("title")] == ["Contract>>title", "LicenceContract>>title"]
    assert index.implementors("") == ()


def test_outlines_are_the_methods_without_their_sources(tmp_path: Path) -> None:
    code = write(tmp_path / "src", Contract=CONTRACT, Rights=RIGHTS, Tv=NAMESPACES.format("Tv", "Cut"))
    build_index([code], tmp_path / "i")
    for index in (CodeIndex.open(tmp_path / "i"), NotingIndex.open(tmp_path / "i")):
        with index:
            parsed = {outline.id: outline for outline in index.outlines()}
            for selector in ("title", "title:", "changed:", "printOn:", "weight", "new", "nobody"):
                of_selector = index.implementors_in_outline(selector)
                assert [one.id for one in of_selector] == [one.id for one in index.implementors(selector)]
                senders = index.senders_in_outline(selector)
                assert [one.id for one in senders] == [hit.method.id for hit in index.senders(selector)]
                assert all(one == parsed.get(one.id, one) for one in (*of_selector, *senders))
            for name in ("title", "Registry", "Tv.Rule", "Rule", "nobody"):
                assert [one.id for one in index.references_in_outline(name)] == [hit.method.id for hit in index.references(name)]


def test_references(index: CodeIndex) -> None:
    assert [hit.method.reference for hit in index.references("Registry")] == ["Contract class>>register"]
    assert [site.write for site in index.references("Registry")[0].sites] == [True, False]
    assert [hit.method.reference for hit in index.references("Contract")] == ["Object>>isContract"]


def test_what_a_method_holds(index: CodeIndex) -> None:
    method = index.implementors("printOn:")[0]
    assert index.selectors_in([method]) == {method.id: ("do:", "nextPutAll:", "printOn:")}
    assert [(literal.kind, literal.value) for literal in index.literals_of(method)] == [("string", "it's!")]
    kinds = {(use.name, use.kind) for use in index.uses_of(method)}
    assert {("aStream", "argument"), ("each", "block argument"), ("title", "free"), ("items", "free"), ("super", "pseudo")} == kinds
    register = index.implementors("register")[0]
    assert index.globals_in([register]) == {register.id: ("Dictionary", "Registry")}
    assert [hit.method.selector for hit in index.literal_users("title")] == ["title:"]
    assert [index.literal_count("title", *kinds) for kinds in (("symbol",), ("symbol", "string"), ("string",))] == [1, 1, 0]
    assert [index.literal_count("it's!", *kinds) for kinds in (("symbol",), ("symbol", "string"))] == [0, 1]
    assert index.literal_count("what nobody has written", "symbol", "string") == 0
    assert method.tree is not None
    assert method.tree.selector == "printOn:"


def test_a_method_knows_its_comment_and_size(index: CodeIndex) -> None:
    method = index.implementors("title")[0]
    assert method.comment == "Answer the title."
    assert (method.lines, method.tokens, method.protocol, method.side) == (3, 3, "accessing", "instance")


def test_methods_of_take_extensions_and_sides(index: CodeIndex) -> None:
    assert [method.selector for method in index.methods_of("Contract", meta=True)] == ["new", "register"]
    assert [method.selector for method in index.methods_of("Object")] == ["isContract"]
    assert len(index.methods_of("Contract")) == 5


def test_hierarchy(index: CodeIndex) -> None:
    (licence,) = index.hierarchy("LicenceContract")
    assert [(step.name, step.outside) for step in licence.superclasses] == [("Contract", False), ("Object", True)]
    assert licence.root == "Contract"
    (outside,) = index.hierarchy("Object")
    assert outside.classes == ()
    assert [(below.name, below.parent, below.depth) for below in outside.subclasses] == [
        ("Contract", "Object", 1),
        ("LicenceContract", "Contract", 2),
    ]
    assert index.hierarchy("Nothing") == ()
    assert index.root_of("LicenceContract") == "Contract"


def test_a_circle_of_superclasses_ends(tmp_path: Path) -> None:
    definition = "{1} subclass: #{0} instanceVariableNames: '{0}v' classVariableNames: '' poolDictionaries: '' category: 'x'!\n"
    text = "".join(definition.format(*pair) for pair in (("A", "B"), ("B", "C"), ("C", "A"), ("D", "D")))
    with index_of(write(tmp_path / "src", A=text), tmp_path / "i") as index:
        (found,) = index.hierarchy("A")
        assert [(step.name, step.cycle) for step in found.superclasses] == [("B", False), ("C", False), ("A", True)]
        assert [below.name for below in found.subclasses] == ["C", "B"]
        assert [info.name for info in index.variables("A")] == ["Av", "Bv", "Cv"]
        assert [(step.name, step.cycle) for step in index.hierarchy("D")[0].superclasses] == [("D", True)]


def test_what_is_above_a_class_has_it_below(tmp_path: Path) -> None:
    circle = "".join(f"{above} subclass: #{below} category: 'x'!\n" for above, below in (("A", "B"), ("B", "C"), ("C", "A"), ("C", "E")))
    text = f"Object subclass: #Rule category: 'x'!\n{circle}"
    for code in (text, *(NAMESPACES.format(name, cut) for name, cut in (("Tv", "Cut"), ("Film", "Cut")))):
        write(tmp_path / "src", **{f"F{len(code)}": code})
    with index_of(tmp_path / "src", tmp_path / "i") as index:
        table = index.class_table
        assert len(table.groups) > 6
        for group in table.groups:
            below = {step.classes for step in descendants_of(table, group.name)}
            others = [other for other in table.groups if other.path != group.path]
            assert [is_below(table, other, {group.path}) for other in others] == [other.definitions in below for other in others]


def test_a_class_inherits_from_its_namesake_outside_of_its_namespace(tmp_path: Path) -> None:
    rest = "instanceVariableNames:'{}' classVariableNames:'' poolDictionaries:'' category:'x'!\n"
    outer = "Object subclass:#TestCase " + rest.format("testSelector")
    inner = '"{ NameSpace: Planning }"\n\nSmalltalk::TestCase subclass:#TestCase ' + rest.format("fixture")
    with index_of(write(tmp_path / "src", A=outer, B=inner), tmp_path / "i") as index:
        (found,) = (one for one in index.hierarchy("TestCase") if one.name == "Planning.TestCase")
        assert [(step.name, step.cycle) for step in found.superclasses] == [("TestCase", False), ("Object", False)]
        assert {info.name for info in index.variables("Planning.TestCase")} == {"fixture", "testSelector"}


def test_a_superclass_named_like_the_class_is_looked_for_further_out(tmp_path: Path) -> None:
    definition = (
        "Smalltalk.{0} defineClass: #Clock superclass: #{{{1}}} indexedType: #none private: false instanceVariableNames: '{2}'"
        " classInstanceVariableNames: '' imports: '' category: 'x'!\n"
    )
    spaces = (("Air", "Clock", "inAir"), ("Air.Night", "Clock", "atNight"), ("Sea", "Clock", "atSea"))
    inner = "".join(definition.format(*each) for each in spaces)
    outer = "Object subclass: #Clock instanceVariableNames: 'ticks' classVariableNames: '' poolDictionaries: '' category: 'x'!\n"
    with index_of(write(tmp_path / "src", A=inner, B=outer), tmp_path / "i") as index:
        chains = {found.name: [step.name for step in found.superclasses] for found in index.hierarchy("Clock")}
        assert chains["Air.Night.Clock"] == ["Air.Clock", "Clock", "Object"]
        assert chains["Air.Clock"] == chains["Sea.Clock"] == ["Clock", "Object"]
        assert {info.name for info in index.variables("Air.Night.Clock")} == {"atNight", "inAir", "ticks"}
        facts = ClassFacts(index.classes(stubs=True))
        assert facts.chain(("Sea", "Clock")) == [("Clock",)]
        assert facts.chain(("Air", "Night", "Clock")) == [("Air", "Clock"), ("Clock",)]
    with index_of(write(tmp_path / "alone", A=definition.format("Sea", "Clock", "atSea")), tmp_path / "j") as index:
        assert [(step.name, step.outside) for step in index.hierarchy("Clock")[0].superclasses] == [("Clock", True)]


def test_variables_are_inherited(index: CodeIndex) -> None:
    found = {(info.name, info.kind, info.defined_in, info.inherited) for info in index.variables("LicenceContract")}
    assert found == {
        ("licence", "instance", "LicenceContract", False),
        ("title", "instance", "Contract", True),
        ("items", "instance", "Contract", True),
        ("Registry", "class", "Contract", True),
    }
    title = index.variables("Contract")[0]
    assert [method.reference for method in title.readers] == ["Contract>>title", "Contract>>printOn:"]
    assert [method.reference for method in title.writers] == ["Contract>>title:"]


def test_a_local_hides_a_variable(tmp_path: Path) -> None:
    text = CONTRACT.replace("!Contract class", "!Contract methodsFor: 'x'!\nhide: title\n\t^title! !\n\n!Contract class", 1)
    with index_of(write(tmp_path / "src", A=text), tmp_path / "i") as index:
        assert "hide:" not in {method.selector for method in index.variables("Contract")[0].readers}


def test_protocols(index: CodeIndex) -> None:
    assert [(protocol.name, protocol.meta, protocol.selectors) for protocol in index.protocols("Contract")] == [
        ("accessing", False, ("title", "title:")),
        ("printing", False, ("printOn:",)),
        ("instance creation", True, ("new", "register")),
    ]


def test_the_same_name_in_two_namespaces_is_shown(tmp_path: Path) -> None:
    folder = write(tmp_path / "src", A=NAMESPACES.format("Tv", "Cut"), B=NAMESPACES.format("Radio", "Jingle"))
    with index_of(folder, tmp_path / "i") as index:
        assert [definition.qualified for definition in index.class_named("Rule")] == ["Tv.Rule", "Radio.Rule"]
        assert [definition.qualified for definition in index.class_named("Radio.Rule")] == ["Radio.Rule"]
        assert [found.name for found in index.hierarchy("Rule")] == ["Tv.Rule", "Radio.Rule"]
        assert [below.name for below in index.hierarchy("Smalltalk.Tv.Rule")[0].subclasses] == ["Tv.Cut"]
        assert [method.file for method in index.methods_of("Tv.Rule")] == ["A.st"]
        assert [method.file for method in index.methods_of("Rule")] == ["A.st", "B.st"]
        assert index.root_of("Radio.Jingle") == "Radio.Rule"
        assert index.root_of("Rule") == "Rule"
        rule = index.class_named("Tv.Rule")[0]
        assert (rule.class_variables, rule.class_instance_variables) == (("Default",), ("all",))
        assert {namespace.name for namespace in index.namespaces()} == {"Tv", "Radio"}
        assert [variable.environment for variable in index.shared_variables()] == ["Tv.Rule", "Radio.Rule"]


def test_a_class_defined_twice_is_one_class_with_two_places(tmp_path: Path) -> None:
    with index_of(write(tmp_path / "src", A=CONTRACT, B=CONTRACT), tmp_path / "i") as index:
        assert [definition.file for definition in index.class_named("Contract")] == ["A.st", "B.st"]
        assert len(index.hierarchy("Contract")) == 1
        assert [method.file for method in index.implementors("title:")] == ["A.st", "B.st"]


def test_clones(tmp_path: Path) -> None:
    with index_of(many(tmp_path / "src", 2, 1), tmp_path / "i") as index:
        assert list(index.clones(1)) == []
    bodies = ("one: a\n\t^a foo: 1 bar: [:x | x]", "two: b\n\t^b  foo: 2 bar: [:y | y]", "three: b\n\t^b foo: 2 baz: 3")
    text = "!A methodsFor: 'x'!\n" + "!\n\n".join(bodies) + "! !\n"
    with index_of(write(tmp_path / "clones", A=text), tmp_path / "j") as index:
        assert [[method.selector for method in group] for group in index.clones(1)] == [["one:", "two:"]]


def test_search_knows_parts_of_names(index: CodeIndex) -> None:
    assert index.search("print")[0].method is not None
    assert {hit.method.selector for hit in index.search("licence") if hit.method} == {"licence", "title", "broken"}
    assert [hit.class_def.name for hit in index.search("broadcast") if hit.class_def] == ["Contract"]
    assert len(index.search("title", 1)) == 1
    assert index.search("") == ()
    assert index.search('"; DROP TABLE * ( NEAR') == ()


def test_words() -> None:
    assert parts_of("displayString:on:") == ("displaystring:on:", "display", "string", "on")
    assert parts_of("asXMLNode2") == ("asxmlnode2", "as", "xml", "node", "2")
    assert words_of("fooBar := x fooBar") == "foobar foo bar x"


def test_statistics_and_files(index: CodeIndex) -> None:
    counted = index.statistics()
    assert (counted.files, counted.classes, counted.methods, counted.broken, counted.doits) == (2, 2, 9, 1, 3)
    assert [(file.path, file.format, file.methods) for file in index.files()] == [("Contract.st", "chunk", 5), ("Rights.st", "chunk", 4)]
    assert index.sent_selectors["nextPutAll:"] == 2
    assert index.implemented_selectors["title"] == 2
    assert index.global_names["Contract"] == 2


def test_tables_are_read_only(index: CodeIndex) -> None:
    with pytest.raises(Exception, match="readonly"):
        index._db.execute("DELETE FROM methods")
