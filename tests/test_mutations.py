"""Every mutation gives the fault that it promises, at its place, and is undone by its own edit."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from sketching import sketched

from checker.check import check
from checker.messages import Known
from checker.names import GivenNames, nearest
from datagen.definitions import DefinitionReading, definition_text, judged_definition
from datagen.faults import complaints, judged_mutant
from datagen.fileouts import file_out, judged_fileout, one_fault, pieces_in
from datagen.judging import Around, StatedMessages
from datagen.keep import Card, fitting, keep
from datagen.mutations import MUTATIONS, Mutant, edited, family_of, undone
from datagen.reading import reading_of
from datagen.wording import parsed
from stparse.chunk import ClassDef
from stparse.index.model import MethodDef
from stparse.issue import Issue, Severity
from stparse.nodes import Message, Send, Variable, walk
from stparse.text import Span

METHOD = """report: aStream on: aDate
	"Say what is open. Don't flush."
	| open count |
	open := rights select: [:each | each isOpen: aDate].
	count := open size.
	open isEmpty ifTrue: [^nil].
	title := aDate printString.
	super printOn: aStream.
	aStream nextPutAll: 'Rights: '; nextPutAll: title; print: count; cr.
	self changed.
	aStream flush.
	rights do: [:each | each notify: title. each release].
	owner := aDate.
	^(open at: 1) name , OrderedCollection new printString , #(1 2 3) printString"""
NAMES = GivenNames(
    instance_variables=frozenset(("rights", "title", "owner", "outStream")), classes=frozenset(("OrderedCollection", "Report")), base=True
)
SIBLINGS = {"price": frozenset(("foo",)), "licences": frozenset(("do:", "notify:", "open"))}
CLASS_METHOD = """titled: aString
	"Answer an open right."
	| right |
	right := self new title: aString.
	right title: right title asString.
	^right"""


class EverythingKnown:
    """Messages where all that the methods above send is implemented, and nothing else."""

    def __init__(self, meta: bool = False, **known: Known) -> None:
        self.meta = meta
        sent = {
            s.selector
            for text in (METHOD, CLASS_METHOD)
            for s in walk(parsed(text, "pharo").tree or Variable(0, 0, ""))
            if isinstance(s, Send | Message)
        }
        self._known = {**dict.fromkeys((*sent, "title"), Known.SOMEBODY), **known}

    complete = True

    def implemented(self, selector: str) -> Known:
        return self._known.get(selector, Known.NOBODY)

    def inherited(self, selector: str) -> Known:
        return Known.SOMEBODY if selector == "printOn:" else Known.NOBODY

    def near(self, selector: str) -> tuple[str, ...]:
        return nearest(selector, self._known)


VARIABLES = {"rights": frozenset(("do:", "notify:", "open"))}
AROUND = Around(NAMES, EverythingKnown(), variables=lambda: VARIABLES, siblings=lambda: SIBLINGS)

CODES = {
    "N01": {"P111", "P112", "P113"},
    "N02": {"P101", "P102"},
    "N03": {"P121"},
    "N04": {"P131"},
    "N05": {"P121", "C101", "C202"},
    "N06": {"P135", "C102"},
    "N07": {"P161", "P163"},
    "N08": {"C108", "C109", "C111"},
    "N09": {"C101", "C102"},
    "N10": {"C104", "C105", "C106"},
    "N11": {"C202"},
    "N12": {"C114"},
    "N13": {"ST422"},
    "N14": {"ST422"},
    "N15": {"C101", "ST410"},
    "N16": {"ST409"},
    "N17": {"C102"},
    "N18": {"C101"},
    "N24": {"ST108"},
}


def method(source: str, dialect: str = "visualworks") -> MethodDef:
    span = Span(0, len(source))
    return MethodDef(1, "Report", False, "report:on:", None, source, None, span, "R.st", 1, 1, dialect, None, 9, 7, None, True)


ON_CLASS_SIDE = Around(
    GivenNames(classes=frozenset(("Report",))),
    EverythingKnown(True, **{"title:": Known.INSTANCES}),
    "Report",
    lambda: {"title": frozenset()},
)
OF_METHODS = [name for name in MUTATIONS if not MUTATIONS[name].families & {"definition", "chunk", "habit"}]
SHOWN = {name: (CLASS_METHOD, ON_CLASS_SIDE) if name == "N15" else (METHOD, AROUND) for name in OF_METHODS}


def mutants(name: str, source: str, seed: int, dialect: str = "visualworks", around: Around = AROUND) -> list[Mutant]:
    reading = reading_of(method(source, dialect), around)
    return [] if reading is None else list(MUTATIONS[name].mutate(reading, Random(seed)))


