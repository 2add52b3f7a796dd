"""Every mutation gives the fault that it promises, at its place, and is undone by its own edit."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from datagen.keep import Card, fitting, keep
from datagen.mutations import MUTATIONS, undone
from stparse.index.model import MethodDef
from stparse.parser import parse_method
from stparse.text import Span

METHOD = """report: aStream on: aDate
	"Say what is open. Don't flush."
	| open |
	open := rights select: [:each | each isOpen: aDate].
	open isEmpty ifTrue: [^'none'].
	aStream nextPutAll: 'Rights: '; print: open size; cr.
	^(open at: 1) title , #(1 2 3) printString"""

CODES = {"N01": {"P111", "P112", "P113"}, "N02": {"P101", "P102"}, "N03": {"P121"}, "N04": {"P131"}, "N07": {"P161", "P163"}}


def method(source: str) -> MethodDef:
    span = Span(0, len(source))
    return MethodDef(1, "Report", False, "report:on:", None, source, None, span, "R.st", 1, 1, "visualworks", None, 9, 7, None, True)


@pytest.mark.parametrize("name", list(MUTATIONS))
def test_fault_is_the_promised_one(name: str) -> None:
    seen = set()
    for seed in range(30):
        for mutant in MUTATIONS[name](method(METHOD), Random(seed)):
            issues = parse_method(mutant.text, "visualworks").issues
            assert [issue.code for issue in issues] == [mutant.code], mutant.text
            assert mutant.place in (None, issues[0].span.start), mutant.text
            assert mutant.original == METHOD
            assert undone(mutant.text, mutant.start, mutant.was, mutant.now) == METHOD
            assert len(mutant.was) + len(mutant.now) <= 20
            seen.add(mutant.code)
    assert seen
    assert seen <= CODES[name]


@pytest.mark.parametrize("name", list(MUTATIONS))
def test_nothing_to_break_gives_nothing(name: str) -> None:
    assert list(MUTATIONS[name](method("yourself"), Random(1))) == []
    assert list(MUTATIONS[name](method("broken ^("), Random(1))) == []


def test_white_space_around_the_source_does_not_matter() -> None:
    for name in MUTATIONS:
        plain = [m.text for m in MUTATIONS[name](method(METHOD), Random(3))]
        assert plain == [m.text for m in MUTATIONS[name](method(f"\n\t{METHOD}\n "), Random(3))]


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
