"""Conventions: what they read, how rules come to be, what is said of a method, and that nothing is said without evidence."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from housing import CLASSES, class_text, write_house
from hypothesis import given
from hypothesis import strategies as st

from checker.conventions import CONVENTIONS
from checker.conventions._names import is_prefix, sign_of
from checker.conventions._page import ClassView, MethodPage
from checker.style import crew as crew_module
from checker.style import extract as extract_module
from checker.style.background import OTHER, PublicHouse, dump, load, public_houses
from checker.style.calibrate import auc, fit
from checker.style.counts import Background, Counts, above, upwards
from checker.style.extract import slots_of_class, slots_of_method
from checker.style.judge import LEAST_EVIDENCE, Judge, _without
from checker.style.likelihood import MOST, Likelihood
from checker.style.mine import House, mine
from checker.style.rulebook import Names
from checker.style.rules import Rule, wilson_lower
from checker.style.settings import Added, Mute, Pin, Wishes
from checker.style.tally import LEAST
from checker.style.views import Views
from stparse.index.build import build_index
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError, IndexFileError
from stparse.nodes import Method
from stparse.parser import parse_method
from stparse.text import Span

ROOT = Path(__file__).resolve().parent.parent
VIEW = ClassView(
    "Foo",
    "Foo",
    "P",
    "Foo",
    "Object",
    frozenset({"items", "title"}),
    frozenset(),
    frozenset({"items", "title", "title:"}),
    False,
    frozenset({"items", "title", "title:"}),
)


def page(source: str, protocol: str | None = "accessing", *, meta: bool = False, view: ClassView = VIEW) -> MethodPage:
    tree = parse_method(source, "visualworks").tree
    assert isinstance(tree, Method)
    span = Span(0, len(source))
    method = MethodDef(1, "Foo", meta, tree.selector, protocol, source, None, span, "f", 1, 1, "visualworks", None, 0, 0, None, True)
    return MethodPage(method, tree, view)


# What is read

READ: list[tuple[str, dict[str, str]]] = [
    (
        "title\n\t^title",
        {
            "C01 instance unary title": "accessing",
            "C02 instance getter": "accessing",
            "C09 getter": "variable",
            "C22 return": "none",
        },
    ),
    (
        "title: aTitle\n\ttitle := aTitle",
        {
            "C02 instance setter": "accessing",
            "C07 setter title:": "article+keyword",
            "C09 setter": "variable",
        },
    ),
    (
        "at: anIndex put: anObject\n\t^items at: anIndex put: anObject",
        {
            "C07 form put:": "article+type",
            "C11 read": "direct",
            "C09 joint": "put",
        },
    ),
    (
        "foo\n\t^self items",
        {
            "C11 read": "getter",
        },
    ),
    (
        "foo\n\tself title: 3.\n\titems isNil ifTrue: [^nil].\n\t^3",
        {
            "C11 write": "setter",
            "C18 if-nil": "isNil ifTrue:",
        },
    ),
    (
        "foo\n\titems ifNil: [^self].\n\t^items",
        {
            "C18 if-nil": "ifNil:",
            "C19 guard": "ifNil: [^self]",
        },
    ),
    (
        "foo\n\titems do: [:each | each foo]",
        {
            "C08 block do:": "each",
            "C22 parameter": "none",
            "C22 glue": "space",
        },
    ),
    (
        "initialize\n\tsuper initialize.\n\titems := 3",
        {
            "C15 sends initialize": "yes",
            "C15 place initialize": "first",
        },
    ),
    (
        'foo\n\t"Answer it."\n\n\t^ 3',
        {
            "C21 begin": "answer",
            "C21 case": "capital",
            "C21 end": ".",
            "C22 return": "space",
            "C21 gap": "empty line",
        },
    ),
    (
        "= x\n\t^x items = items",
        {
            "C07 operand =": "x",
            "C09 predicate": "binary",
        },
    ),
    (
        "foo\n\t| result |\n\tresult := 3.\n\t^result",
        {
            "C08 returned": "result",
            "C08 temporary": "word",
            "C22 bars": "space",
        },
    ),
]


@pytest.mark.parametrize(("source", "expected"), READ)
def test_slots_of_a_method(source: str, expected: dict[str, str]) -> None:
    found = {f"{code} {slot.context}": slot.value for code, slot in slots_of_method(page(source))}
    assert {context: found.get(context) for context in expected} == expected


@pytest.mark.parametrize(
    ("source", "context", "value"),
    [
        ("foo\n\t^title size", "C11 read", "direct"),
        ("foo\n\t^items size", "C11 aside read", "direct"),
        ("foo\n\t^self items size", "C11 aside read", "getter"),
        ("titleOr: aString\n\t^title size > 3 and: [aString isNil]", "C11 aside read", "direct"),
        ("releaseAll\n\ttitle release", "C11 aside read", "direct"),
        ("= aFoo\n\t^self title = aFoo title", "C11 aside read", "getter"),
        ("hash\n\t^self title hash", "C11 aside read", "getter"),
        ("foo\n\ttitle := 3", "C11 write", "direct"),
        ("foo\n\tself items: 3", "C11 aside write", "setter"),
    ],
)
def test_what_is_no_habit_is_said_aside(source: str, context: str, value: str) -> None:
    """`items` has a lazy getter and a setter that tells others, `title` has plain ones."""
    view = replace(VIEW, selectors=frozenset({"items", "items:", "title", "title:"}), plain=frozenset({"title", "title:"}))
    found = [(f"{code} {slot.context}", slot.value) for code, slot in slots_of_method(page(source, view=view)) if code == "C11"]
    assert found == [(context, value)]
    assert CONVENTIONS["C11"].speaks_of(context[4:]) is not context.startswith("C11 aside")


def test_plain_accessors_are_told_from_others(tmp_path: Path) -> None:
    head = "'From VisualWorks, Release 2.5.2 of 26 September 1995'!\n"
    text = (
        "NAME subclass: #OWN\n\tinstanceVariableNames: 'VARIABLES'\n\tclassVariableNames: ''\n\tpoolDictionaries: ''\n\tcategory: 'P'!\n\n"
        "!OWN methodsFor: 'accessing'!\n\n"
    )
    methods = {
        "Foo": [
            "a\n\t^a",
            "a: anObject\n\ta := anObject",
            "b\n\t^b ifNil: [b := 3]",
            'c\n\t"It."\n\n\t^c.',
            "d\n\t^d",
            "d: x\n\td := x. ^self",
        ],
        "Bar": ["a: anObject\n\ta := anObject. self changed: #a", "d\n\t^4"],
    }
    parts = [head]
    for name, superclass, variables in (("Foo", "Object", "a b c d"), ("Bar", "Foo", "")):
        parts.append(text.replace("NAME", superclass).replace("OWN", name).replace("VARIABLES", variables))
        parts.append("!\n\n".join(methods[name]) + "! !\n\n")
    (tmp_path / "x.st").write_text("".join(parts), encoding="utf-8")
    build_index([tmp_path / "x.st"], tmp_path / "i.sqlite", jobs=1)
    with CodeIndex.open(tmp_path / "i.sqlite") as index:
        plain = {view.name: view.plain for view, _ in Views(index).definitions()}
    assert plain == {"Foo": {"a", "c", "d:"}, "Bar": {"a", "c", "d:"}}


def test_a_table_has_no_layout() -> None:
    table = "rows\n\t^ #(\n\t\t(1 2)\n\t\t(3 4) )"
    assert not [code for code, _ in slots_of_method(page(table)) if code == "C22"]
    assert [code for code, _ in slots_of_method(page("rows\n\t^ #(1 2)")) if code == "C22"]


@pytest.mark.parametrize(
    ("name", "sign", "prefix"),
    [
        ("BpContract", "Bp", True), ("ZnUTF8Encoder", "Zn", True), ("RBParser", "RB", True), ("ShopItem", "Shop", False),
        ("TFoo", "T", False), ("Contract", "", False), ("UTF8Encoder", "", False), ("XMLHTTPRequest", "", False),
    ],
)  # fmt: skip
def test_what_a_name_begins_with(name: str, sign: str, prefix: bool) -> None:
    assert (sign_of(name), is_prefix(sign_of(name))) == (sign, prefix)


def test_there_are_25_conventions_that_explain_themselves() -> None:
    assert list(CONVENTIONS) == [f"C{number:02}" for number in range(1, 26)]
    for code, one in CONVENTIONS.items():
        assert "Why:\n" in one.doc, code
        assert "Example:\n" in one.doc, code
        assert one.finding_code == "H" + code[1:]


def test_every_slot_of_a_real_project_has_words_and_a_place(project: CodeIndex) -> None:
    views = Views(project)
    seen = set()
    for method in project.methods():
        tree = parse_method(method.source, method.dialect).tree
        if isinstance(tree, Method):
            for code, slot in slots_of_method(MethodPage(method, tree, views.of(method.class_name, method.file))):
                seen.add((code, slot.context.split(" ")[0]))
                assert 0 <= slot.start <= slot.end <= len(method.source), (code, slot)
                assert slot.value
    for class_page in views.pages():
        seen |= {(code, slot.context.split(" ")[0]) for code, slot in slots_of_class(class_page)}
    known = {code: {key.partition("/")[0] for key in one.contexts} for code, one in CONVENTIONS.items()}
    lacking = [(code, first) for code, first in sorted(seen) if first not in known[code]]
    assert not lacking
    assert {code for code, _ in seen} == set(CONVENTIONS)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> CodeIndex:
    path = tmp_path_factory.mktemp("project") / "i.sqlite"
    build_index([ROOT / "fixtures" / "projects" / "whatson-mini"], path, jobs=1)
    return CodeIndex.open(path)


# Counting

CONTEXTS = st.sampled_from(["C07 form", "C07 form setter", "C07 form setter name:", "C22 return"])
SLOTS = st.lists(st.tuples(CONTEXTS, st.sampled_from("abc")), max_size=20)


@given(SLOTS, SLOTS)
def test_what_is_taken_away_leaves_the_rest(kept: list[tuple[str, str]], gone: list[tuple[str, str]]) -> None:
    both, one = Counts(), Counts()
    both.add(kept + gone)
    both.add(gone, -1.0)
    one.add(kept)
    contexts = {context for slot in kept + gone for context in upwards(slot[0])}
    assert all({v: n for v, n in both.of(c).items() if n} == one.of(c) for c in contexts)


@given(SLOTS, CONTEXTS, st.sampled_from("abcd"))
def test_chances_are_chances_and_evidence_is_bounded(slots: list[tuple[str, str]], context: str, value: str) -> None:
    counts = Counts()
    counts.add(slots)
    background = Background(counts)
    assert 0 < background.chance(context, value) <= 1
    assert abs(Likelihood(counts, background).ratio(context, value)) <= MOST


def test_contexts_go_from_the_special_to_the_general() -> None:
    assert list(upwards("C07 form setter name:")) == ["C07 form setter name:", "C07 form setter", "C07 form"]
    assert above("C07 form") == ""


def test_a_house_that_counts_like_others_says_nothing() -> None:
    counts = Counts()
    counts.add([("C22 return", "none")] * 50 + [("C22 return", "space")] * 50)
    assert abs(Likelihood(counts, Background(counts)).ratio("C22 return", "none")) < 0.05


def test_wilson() -> None:
    assert wilson_lower(0, 0) == 0
    assert wilson_lower(30, 30) == pytest.approx(0.8865, abs=1e-3)
    assert wilson_lower(50, 100) == pytest.approx(0.4038, abs=1e-3)


def test_auc_and_fit() -> None:
    assert auc([3, 2], [1, 0]) == 1
    assert auc([1], [1]) == 0.5
    assert auc([1, 3], [2, 2]) == 0.5
    own, others = [{"C01": 1.0, "C02": 0.1}] * 40, [{"C01": -1.0, "C02": 0.1}] * 40
    found = fit(own, others)
    assert found.probability(own[0]) > 0.8
    assert found.probability(others[0]) < 0.2
    assert abs(found.weights["C01"]) > abs(found.weights["C02"]) * 0.5


def test_to_keep_to_a_convention_never_counts_against() -> None:
    found = fit([{"C22": -1.0, "C01": 1.0}] * 40, [{"C22": 1.0, "C01": -1.0}] * 40)
    assert found.weights["C22"] == 0
    assert found.score({"C22": 2.0}) >= found.score({"C22": -2.0})


# The background


def test_the_background_is_counts_of_what_several_have() -> None:
    houses = public_houses().houses
    assert len(houses) >= 12
    assert len({house.dialect for house in houses}) >= 4
    contexts: dict[str, set[str]] = {}
    for house in houses:
        assert all(count > 0 for _, _, count in house.rows)
        for context, _, _ in house.rows:
            contexts.setdefault(context, set()).add(house.name)
    # What one house alone says would be its own text.
    assert all(len(names) >= 3 for names in contexts.values())


def test_the_background_is_written_and_read() -> None:
    house = PublicHouse("a", "gnu", 10, (("C22 return", "none", 3),), ((("C22 return", "none"), ("C22 return", OTHER)),))
    assert load(dump([house])).houses == (house,)
    assert dump([house]) == dump([house])


def test_abstract_slots_have_no_names_of_the_house() -> None:
    public = public_houses()
    told = [("C01 instance unary zorkify", "zorking"), ("C07 name zork:", "aZork"), ("C22 return", "none"), ("C99 zork", "x")]
    found = public.abstract(told)
    assert ("C22 return", "none") in found
    assert not [slot for slot in found if "zork" in " ".join(slot).lower()]


# Rules, and what is said of a method


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, House]:
    folder = tmp_path_factory.mktemp("house")
    source = write_house(folder / "src", thing5={"setter": "argument"})
    build_index([source], folder / "i.sqlite", jobs=1)
    with CodeIndex.open(folder / "i.sqlite") as index:
        return folder, mine(index)


def rule_of(house: House, context: str) -> Rule:
    return next(rule for rule in house.rules if rule.context == context and rule.scope == "all")


def test_a_habit_of_all_classes_is_in_force_with_places(house: tuple[Path, House]) -> None:
    rule = rule_of(house[1], "C07 setter")
    assert (rule.value, rule.in_force, rule.classes, rule.packages) == ("article+type", True, CLASSES - 1, 3)
    assert rule.count >= LEAST
    assert len(rule.places) >= LEAST_EVIDENCE
    assert len({place.owner for place in rule.places}) == len(rule.places)


def test_what_other_houses_do_too_is_no_convention(house: tuple[Path, House]) -> None:
    rule = rule_of(house[1], "C01 instance unary title") if any(r.context == "C01 instance unary title" for r in house[1].rules) else None
    assert rule is None, "12 slots are too few"
    assert all(rule.lift >= 1.2 and rule.lower >= 0.8 for rule in house[1].rules if rule.in_force)


def test_a_deviation_says_what_is_usual_and_where(house: tuple[Path, House]) -> None:
    with CodeIndex.open(house[0] / "i.sqlite") as index:
        judge = Judge(index)
        (method,) = (m for m in index.implementors("title:") if m.class_name == "BpThing5")
        found = judge.method(method)
        assert found is not None
        (one,) = (one for one in found.deviations if one.rule.context.startswith("C07 setter"))
        assert method.source[one.start : one.end] == "argument"
        assert one.code == "H07"
        assert len(one.places) >= LEAST_EVIDENCE
        assert method.id not in {place.owner for place in one.places}
        assert found.kept < found.opportunities


def test_the_method_is_no_evidence_for_itself(house: tuple[Path, House]) -> None:
    with CodeIndex.open(house[0] / "i.sqlite") as index:
        judge = Judge(index)
        rule = judge.book.decide("C07 setter title:", Names("", "", ""))
        assert rule is not None
        one = index.implementors("title:")[0]
        relatives = judge._relatives([one.id], one.shape)
        assert {owner.id for owner, _ in relatives} >= {
            m.id for m in index.implementors("title:") if m.shape == one.shape and m.id == one.id
        }
        count, kept = _without(rule, relatives)
        assert count < rule.count
        assert kept < rule.kept


def test_too_little_is_not_judged(house: tuple[Path, House]) -> None:
    with CodeIndex.open(house[0] / "i.sqlite") as index:
        judge = Judge(index)
        method = replace(index.implementors("title")[0], source="x\n", id=-1, shape=None)
        found = judge.method(method, own=[])
        assert found is None or found.share is None or found.slots >= 3


def test_mined_again_is_the_same(house: tuple[Path, House]) -> None:
    with CodeIndex.open(house[0] / "i.sqlite") as index:
        again = mine(index)
    assert again.rules == house[1].rules
    assert again.meta == house[1].meta


def test_other_text_makes_it_stale(tmp_path: Path) -> None:
    source = write_house(tmp_path / "src")
    build_index([source], tmp_path / "i.sqlite", jobs=1)
    with CodeIndex.open(tmp_path / "i.sqlite") as index:
        with pytest.raises(IndexFileError, match="has no mined conventions"):
            Judge(index)
        mine(index)
        Judge(index).mined.close()
    (source / "BpThing0.st").write_text(class_text(0, setter="aValue"), encoding="utf-8")
    build_index([source], tmp_path / "i.sqlite", jobs=1)
    with CodeIndex.open(tmp_path / "i.sqlite") as index, pytest.raises(IndexFileError, match="stc conventions mine"):
        Judge(index)


# What people have decided


def test_pinned_muted_and_added(house: tuple[Path, House]) -> None:
    pin = Pin("C22", "return", "space", "agreed")
    added = Added("`@x isNil not", "notNil", "reads better")
    wishes = Wishes((pin,), (Mute("C07", "setter", "in change"),), (added,)).checked()
    with CodeIndex.open(house[0] / "i.sqlite") as index:
        judge = Judge(index, wishes)
        assert not [rule for rule in judge.book.rules if rule.context.startswith("C07 setter")]
        method = index.implementors("isKnown3")[0]
        found = judge.method(method)
        assert found is not None
        assert [one.reason for one in found.deviations if one.rule.context == "C22 return"] == ["agreed"]
        ((seen, start, end),) = found.missed
        assert (seen, method.source[start:end]) == (added, "items isNil not")


@pytest.mark.parametrize(
    "wishes",
    [Wishes(pinned=(Pin("C77", "x", "y", "z"),)), Wishes(muted=(Mute("C07", "zork", "z"),)), Wishes(added=(Added("((", "x", "z"),))],
)
def test_a_wish_that_means_nothing_is_refused(wishes: Wishes) -> None:
    with pytest.raises(BadInputError):
        wishes.checked()


def test_the_rows_do_not_depend_on_the_number_of_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_house(tmp_path / "src")
    monkeypatch.setattr(crew_module, "_WORTH_PROCESSES", 1)
    monkeypatch.setattr(extract_module, "_BATCH_BYTES", 4_000)
    written = []
    for jobs in (1, 2):
        path = tmp_path / f"{jobs}.sqlite"
        build_index([tmp_path / "src"], path, jobs=1)
        with CodeIndex.open(path) as index:
            mine(index, jobs)
        with closing(sqlite3.connect(path)) as db:
            written.append([line for line in db.iterdump() if "convention_" in line])
    assert len(written[0]) > 100
    assert written[0] == written[1]
