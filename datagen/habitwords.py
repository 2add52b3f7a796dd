"""What is said of a habit: what is usual, how often, where it can be seen, and what stands here instead."""

from __future__ import annotations

from collections.abc import Sequence

from checker.conventions._names import FORMS
from datagen.filed import Crossing, Kept
from datagen.habits import Habit, Seen
from datagen.phrase import capitalised, counted, listed, number, ticked

_NAMED = {
    "aXxx": "has an article in its name, as in `aContract`",
    "theXxx": "has a name with `the`, as in `theContract`",
    "word": "is called by one word without an article",
    "twoWords": "is called by several words without an article",
}
_TESTS = {
    "nil": "the test for nil",
    "not-nil": "the test for not nil",
    "if-nil": "what is done only if something is nil",
    "if-not-nil": "what is done only if something is not nil",
    "if-nil-else": "a choice between nil and not nil",
    "not-empty": "the test for not empty",
    "if-not-empty": "what is done only if something is not empty",
}
_UNITS = {
    "C01": "methods of that kind",
    "C07": "arguments of that keyword",
    "C08": "blocks for it",
    "C18": "such places",
}


def usual(habit: Habit) -> str:
    """Answer in words what is usual."""
    words = habit.context.split(" ")
    value, last = habit.value, words[-1]
    side = " on the class side" if words[1] == "class" else ""
    match words[0]:
        case "C01" if len(words) == 3:
            return f"a method whose selector begins with `{last}`{side} is in the protocol '{value}'"
        case "C01":
            return f"`#{last}`{side} is in the protocol '{value}'"
        case "C07":
            return f"the argument of `{last}` is called `{value}`"
        case "C08":
            return f"the argument of a block for `#{last}` {_named(value)}"
    return f"{_TESTS[last]} is written `{value}`"


def _named(value: str) -> str:
    return _NAMED[value] if value in _NAMED else FORMS.get(value, f"is called `{value}`")


def here(kept: Kept, text: str) -> str:
    """Answer in words what stands in a text where the habit is broken."""
    code = kept.habit.context[:3]
    if code == "C01":
        return f"here it is '{kept.slot.value}'"
    if code in ("C07", "C08"):
        end = kept.place + kept.slot.end - kept.slot.start
        return f"here it is `{text[kept.place : end]}`"
    return f"here it is `{kept.slot.value}`"


def evidence(habit: Habit, kept: int, count: int, seen: Sequence[Seen]) -> str:
    """Answer how often a habit is kept elsewhere, with places."""
    unit = _UNITS[habit.context[:3]]
    others = f"all {number(count)} other {unit}" if kept == count else f"{number(kept)} of the {number(count)} other {unit}"
    apart = ", private ones apart" if habit.context.startswith("C01") else ""
    return f"and so it is in {others} in the indexed code{apart}, for example in {places(seen)}"


def places(seen: Sequence[Seen]) -> str:
    return listed([f"{ticked(one.name)} ({one.where})" for one in seen])


def departed(kept: Kept, line: int, count: tuple[int, int], seen: Sequence[Seen], text: str) -> str:
    """Answer the sentences about a habit that a text breaks."""
    habit = kept.habit
    return f"Line {line}: usually {usual(habit)} ({habit.code}), {evidence(habit, *count, seen)}; {here(kept, text)}."


def held(habit: Habit, count: tuple[int, int], seen: Sequence[Seen]) -> str:
    """Answer the sentence about a habit that a method keeps."""
    return f"{capitalised(usual(habit))}, {evidence(habit, *count, seen)}."


def crossed(crossing: Crossing, line: int, seen: Sequence[Seen]) -> str:
    """Answer the sentences about a class of a package above."""
    layer, n = crossing.layer, len(crossing.layer.methods)
    refer = f"{counted(n, 'method')} of '{layer.upper}' refer to classes of '{layer.base}'"
    back = f"and no method of '{layer.base}' refers to a class of '{layer.upper}' in the indexed code"
    lead = f"Line {line}: {ticked(crossing.class_name)} is a class of '{layer.upper}', which stands on '{layer.base}' ({crossing.code})"
    return f"{lead}: {refer}, for example {places(seen)}, {back}."
