"""What a commit did to a class.

What: the methods of one class that a commit added, removed or changed, with their places.
Why: who takes code over asks what was done to it; and a model that reads a log must not guess.
Question: What changed in BpRight in commit 3f2a91c0b5d7?
Answer: In `BpRight`, commit `3f2a91c0b5d7` (2026-03-02, "Nil has its own test") changed one method: ...
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

from datagen.changes import Change, changes_of
from datagen.generators import generator
from datagen.history import Commit
from datagen.phrase import MOST_SHOWN, bullets, listed, number, ticked, titled
from datagen.sample import Claim, Sample, ask
from datagen.subject import root_of
from stparse.index.query import CodeIndex

KIND = "qa.changes"
ASKED = (
    "What changed in {c} in commit {i}?",
    "What did commit {i} do to {c}?",
    "Which methods of {c} did commit {i} add, remove or change?",
    "How does {c} differ before and after commit {i}?",
    "Summarise commit {i} as far as it touches {c}.",
)
MOST_CLASSES = 3
_WORDS = ("added", "removed", "changed")


@generator(KIND, over="changes")
def make(index: CodeIndex, random: Random, commit: Commit) -> Iterator[Sample]:
    """Ask what a commit did to some of the classes that it touches."""
    by_class: dict[str, list[Change]] = {}
    for change in changes_of(commit):
        by_class.setdefault(change.class_name, []).append(change)
    usable = {name: found for name, found in by_class.items() if any(change.selector for change in found)}
    for name in random.sample(sorted(usable), min(MOST_CLASSES, len(usable))):
        yield _sample(index, random, commit, name, usable[name])


def _sample(index: CodeIndex, random: Random, commit: Commit, name: str, changes: list[Change]) -> Sample:
    found = sorted(changes, key=lambda change: (_WORDS.index(change.how), change.selector != "", change.shown))
    first = found[:MOST_SHOWN]
    lines = [_line(change) for change in first]
    claim = Claim(
        "changes", name, tuple(change.shown for change in first), tuple(change.how for change in first), count=len(found), detail=commit.id
    )
    places = ((change, change.after or change.before) for change in first if change.selector)
    return Sample(
        kind=KIND,
        prompt=ask(random.choice(ASKED).format(c=ticked(name), i=ticked(commit.short))),
        answer=f"In {ticked(name)}, commit {ticked(commit.short)} ({commit.date[:10]}, {titled(commit.subject)}) {_summary(found)}:\n"
        + bullets(lines, len(found)),
        form="names",
        claims=(claim,),
        sources=tuple(change.source(place) for change, place in places if place is not None),
        group=root_of(index, name),
        traits=frozenset(("history",)),
    )


def _summary(changes: list[Change]) -> str:
    """Answer "added two methods and changed the definition"."""
    methods = Counter(change.how for change in changes if change.selector)
    parts = [f"{how} {number(methods[how])} method{'s' if methods[how] > 1 else ''}" for how in _WORDS if methods[how]]
    parts += [f"{change.how} the definition" for change in changes if not change.selector]
    return listed(parts)


def _line(change: Change) -> str:
    place = change.after or change.before
    assert place is not None
    where = f"{place.version.path}:{place.found.line}"
    shown = f"the definition of {ticked(change.class_name)}" if not change.selector else ticked(change.shown)
    return f"{shown} was {change.how} ({'it was at ' if change.after is None else ''}{where})"