@pytest.mark.parametrize("name", OF_METHODS)
def test_fault_is_the_promised_one(name: str) -> None:
    seen = set()
    source, around = SHOWN[name]
    reading = reading_of(method(source), around)
    assert reading is not None
    for seed in range(30):
        for mutant in mutants(name, source, seed, around=around):
            assert list(complaints(mutant, reading)) == [], mutant.text
            assert mutant.original == source
            assert undone(mutant.text, mutant.start, mutant.was, mutant.now) == source
            assert len(mutant.was) + len(mutant.now) <= 60
            seen.add(mutant.code)
    assert seen == CODES[name]
    assert {family_of(code) for code in seen} == MUTATIONS[name].families


@pytest.mark.parametrize("name", OF_METHODS)
def test_nothing_to_break_gives_nothing(name: str) -> None:
    assert mutants(name, "yourself", 1) == []
    assert mutants(name, "broken ^(", 1) == []


def test_white_space_around_the_source_does_not_matter() -> None:
    for name in OF_METHODS:
        assert [m.text for m in mutants(name, METHOD, 3)] == [m.text for m in mutants(name, f"\n\t{METHOD}\n ", 3)]


def test_what_a_dialect_accepts_is_no_fault() -> None:
    assert mutants("N11", METHOD, 1)
    assert mutants("N11", METHOD, 1, "gnu") == []
    assert mutants("N12", METHOD, 1, "dolphin") == []
    assert {m.code for seed in range(30) for m in mutants("N08", METHOD, seed, "gnu")} == {"C108", "C109"}


def test_a_misspelt_name_is_found_back() -> None:
    for seed in range(30):
        for mutant in mutants("N09", METHOD, seed):
            assert mutant.meant == mutant.was
            hint = check(mutant.text, names=NAMES).issues[0].hint or ""
            assert mutant.was in hint


def test_a_second_fault_is_a_complaint() -> None:
    reading = reading_of(method("twice ^title"), AROUND)
    assert reading is not None
    two = edited(reading.text, 6, 12, "^titel , rihgts", "C101", 7)
    assert list(complaints(two, reading)) == ["found C101 C101"]
    assert list(complaints(edited(reading.text, 7, 12, "titel", "C101", 8), reading)) == ["found at another place"]
    assert list(complaints(edited(reading.text, 7, 12, "xyzzy", "C101", 7, meant="title"), reading)) == [
        "the hint does not name the original"
    ]
    broken = reading_of(method("wrong ^nobody"), AROUND)
    assert broken is not None
    assert list(complaints(edited(broken.text, 6, 6, "x", "C101", 7), broken)) == ["the original has errors"]


def test_definitions() -> None:
    definition = ClassDef("Licence", "Contract", instance_variables=("title", "runs"), category="Rights")
    names = GivenNames(instance_variables=frozenset(("holder",)), classes=frozenset(("Contract",)), base=True)
    text = definition_text(definition, "visualworks")
    assert text is not None
    assert judged_definition(text, "visualworks", names) == ()
    reading = DefinitionReading(text, "visualworks", definition, names, ("holder",))
    seen: dict[str, Mutant] = {}
    for seed in range(40):
        for mutant in MUTATIONS["N21"].mutate(reading, Random(seed)):
            found = judged_definition(mutant.text, "visualworks", names)
            assert [(issue.code, issue.span.start) for issue in found] == [(mutant.code, mutant.place)], mutant.text
            assert mutant.original == text
            seen[mutant.code] = mutant
    assert set(seen) == {"C102", "C302", "C303", "C304", "C305", "C307", "C309"}
    assert "'title, runs'" in seen["C307"].text
    assert "'title runs holder'" in seen["C305"].text
    # GNU takes a superclass that is not there for one that is filed in later.
    elsewhere = [m.code for seed in range(40) for m in MUTATIONS["N21"].mutate(replace(reading, dialect="gnu"), Random(seed))]
    assert elsewhere
    assert "C102" not in elsewhere


def test_definitions_that_are_written_otherwise() -> None:
    inside = ClassDef("Rights.Licence", "Core.Object", namespace="Rights", class_instance_variables=("all",))
    assert (definition_text(inside, "visualworks") or "").startswith("Smalltalk.Rights defineClass: #Licence\n\tsuperclass: #{Core.Object}")
    assert definition_text(inside, "pharo") is None
    assert definition_text(replace(inside, kind="bytes"), "visualworks") is None
    assert definition_text(ClassDef("Licence", None), "squeak") is None


