"""What is rarely asked, or was once answered wrongly: roles, results, nil receivers, test methods, selectors that nobody agreed on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sampled_loaders import HEADER, class_text
from sampling import proved, samples_of

from datagen.frames import nil_sends
from datagen.sample import Sample
from datagen.subject import is_generated
from stparse.index.build import build_index
from stparse.index.query import CodeIndex
from stparse.nodes import Method
from stparse.parser import parse_method

SEEDS = range(60)
LOGS = (
    "".join(class_text(name, "Object", "log") for name in ("Loader", "Ported", "Printed"))
    + """!Ported methodsFor: 'logging'!

reset
	log isNil ifTrue: [^self].
	self clear!

oldest: entries
	| oldest |
	entries do: [:each | (oldest isNil or: [each < oldest]) ifTrue: [oldest := each]].
	^oldest! !

!Ported class methodsFor: 'instance creation'!

emptyLog
	^OrderedCollection new! !

!Printed methodsFor: 'printing'!

print
	Transcript
		show: 'log';
		cr;
		show: log printString;
		cr!

log
	^log! !
"""
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeIndex]:
    """Answer the index of a class that makes and forgets logs, among others."""
    with index_of(LOGS, tmp_path_factory) as own:
        yield own


def index_of(text: str, folder: pytest.TempPathFactory) -> CodeIndex:
    source = folder.mktemp("own") / "src" / "Own.st"
    source.parent.mkdir()
    source.write_text(HEADER + text, encoding="utf-8", newline="\n")
    build_index([source.parent], source.parent.parent / "index.sqlite", jobs=1)
    return CodeIndex.open(source.parent.parent / "index.sqlite")


def found(index: CodeIndex, kind: str, about: str) -> Sample:
    """Answer a sample about something, of the first seed that makes one."""
    return next(s for seed in SEEDS for s in samples_of(index, kind, seed) if s.claims[0].about == about)


def test_who_makes_an_instance_of_another_class_is_no_constructor(index: CodeIndex) -> None:
    sample = found(index, "qa.role", "Ported class>>emptyLog")
    assert sample.answer == (
        "Neither accessor, predicate nor constructor: it answers a new instance of another class, `OrderedCollection`."
    )
    other = replace(sample.claims[1], detail="Loader")
    spoilt = [
        replace(sample, answer=sample.answer.replace("Neither accessor, predicate nor", "A")),
        replace(sample, claims=(sample.claims[0], other, *sample.claims[2:])),
    ]
    assert proved(index, [sample]) == [[]]
    assert all(proved(index, spoilt))


def test_what_ends_without_a_return_answers_the_receiver_too(index: CodeIndex) -> None:
    sample = found(index, "qa.result", "Ported>>reset")
    assert sample.answer == "The receiver, `self` (line 2, or where it ends without a `^`)."
    assert proved(index, [sample]) == [[]]
    assert all(proved(index, [replace(sample, answer="The receiver, `self` (line 2).")]))


def test_the_extremes_of_a_package_may_be_in_several_classes(index: CodeIndex) -> None:
    sample = found(index, "qa.extremes", "Rights")
    assert sample.answer == (
        "`Ported` (Own.st:9) is the largest of the three classes of 'Rights' in the indexed code: three methods with nine lines. "
        "The longest method is `Printed>>print` (Own.st:39) with six lines; "
        "most branches, loops and handlers are in `Ported>>oldest:` (Own.st:27): three."
    )
    spoilt = [replace(sample, answer=sample.answer.replace(was, now)) for was, now in (("Printed>>", "Ported>>"), (": three.", ": two."))]
    assert proved(index, [sample]) == [[]]
    assert all(proved(index, spoilt))


def test_an_action_that_answers_whether_it_could_is_no_predicate(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = class_text("Session", "Object", "user") + (
        "!Session methodsFor: 'x'!\n\nlogout\n\tuser isNil ifTrue: [^false].\n\tuser := nil.\n\t^true!\n\n"
        "isLogged\n\tuser isNil ifTrue: [^false].\n\t^user ~= 'guest'! !\n"
    )
    with index_of(text, tmp_path_factory) as own:
        assert {s.claims[0].about for s in samples_of(own, "qa.role")} == {"Session>>isLogged"}


@pytest.mark.parametrize(
    ("body", "sends"),
    [
        ("order first. order second", ["first"]),
        ("order first: order second", ["second"]),
        ("order second = order first", ["second"]),
        ("self isOpen ifTrue: [order first]. order second. order third", ["first", "second"]),
        ("order printString. order second", ["second"]),
        ("order first. other second", ["first", "second"]),
    ],
)
def test_nil_fails_where_it_is_first_sent_something(body: str, sends: list[str]) -> None:
    tree = parse_method(f"run\n\t{body}", "visualworks").tree
    assert isinstance(tree, Method)
    assert [send.selector for send in nil_sends(tree)] == sends


def test_what_takes_an_argument_is_no_test(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = (
        class_text("Order", "Object")
        + class_text("OrderTest", "TestCase")
        + (
            "!Order methodsFor: 'x'!\n\nship\n\t^self! !\n\n!OrderTest methodsFor: 'x'!\n\n"
            "testShip\n\tOrder new ship!\n\ntestShip: anOrder\n\tanOrder ship! !\n"
        )
    )
    with index_of(text, tmp_path_factory) as own:
        sample = next(s for seed in SEEDS for s in samples_of(own, "qa.tests", seed) if s.claims[0].about == "ship")
        assert sample.answer == "Of all test methods in the indexed code only `OrderTest>>testShip` (Own.st:22) sends `#ship`."
        assert proved(own, [sample]) == [[]]


def test_a_tie_is_not_the_most_frequent(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = "".join(
        class_text(name, "Object") + f"!{name} methodsFor: '{protocol}'!\n\nship: {argument}\n\t^self! !\n\n"
        for name, protocol, argument in (("A1", "x", "a"), ("A2", "x", "b"), ("A3", "y", "c"), ("A4", "y", "d"))
    )
    with index_of(text, tmp_path_factory) as own:
        protocol, pattern = found(own, "qa.usual_protocol", "ship:"), found(own, "qa.signature", "ship:")
        assert protocol.answer == (
            "It has no usual protocol: two of the four methods called `#ship:` in the indexed code are in `x`, "
            "for example `A1>>ship:` (Own.st:11). The others: `y` (2)."
        )
        assert pattern.answer.startswith(
            "One argument: `ship: a`. The four implementors of `#ship:` in the indexed code all differ: "
            "`A1>>ship:` (Own.st:11) writes it so, others write `ship: b` (1)"
        )
        assert proved(own, [protocol, pattern]) == [[], []]


def test_what_every_image_sends_is_not_untested(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = (
        class_text("Order", "Object")
        + class_text("OrderTest", "TestCase")
        + (
            "!Order methodsFor: 'x'!\n\npostCopy\n\tsuper postCopy!\n\nship\n\t^self!\n\nunloadAll\n\t^self! !\n\n"
            "!OrderTest methodsFor: 'x'!\n\ntestShip\n\tOrder new ship! !\n"
        )
    )
    with index_of(text, tmp_path_factory) as own:
        sample = found(own, "qa.untested", "Order")
        assert sample.answer.startswith("Only `Order>>unloadAll` (")
        assert proved(own, [sample]) == [[]]


def test_what_says_that_a_tool_wrote_it_is_generated(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = class_text("Order", "Object") + (
        "!Order methodsFor: 'x'!\n\ncheck: aValue\n\t\"Generated by a tool. Do not modify\"\n\t^true!\n\n"
        'note: aValue\n\t"Keep in step with what is generated by the tool"\n\t^true! !\n'
    )
    with index_of(text, tmp_path_factory) as own:
        assert {method.selector: is_generated(method) for method in own.methods()} == {"check:": True, "note:": False}


def test_the_argument_of_a_block_is_needed_all_the_same(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = class_text("Order", "Object") + (
        "!Order methodsFor: 'x'!\n\nship: aDate\n\t| old |\n\told := 1.\n\t^[self send] on: Error do: [:ex | nil]! !\n"
    )
    with index_of(text, tmp_path_factory) as own:
        sample = found(own, "qa.unused", "Order>>ship:")
        assert sample.answer == (
            "The argument `aDate` is not used; the block argument `ex` is not used, though its block is evaluated with it; "
            "the temporary `old` is assigned, but never read."
        )
        assert proved(own, [sample]) == [[]]


TONEL = {
    "Shelf.class": """Class {
	#name : #Shelf,
	#superclass : #Object,
	#instVars : [ 'items' ],
	#category : #Shelves
}

