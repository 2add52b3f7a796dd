"""Near-duplicates are found, and leaks of test methods are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.leaks import Bodies, without_comments, words_of
from datagen.near import Kept, sketch
from datagen.sample import Sample, ask
from datagen.tokens import OWN
from datagen.write import Writer
from stparse.issue import StcError

BODY = """
	"Answer the runs that are left on a day, the oldest first."

	| left |
	left := runs reject: [:each | each isUsed or: [each date > aDate]].
	^(left asSortedCollection: [:one :other | one date <= other date]) asArray"""
METHOD = f"runsLeftOn: aDate{BODY}"
_FEW = "the a schedule rights of run date value each right contract window"
WORDS = st.lists(st.sampled_from(_FEW.split(" ")), min_size=30, max_size=60)


def sample(text: str, answer: str = "Yes.", kind: str = "qa.role") -> Sample:
    return Sample(kind=kind, prompt=ask(text), answer=answer, form="prose", claims=(), sources=(), group="BpRight", split="train")


def fenced(code: str) -> str:
    return f"What does it do?\n\n```smalltalk\n{code}\n```"


def alike(one: Sample, other: Sample) -> bool:
    kept = Kept()
    kept.add(one.kind, sketch(one))
    return kept.has_like(other.kind, sketch(other))


@given(WORDS)
def test_the_same_words_are_alike_whatever_their_signs(words: list[str]) -> None:
    assert alike(sample(" ".join(words)), sample(", ".join(words).upper() + "?"))


@given(WORDS, st.integers(min_value=0))
def test_one_word_of_a_hundred_makes_no_difference_and_half_of_them_do(words: list[str], at: int) -> None:
    long = [f"{word}{n}" for n, word in enumerate(words * 4)]
    other = [*long]
    other[at % len(other)] = "elsewhere"
    assert alike(sample(" ".join(long)), sample(" ".join(other)))
    assert not alike(sample(" ".join(long)), sample(" ".join(long[: len(long) // 2] + [f"{word}x" for word in long[len(long) // 2 :]])))


def test_kinds_are_not_compared() -> None:
    assert not alike(sample("Who sends #runs?"), sample("Who sends #runs?", kind="qa.senders"))


def test_code_is_compared_without_comments_and_literals() -> None:
    one, other = (sample(fenced(METHOD.replace("the oldest first", word)), kind="negative.syntax") for word in ("early", "late"))
    assert alike(one, other)


@pytest.mark.parametrize("shown", [METHOD, BODY, without_comments(METHOD), " ".join(METHOD.split()), METHOD.replace("\t", "    ")])
def test_a_body_is_found_in_any_layout(shown: str) -> None:
    bodies = Bodies([("BpRight>>runsLeftOn:", BODY)])
    assert bodies.found_in(fenced(shown)) == "BpRight>>runsLeftOn:"
    assert bodies.found_in_sample(sample("Write it.", answer=shown)) == "BpRight>>runsLeftOn:"
    assert bodies.found_in_sample(replace(sample("Write it."), rejected=shown)) == "BpRight>>runsLeftOn:"


def test_an_apostrophe_in_a_comment_begins_no_string() -> None:
    body = BODY.replace("the oldest first", "the oldest first, if they're open")
    bodies = Bodies([("BpRight>>runsLeftOn:", body)])
    shown = fenced("doesn't\n\t^1") + "\n\n" + fenced(METHOD.replace("\n\n\t| left |", ' "It\'s ours" | left |'))
    assert bodies.found_in(shown) == "BpRight>>runsLeftOn:"
    assert without_comments("""x := $" . y := 'a "b" c'. "don't" z""").split() == ["x", ":=", '$"', ".", "y", ":=", "'a", '"b"', "c'.", "z"]


def test_what_is_short_or_another_is_no_leak() -> None:
    assert Bodies([("A>>x", "\n\t^runs size")]).found_in(fenced("x\n\t^runs size")) is None
    bodies = Bodies([("BpRight>>runsLeftOn:", BODY)])
    assert bodies.found_in(fenced(METHOD.replace("isUsed", "isLost"))) is None
    assert bodies.found_in(fenced("x\n\t^left asArray")) is None


def test_a_set_with_a_leak_is_not_written(tmp_path: Path) -> None:
    bodies = Bodies([("BpRight>>runsLeftOn:", BODY)])
    with Writer(tmp_path / "set", None, OWN, None) as writer:
        writer.add([sample("Is it?"), sample(fenced(METHOD))])
        with pytest.raises(StcError, match=r"sft/train.jsonl:2 shows the body of BpRight>>runsLeftOn:"):
            writer.check(bodies)
    assert list(tmp_path.iterdir()) == []


@given(st.text())
def test_any_text_can_be_looked_through(text: str) -> None:
    assert Bodies([("BpRight>>runsLeftOn:", BODY)]).found_in(text) is None
    assert "" not in words_of(text)