def test_file_outs() -> None:
    definition = "Object subclass: #Licence\n\tinstanceVariableNames: 'title'\n\tcategory: 'Rights'"
    warn = "warn\n\t\"Shout: expired!\"\n\ttitle := 'Expired!', $! asString"
    methods = [replace(method("open\n\t^title"), protocol="testing"), replace(method("title\n\t^title"), protocol="testing")]
    methods += [replace(method(warn), protocol="it's private"), replace(method("new\n\t^super new"), protocol="making", meta=True)]
    names = GivenNames(classes=frozenset(("Licence",)), base=True)
    whole = file_out(definition, "Licence", methods, names)
    assert pieces_in(whole.text)[-3:] == ["Licence class methodsFor: 'making'", "new\n\t^super new", ""]
    assert warn in pieces_in(whole.text)
    assert "!Licence methodsFor: 'it''s private'!\n\nwarn" in whole.text
    assert judged_fileout(whole.text, "visualworks") == ()
    seen: Counter[str] = Counter()
    for seed in range(40):
        for mutant in MUTATIONS["N22"].mutate(whole, Random(seed)):
            found = one_fault(judged_fileout(mutant.text, "visualworks"), mutant.start)
            assert mutant.original == whole.text
            assert found is not None, mutant.text
            assert (found.code, mutant.place or found.span.start) == (mutant.code, found.span.start), mutant.text
            seen[mutant.code] += 1
    assert seen.keys() == {"P131", "F201", "F203", "P101", "P102", "P104", "C310"}


def test_methods_that_run_together_as_legal_smalltalk_are_no_fault() -> None:
    definition = "Object subclass: #Licence\n\tinstanceVariableNames: 'title'\n\tcategory: 'Rights'"
    texts = ("close\n\tself log: title", "open\n\tself log: title.", "at: aKey\n\t^title at: aKey", "warn: aText\n\tself log: aText")
    whole = file_out(definition, "Licence", [replace(method(text), protocol="x") for text in texts], GivenNames(base=True))
    made = {mutant.start: mutant for seed in range(40) for mutant in MUTATIONS["N22"].mutate(whole, Random(seed)) if mutant.code == "P131"}
    assert made == {}
    noticed = file_out(
        definition, "Licence", [replace(method(texts[0]), protocol="x"), replace(method(texts[2]), protocol="x")], whole.names
    )
    assert any(mutant.code == "P131" for seed in range(9) for mutant in MUTATIONS["N22"].mutate(noticed, Random(seed)))


def test_two_faults_are_not_one() -> None:
    halves = [Issue("P102", "", Severity.ERROR, Span(at, at + 1)) for at in (5, 20)]
    assert one_fault(halves, 10) is halves[0]
    assert one_fault(halves, 30) is None
    assert one_fault([halves[0], replace(halves[1], code="P101")], 10) is None
    assert one_fault([], 10) is None


def test_a_string_with_quotes_in_it_keeps_its_end() -> None:
    assert mutants("N02", "mark\n\t^'#''mark'''", 1) == []
    assert [mutant.code for mutant in mutants("N02", "mark\n\t^'#mark'", 1)] == ["P101"]


# Messages and idioms


def one_line(name: str, statement: str, around: Around = AROUND) -> set[tuple[str, str]]:
    """Answer (code, statement) of all mutants of a method of one statement."""
    found = {(m.code, m.text.partition("\t")[2]) for seed in range(40) for m in mutants(name, f"act\n\t{statement}", seed, around=around)}
    return {(code, text) for code, text in found if not list(complaints_of(text, code, statement, around))}


def complaints_of(text: str, code: str, statement: str, around: Around) -> list[str]:
    reading = reading_of(method(f"act\n\t{statement}"), around)
    assert reading is not None
    return list(complaints(edited(reading.text, 5, len(reading.text), text, code), reading))


