"""Every mutation gives the fault that it promises, at its place, and is undone by its own edit."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from checker.check import check
from checker.names import GivenNames
from datagen.faults import complaints
from datagen.keep import Card, fitting, keep
from datagen.mutations import MUTATIONS, Mutant, edited, undone
from datagen.reading import reading_of
from stparse.index.model import MethodDef
from stparse.text import Span

METHOD = """report: aStream on: aDate
	"Say what is open. Don't flush."
	| open |
	open := rights select: [:each | each isOpen: aDate].
	open isEmpty ifTrue: [^nil].
	title := aDate printString.
	super printOn: aStream.
	aStream nextPutAll: 'Rights: '; nextPutAll: title; print: open size; cr.
	self changed.
	aStream flush.
	rights do: [:each | each notify: title. each release].
	owner := aDate.
	^(open at: 1) name , OrderedCollection new printString , #(1 2 3) printString"""
NAMES = GivenNames(
    instance_variables=frozenset(("rights", "title", "owner")), classes=frozenset(("OrderedCollection", "Report")), base=True
)
SIBLINGS = ("price", "title")

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
    "N17": {"C102"},
    "N18": {"C101"},
}


def method(source: str, dialect: str = "visualworks") -> MethodDef:
    span = Span(0, len(source))
    return MethodDef(1, "Report", False, "report:on:", None, source, None, span, "R.st", 1, 1, dialect, None, 9, 7, None, True)


def mutants(name: str, source: str, seed: int, dialect: str = "visualworks") -> list[Mutant]:
    reading = reading_of(method(source, dialect), NAMES, SIBLINGS)
    return [] if reading is None else list(MUTATIONS[name].mutate(reading, Random(seed)))


@pytest.mark.parametrize("name", list(MUTATIONS))
def test_fault_is_the_promised_one(name: str) -> None:
    seen = set()
    reading = reading_of(method(METHOD), NAMES)
    assert reading is not None
    for seed in range(30):
        for mutant in mutants(name, METHOD, seed):
            assert list(complaints(mutant, reading)) == [], mutant.text
            assert mutant.original == METHOD
            assert undone(mutant.text, mutant.start, mutant.was, mutant.now) == METHOD
            assert len(mutant.was) + len(mutant.now) <= 44
            seen.add(mutant.code)
    assert seen == CODES[name]


@pytest.mark.parametrize("name", list(MUTATIONS))
def test_nothing_to_break_gives_nothing(name: str) -> None:
    assert mutants(name, "yourself", 1) == []
    assert mutants(name, "broken ^(", 1) == []


def test_white_space_around_the_source_does_not_matter() -> None:
    for name in MUTATIONS:
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
    reading = reading_of(method("twice ^title"), NAMES)
    assert reading is not None
    two = edited(reading.text, 6, 12, "^titel , rihgts", "C101", 7)
    assert list(complaints(two, reading)) == ["found C101 C101"]
    assert list(complaints(edited(reading.text, 7, 12, "titel", "C101", 8), reading)) == ["found at another place"]
    assert list(complaints(edited(reading.text, 7, 12, "xyzzy", "C101", 7, "title"), reading)) == ["the hint does not name the original"]
    broken = reading_of(method("wrong ^nobody"), NAMES)
    assert broken is not None
    assert list(complaints(edited(broken.text, 6, 6, "x", "C101", 7), broken)) == ["the original has errors"]


# Filters


def card(number: int, kind: str = "qa.senders", *traits: str) -> Card:
    return Card(str(number), kind, frozenset(traits), 100, number.to_bytes(4, "big"), ("train",))


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
