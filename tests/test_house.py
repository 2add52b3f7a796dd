"""Samples about the ways of a house: what departs from it, what it does, how it tests; and that a wrong one is caught."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sampled_houses import open_houses
from sampling import open_accounts, proved, samples_of

from checker.style.rules import wilson_lower
from datagen.claims.habits import _lower
from datagen.departures import OF_HOUSE, departure_by
from datagen.filed import filed_in, filed_reading, filed_text
from datagen.habits import Habits, habits_of, use_habits
from datagen.looks.usual import values_in
from datagen.mutations import MUTATIONS, family_of
from datagen.phrase import code_in
from datagen.prefixes import begins_with
from datagen.sample import Sample, ask
from datagen.scanned import Place, Scanned
from datagen.teststyle import test_style as style_of_tests
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.nodes import Method
from stparse.parser import parse_method
from stparse.text import Span

KINDS = ("negative.class_name", "negative.convention", "qa.convention", "qa.house_way", "qa.test_sketch")
Spoil = Callable[[Sample], Sample]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeIndex]:
    """Answer the index of a house with a style."""
    with open_houses(tmp_path_factory.mktemp("houses")) as found:
        yield found


@pytest.fixture(scope="module")
def samples(index: CodeIndex) -> dict[str, list[Sample]]:
    """Answer the samples of each kind, of some seeds."""
    return {kind: [s for seed in (1, 2, 3) for s in samples_of(index, kind, seed)] for kind in KINDS}


def about(samples: list[Sample], subject: str) -> Sample:
    return next(sample for sample in samples if subject in sample.prompt.text)


def method(source: str, protocol: str | None = None, *, meta: bool = False) -> Scanned:
    tree = parse_method(source, "visualworks").tree
    assert isinstance(tree, Method)
    span = Span(0, len(source))
    found = MethodDef(1, "Shop", meta, tree.selector, protocol, source, None, span, "S.st", 1, 1, "visualworks", None, 1, 1, None, True)
    return Scanned(found, tree, Place("Shop>>x", "S.st:1"))


# Habits


def test_habits_are_counted_once_for_all(index: CodeIndex) -> None:
    found = habits_of(index)
    assert {(one.context, one.value, one.kept, one.count) for one in found.habits.values()} >= {
        ("C01 instance initialize", "initialize-release", 49, 50),
        ("C07 name priceFor:", "theCustomer", 48, 48),
        ("C08 block select:", "each", 48, 48),
    }
    assert {(one.upper, one.base, len(one.methods)) for one in found.layers} == {
        ("Shop-Desk", "Shop-Base", 48),
        ("Shop-Store", "Shop-Base", 48),
    }
    assert found.habits["C01 instance initialize"].foreign[0] != "initialize-release"


def test_a_process_takes_the_habits_that_it_is_given(index: CodeIndex) -> None:
    use_habits(index.path.absolute(), Habits())
    try:
        assert samples_of(index, "qa.convention") == []
        assert samples_of(index, "negative.convention") == []
    finally:
        use_habits(Path(), Habits())
    assert samples_of(index, "qa.convention")


def test_without_a_style_nothing_is_said(tmp_path: Path) -> None:
    with open_accounts(tmp_path) as small:
        assert (habits_of(small).habits, habits_of(small).layers) == ({}, ())
        assert style_of_tests(small) is None
        assert [kind for kind in KINDS if samples_of(small, kind)] == []


@pytest.mark.parametrize(
    ("context", "source", "protocol", "seen"),
    [
        ("C01 instance is", "isOpen ^true", "testing", ["testing"]),
        ("C01 instance is", "issue ^true", "testing", []),
        ("C01 instance is", "isOpen ^true", "private", []),
        ("C01 instance is", "isOpen ^true", "*Other", []),
        ("C01 instance is", "isOpen ^true", "testing - dates", ["testing"]),
        ("C01 class is", "isOpen ^true", "testing", []),
        ("C01 instance keyword at:put:", "at: a put: b", "accessing", ["accessing"]),
        ("C01 instance print", "print ^1", "printing", []),
        ("C01 instance initialize", "initialize ^1", "making", ["making"]),
        ("C07 name put:", "at: a put: b", None, ["b"]),
        ("C08 block do:", "x y do: [:e | e z do: [:f | f]]", None, ["e", "f"]),
        ("C08 block do:", "x y inject: 0 into: [:e :f | f]", None, []),
        (
            "C18 if-nil",
            "x y isNil ifTrue: [^1]. y notNil ifFalse: [^2]. y ifNil: []",
            None,
            ["isNil ifTrue:", "notNil ifFalse:", "ifNil:"],
        ),
        ("C18 if-not-nil", "x y isNil ifFalse: [^1]. y == nil ifTrue: [^2]", None, ["isNil ifFalse:"]),
        ("C18 if-nil-else", "x ^(y == nil) ifTrue: [1] ifFalse: [2]", None, ["== nil ifTrue:ifFalse:"]),
        ("C18 not-nil", "x ^y notNil and: [y isNil not]", None, ["isNil not", "notNil"]),
        ("C18 not-empty", "x ^y isEmpty not or: [y size > 0]", None, ["isEmpty not", "size > 0"]),
        ("C18 if-not-empty", "x y isEmpty ifFalse: [^1]. y ifNotEmpty: [^2]", None, ["isEmpty ifFalse:", "ifNotEmpty:"]),
        ("C07 name put:", "at: a put: b <resource: #x> ^1", None, []),
    ],
)
def test_a_second_reading(context: str, source: str, protocol: str | None, seen: list[str]) -> None:
    assert sorted(values_in(method(source, protocol), context)) == sorted(seen)


@given(st.integers(1, 4000), st.floats(0, 1))
def test_two_ways_to_the_interval(count: int, share: float) -> None:
    kept = round(share * count)
    assert _lower(kept, count) == pytest.approx(wilson_lower(kept, count))


# Departures


def test_a_filed_method_comes_back() -> None:
    text = filed_text("Shop", "making it", "foo: x\n\t^x", meta=True)
    found = filed_in(text)
    assert found is not None
    assert (found.class_name, found.meta, found.protocol, found.source) == ("Shop", True, "making it", "foo: x\n\t^x")
    assert text[found.start :].startswith("foo: x")
    assert filed_in("foo ^1") is None
    assert filed_in(text + text) is None


def test_mutations_depart_once_and_are_undone(index: CodeIndex) -> None:
    seen: Counter[str] = Counter()
    for one in index.methods():
        reading = filed_reading(index, one)
        for name in OF_HOUSE if reading is not None else ():
            assert reading is not None
            for mutant in MUTATIONS[name].mutate(reading, Random(3)):
                assert mutant.original == reading.text
                assert departure_by(name, mutant, reading) is not None, mutant.text
                assert family_of(mutant.code) == "habit"
                seen[mutant.code] += 1
    assert seen.keys() == {"H01", "H07", "H08", "H20"}


def test_a_promise_that_is_not_kept_is_none(index: CodeIndex) -> None:
    one = next(m for m in index.methods() if m.selector == "heavyParts")
    reading = filed_reading(index, one)
    assert reading is not None
    mutant = next(m for seed in range(9) for m in MUTATIONS["N23"].mutate(reading, Random(seed)) if m.code == "H08")
    assert departure_by("N23", mutant, reading) is not None
    assert departure_by("N23", replace(mutant, place=0), reading) is None
    assert departure_by("N23", replace(mutant, code="H07"), reading) is None
    assert departure_by("N23", replace(mutant, text=reading.text), reading) is None


def test_what_the_house_does_otherwise_is_told(samples: dict[str, list[Sample]]) -> None:
    found = about(samples["qa.convention"], "setting up")
    assert found.answer.startswith(
        "Line 1: usually `#initialize` is in the protocol 'initialize-release' (H01), "
        "and so it is in all 49 other methods of that kind in the indexed code, private ones apart, for example in `Shop"
    )
    assert found.answer.endswith("); here it is 'setting up'.")
    assert found.fault is None
    assert len(found.sources) == 1
    kept = [s for s in samples["qa.convention"] if s.answer.startswith("It breaks none: it keeps the ")]
    broken = [s for s in samples["qa.convention"] if s.fault is not None]
    assert len(kept) > 20 < len(broken)
    assert {s.fault.mutation for s in broken if s.fault} == {"N23", "N25"}


def test_a_repair_says_what_is_usual(samples: dict[str, list[Sample]]) -> None:
    crossing = next(s for s in samples["negative.convention"] if "(H20)" in s.answer and "kindOf:" in s.prompt.text)
    assert "which stands on 'Shop-Base' (H20): 48 methods of 'Shop-" in crossing.answer
    assert "\n\t^anObject isKindOf: ShopThing! !" in crossing.answer
    named = next(s for s in samples["negative.convention"] if "(H07)" in s.answer)
    assert ": usually the argument of `" in named.answer
    assert code_in(named.answer) == (named.chosen,)


# Ways


def test_the_way_of_a_house(samples: dict[str, list[Sample]]) -> None:
    whole = next(s for s in samples["qa.house_way"] if s.claims[0].detail == "validate check verify require|")
    assert whole.answer == (
        "96 methods of the indexed code send messages that begin with `validate`, `check`, `verify` or `require`. "
        "There is no one way; most often it is `#check:`, in 48 of them.\n"
        "- `#check:` in 48 methods, first in `ShopChair>>validateWith:` (Shop.st:89)\n"
        "- `#validateWith:` in 48 methods, first in `ShopChair>>validate` (Shop.st:86)\n\n"
        "For example in `ShopChair>>validateWith:` (Shop.st:89):\n\n```smalltalk\ntheRule check: price\n```"
    )
    assert any(s.claims[0].detail == "validate check verify require|Shop-Desk" for s in samples["qa.house_way"])


# Tests


def test_a_test_in_the_style_of_the_house(samples: dict[str, list[Sample]]) -> None:
    found = about(samples["qa.test_sketch"], "ShopThing>>title:")
    assert found.answer == (
        "In the indexed code all five test classes end in `Test`, all 15 tests are in the protocol 'testing', and ten compare with "
        "`assert: x = y`, none with `assert: x equals: y`.\n\n"
        "`ShopThing>>title:` (Shop.st:26) only stores its argument and tells of it with `#changed:`, and `ShopThing>>title` (Shop.st:23) "
        "answers it; `ShopThing class>>new` (Shop.st:46) makes and initialises the instance. So, in a new class `ShopThingTest`, "
        "protocol 'testing':\n\n```smalltalk\ntestTitle\n\t| aShopThing |\n\taShopThing := ShopThing new.\n"
        "\taShopThing title: 'Alpha'.\n\tself assert: aShopThing title = 'Alpha'\n```"
    )


# What is wrong


def answering(was: str, now: str) -> Spoil:
    return lambda sample: replace(sample, answer=sample.answer.replace(was, now))


def asked(was: str, now: str) -> Spoil:
    return lambda sample: replace(sample, prompt=ask(sample.prompt.text.replace(was, now)))


def claiming(kind: str, **changes: object) -> Spoil:
    def spoil(sample: Sample) -> Sample:
        claims = tuple(replace(claim, **changes) if claim.kind == kind else claim for claim in sample.claims)  # type: ignore[arg-type]
        return replace(sample, claims=claims)

    return spoil


SPOILT: list[tuple[str, str, Spoil]] = [
    ("qa.convention", "habit", claiming("habit", numbers=(48, 48))),
    ("qa.convention", "habit", claiming("habit", places=("Shop.st:1", "Shop.st:2", "Shop.st:3"))),
    ("qa.convention", "habit", answering(" other ", " further ")),
    ("qa.convention", "habit", asked("priceFor: theCustomer", "priceFor: theBuyer")),
    ("qa.convention", "layer", claiming("layer", numbers=(47,))),
    ("qa.convention", "layer", answering("and no method of", "and one method of")),
    ("qa.convention", "filed", claiming("filed", detail="testing")),
    ("qa.convention", "filed", asked("initialize-release'!\n\ninitialize\n\tsuper", "initialize-release'!\n\ninitialize\n\tself")),
    ("negative.convention", "departure", claiming("departure", code="H99")),
    ("negative.convention", "departure", answering("Corrected:\n\n```smalltalk\n", "Corrected:\n\n```smalltalk\n\n")),
    ("negative.convention", "departure", answering("Line ", "Line 9")),
    ("negative.convention", "layer", claiming("layer", detail="Shop-Desk|Shop-Base|ShopLamp")),
    ("negative.class_name", "prefix", claiming("prefix", numbers=(40, 41))),
    ("negative.class_name", "prefix", claiming("prefix", detail="Shop|Sho|ShopThing")),
    ("negative.class_name", "prefix", claiming("prefix", places=("Shop.st:1", "Shop.st:2", "Shop.st:3"))),
    ("negative.class_name", "prefix", asked("subclass: #", "subclass: #Shop")),
    ("negative.class_name", "prefix", answering("begins with", "ends with")),
    ("negative.class_name", "prefix", answering(" there in the", " of the")),
    ("qa.house_way", "ways", claiming("ways", numbers=(3,))),
    ("qa.house_way", "ways", answering(" methods ", " classes ")),
    ("qa.house_way", "ways", answering("`check`", "`test`")),
    ("qa.test_sketch", "tested", answering("75", "76")),
    ("qa.test_sketch", "tested", answering("ShopThing new", "ShopRule new")),
    ("qa.test_sketch", "tested", answering(" and tells of it with `#changed:`", "")),
    ("qa.test_sketch", "made by new", claiming("made by new", names=())),
    ("qa.test_sketch", "test style", answering("ten compare", "nine compare")),
    ("qa.test_sketch", "test style", answering("= 75", "equals: 75")),
    ("qa.test_sketch", "test style", answering("new class `ShopThingTest`", "new class `ShopChairTest`")),
]


@pytest.mark.parametrize(("kind", "claim", "spoil"), SPOILT)
def test_a_wrong_answer_is_caught(index: CodeIndex, samples: dict[str, list[Sample]], kind: str, claim: str, spoil: Spoil) -> None:
    having = [sample for sample in samples[kind] if any(one.kind == claim for one in sample.claims)]
    spoilt = [changed for sample in having if (changed := spoil(sample)) != sample]
    assert spoilt, "no sample has this claim and can be spoilt so"
    reasons = proved(index, spoilt)
    assert any(why.startswith(f"{claim}:") for found in reasons for why in found), reasons[:3]
    assert all(reasons), [s.answer for s, found in zip(spoilt, reasons, strict=True) if not found][:2]


def test_what_says_that_a_tool_wrote_it_is_no_case() -> None:
    said = method('isOpen\n\t"Generated by the builder.\n\tDo not modify."\n\t^rights select: [:each | each isOpen]', "testing")
    plain = method('isOpen\n\t"Generated by hand."\n\t^rights select: [:each | each isOpen]', "testing")
    assert list(values_in(said, "C08 block select:")) == []
    assert list(values_in(plain, "C08 block select:")) == ["each"]


@pytest.mark.parametrize(
    ("name", "prefix", "has"),
    [("ZnUrl", "Zn", True), ("ZnUTF8Encoder", "Zn", True), ("Znork", "Zn", False), ("Zn", "Zn", False), ("FFI_x86", "FFI", True)],
)
def test_a_prefix_is_no_beginning_of_a_word(name: str, prefix: str, has: bool) -> None:
    assert begins_with(name, prefix) is has