@pytest.mark.parametrize(
    ("usual", "code", "unusual"),
    [
        ("title isNil ifTrue: [self changed]", "ST102", "title = nil ifTrue: [self changed]"),
        ("title ifNil: [self changed]. title flush", "ST101", "title isNil ifTrue: [self changed]. title flush"),
        ("title ifNotNil: [self changed]. title flush", "ST101", "title isNil ifFalse: [self changed]. title flush"),
        ("^rights isEmpty", "ST109", "^rights size = 0"),
        ("^rights notEmpty", "ST104", "^rights isEmpty not"),
        ("^title notNil", "ST103", "^title isNil not"),
        ("^title ~= owner", "ST105", "^(title = owner) not"),
        ("rights isEmpty ifTrue: [^nil]. title flush", "ST108", "rights isEmpty = true ifTrue: [^nil]. title flush"),
        ("rights keysDo: [:each | title flush]", "ST113", "rights keys do: [:each | title flush]"),
        ("rights reverseDo: [:each | title flush]", "ST112", "rights reverse do: [:each | title flush]"),
        ("^title max: owner", "ST114", "^title > owner ifTrue: [title] ifFalse: [owner]"),
        ("^title between: owner and: 3", "ST115", "^title >= owner and: [title <= 3]"),
        ("outStream cr", "ST128", "outStream nextPut: Character cr"),
    ],
)
def test_idioms(usual: str, code: str, unusual: str) -> None:
    assert (code, unusual) in one_line("N24", usual)


def test_what_would_mean_something_else_is_no_idiom() -> None:
    assert one_line("N24", "^title ifNil: [owner]") == set()
    assert one_line("N24", "title ifNotNil: [:it | it flush]. title flush") == set()
    assert one_line("N24", "String cr") == set()
    assert one_line("N24", "^self isEmpty") == set()
    assert one_line("N24", "title , owner ifNil: [self flush]. title flush") == set()


def test_selectors_of_other_libraries() -> None:
    assert {("ST422", "^rights length"), ("ST422", "^rights count")} <= one_line("N13", "^rights size")
    assert ("ST422", "^owner getTitle") in one_line("N13", "^owner title")
    assert ("ST422", "self chagned") in one_line("N13", "self changed")
    nobody_knows = Around(NAMES, StatedMessages({}, meta=False))
    assert one_line("N13", "^rights size", nobody_knows) == set()
    assert list(mutants("N13", METHOD, 1, around=Around(NAMES))) == []


def test_too_few_and_too_many_keywords() -> None:
    known = Around(NAMES, StatedMessages({"copy:with:": Known.SOMEBODY, "copy:": Known.NOBODY}, meta=False))
    assert one_line("N14", "^(title copy: 0 with: owner) , owner", known) == {("ST422", "^(title copy: 0) , owner")}
    # What stands nowhere else cannot be found again.
    assert one_line("N14", "^title copy: 0 with: owner", known) == set()
    known = Around(NAMES, StatedMessages({"at:": Known.SOMEBODY, "at:ifNone:": Known.NOBODY}, meta=False))
    assert one_line("N14", "^(rights at: (owner at: 1)) foo", known) == {
        ("ST422", "^(rights at: (owner at: 1) ifNone: [nil]) foo"),
        ("ST422", "^(rights at: (owner at: 1 ifNone: [nil])) foo"),
    }


def test_sides() -> None:
    sides = StatedMessages({"registry": Known.CLASSES, "open": Known.INSTANCES, "size": Known.SOMEBODY}, meta=False)
    around = Around(NAMES, sides)
    assert one_line("N15", "^self class registry", around) == {("ST410", "^self registry")}
    assert one_line("N15", "^Report new open", around) == {("ST410", "^Report open")}
    assert one_line("N15", "^Report new size", around) == set()
    assert one_line("N15", "^self class open", around) == set()


def test_super() -> None:
    known = StatedMessages({"flush": Known.SOMEBODY, "super flush": Known.NOBODY, "super size": Known.SOMEBODY}, meta=False)
    assert one_line("N16", "self flush. ^self size", Around(NAMES, known)) == {("ST409", "super flush. ^self size")}


def test_siblings_have_the_same_role() -> None:
    siblings = {"endDate": frozenset[str](), "amount": frozenset(("size",)), "licence": frozenset(("expire", "renew"))}
    names = GivenNames(instance_variables=frozenset(("startDate", "right")))
    around = Around(names, variables=lambda: {"right": frozenset(("expire", "renew"))}, siblings=lambda: siblings)
    assert one_line("N18", "^startDate", around) == {("C101", "^endDate")}
    assert one_line("N18", "^right", around) == {("C101", "^licence")}


# Filters


def card(number: int, kind: str = "qa.senders", *traits: str) -> Card:
    return Card(str(number), kind, frozenset(traits), 100, sketched(number), ("train",))


def reasons(cards: list[Card]) -> list[str]:
    return sorted(set(keep(cards)[1].values()))