{ #category : #adding }
Shelf >> putAway: anItem [
	^ items add: anItem
]

{ #category : #removing }
Shelf >> throwAway: anItem [
	^ items remove: anItem
]
""",
    "TPutTest.trait": """Trait {
	#name : #TPutTest,
	#category : #Shelves
}

{ #category : #tests }
TPutTest >> testPutAway [
	self assert: (Shelf new putAway: 3) equals: 3
]
""",
    "ShelfTest.class": """Class {
	#name : #ShelfTest,
	#superclass : #TestCase,
	#traits : 'TPutTest',
	#classTraits : 'TPutTest classTrait',
	#category : #Shelves
}

{ #category : #tests }
ShelfTest >> testNew [
	self assert: Shelf new isNil not
]
""",
}


def test_the_tests_of_a_trait_are_tests(tmp_path: Path) -> None:
    source = tmp_path / "src"
    source.mkdir()
    for name, text in TONEL.items():
        (source / f"{name}.st").write_text(text, encoding="utf-8", newline="\n")
    build_index([source], tmp_path / "index.sqlite", jobs=1)
    with CodeIndex.open(tmp_path / "index.sqlite") as shelves:
        untested = samples_of(shelves, "qa.untested")
        assert [sample.claims[0].about for sample in untested] == ["Shelf"]
        assert untested[0].answer.startswith("Only `Shelf>>throwAway:`")
        tests = [sample for sample in samples_of(shelves, "qa.tests") if sample.claims[0].about in ("Shelf", "putAway:")]
        assert tests
        assert all("TPutTest>>testPutAway" in sample.answer for sample in tests)
        assert proved(shelves, [*untested, *tests]) == [[]] * (1 + len(tests))
        asked = ("qa.collaborators", "qa.references", "qa.subclasses", "qa.superclasses", "qa.metrics", "qa.variables", "qa.migration")
        assert not [sample for kind in asked for sample in samples_of(shelves, kind) if sample.claims[0].about == "TPutTest"]