def test_each_filter_gives_its_reason() -> None:
    good = card(0)
    assert reasons([good]) == []
    assert reasons([replace(good, failed="senders: no")]) == ["claim failed: senders"]
    assert reasons([replace(good, traits=frozenset({"broken"}), failed="method: no")]) == ["broken method"]
    assert reasons([replace(good, traits=frozenset({"broken", "found broken"}))]) == []
    assert reasons([replace(good, tokens=7000)]) == ["too long: over 6,000 tokens"]
    assert reasons([good, good]) == ["exact duplicate"]
    assert reasons([good, replace(good, id="x")]) == ["near-duplicate"]
    assert reasons([replace(good, splits=("test", "train"))]) == ["about hierarchies of different splits"]
    for trait, reason in (
        ("none", 'answer "none", over its share'),
        ("which", 'answer "which one", over its share'),
        ("trivial", "trivial accessor, over their share"),
        ("generated", "generated code, over its share"),
    ):
        assert reasons([card(n, "qa.senders", trait) for n in range(20)]) == [reason]


def test_no_kind_is_over_its_share() -> None:
    cards = [card(kind * 10_000 + n, f"k{kind}") for kind in range(9) for n in range(5000 if kind < 2 else 1000)]
    kept, dropped = keep(cards)
    assert set(dropped.values()) == {"over the share of its kind"}
    most = max(sum(c.kind == f"k{kind}" for c in kept) for kind in range(9))
    assert most <= 0.15 * len(kept)


def test_the_share_is_the_largest_that_fits() -> None:
    assert fitting([100] * 10) == 100
    limit = fitting([1000, 1000, *[100] * 10])
    assert limit <= 0.15 * (2 * limit + 1000)
    assert limit + 2 > 0.15 * (2 * (limit + 2) + 1000)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("N01", "; it belongs behind `release` in line 12; the compiler notices it in line 14."),
        ("N02", "its closing `'` belongs behind `Rights:`."),
        ("N03", "; it must be `title`."),
        ("N04", "; it belongs at the end of line 6."),
        ("N05", "; it must be `self`."),
        ("N05", "is a comment, and a string has single quotes: it must be `'Rights: '`."),
        ("N05", "; the receiver comes first: it must be `OrderedCollection new`."),
        ("N06", "; it must be `super`."),
        ("N07", "; remove it, for nothing is sent to `aStream` before it."),
        ("N07", "; remove the `;`."),
        ("N08", "; remove it from the temporaries, for the argument is meant."),
        ("N09", "; it must be `aStream`."),
        ("N10", "; it must be `owner := aDate`."),
        ("N11", "; `open :=` is missing in line 4."),
        ("N12", "; remove the `^` in line 8."),
        ("N13", "; it must be `#size`."),
        ("N16", "; send it to `self`."),
        ("N17", "; it must be `OrderedCollection`."),
        ("N18", "; it must be `rights`."),
    ],
)
def test_the_answer_says_what_was_there_and_where(name: str, said: str) -> None:
    reading = reading_of(method(METHOD), AROUND)
    assert reading is not None
    found = {judged_mutant(name, mutant, reading).said() for seed in range(30) for mutant in mutants(name, METHOD, seed)}
    assert any(said in one for one in found), "\n".join(sorted(found))


def test_what_nobody_could_find_again_is_not_taken_away() -> None:
    lost = {m.was.strip() for seed in range(40) for m in mutants("N03", "act: x\n\tself at: 17 put: x. self show: 'once'; show: x", seed)}
    assert lost == {"x"}
    begun = "act\n\t| sum |\n\tsum := {}.\n\tself do: sum.\n\t^sum"
    assert mutants("N11", begun.format("'unknown'"), 1) == []
    assert [m.was for m in mutants("N11", begun.format("0"), 1)] == ["sum := 0.\n\t"]


def test_cascades_and_returns_where_somebody_would_write_them() -> None:
    alone = "act\n\ttitle size.\n\towner size.\n\trights size.\n\t^title"
    assert [m for seed in range(9) for m in mutants("N07", alone, seed)] == []
    beside = "act\n\ttitle size.\n\ttitle open.\n\t^title"
    assert {m.start for seed in range(9) for m in mutants("N07", beside, seed) if m.code == "P161"} == {10, 23}
    assert {m.start for seed in range(9) for m in mutants("N12", alone, seed)} == {31}


def test_parentheses_only_where_something_stands_beside_them() -> None:
    assert one_line("N24", "^title between: 1 and: 9") >= {("ST115", "^title >= 1 and: [title <= 9]")}
    assert one_line("N24", "^(title between: 1 and: 9) and: [owner]") >= {("ST115", "^(title >= 1 and: [title <= 9]) and: [owner]")}
    assert one_line("N24", "^(title max: 1) + 2") >= {("ST114", "^(title > 1 ifTrue: [title] ifFalse: [1]) + 2")}
