"""A method as it was before a commit mended it: what was wrong, and how it was mended.

What: the versions before and after a commit that changes few methods, where the checker finds exactly one thing in the first and not
in the second, and where nothing but the lines around it was changed. Also a preference pair.
Why: a fault that somebody made and somebody mended is worth more than an invented one.
Question: BpRight>>isOpen was changed in commit 3f2a91c0b5d7, "Nil has its own test". What was wrong with it before? ...
Answer: Line 3: a comparison with nil (ST102); write `reason isNil`. Since then: ...

Faults that depend on the code around a method are left out: what was around it then is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from random import Random

from datagen.changes import Change, changes_of
from datagen.generators import generator
from datagen.history import Commit
from datagen.judging import Around, StatedNames, is_clean, judged, new_issues
from datagen.mending import LONGEST
from datagen.phrase import capitalised, code_block, ticked, titled
from datagen.sample import Claim, Fault, Sample, ask
from datagen.subject import root_of
from datagen.wording import diagnosis
from stparse.index.query import CodeIndex
from stparse.issue import Issue
from stparse.text import Lines

KIND = "negative.history"
ASKED = (
    "{m} was changed in commit {c}, {s}. What was wrong with it before?",
    "This is {m} as it was before commit {c} ({s}). What did the author mend?",
    "Please review {m} as it stood before {s} ({c}). What should be corrected?",
    "Commit {c} is called {s}. Here is {m} before it. What had to be changed, and how?",
)
MOST_CHANGES = 6
_METRICS = "ST3"
_ALIKE = 0.6
_MOST_LINES = 3


@generator(KIND, over="changes")
def make(index: CodeIndex, random: Random, commit: Commit) -> Iterator[Sample]:
    """Ask about each method of a small commit that mends something."""
    changes = changes_of(commit)
    if len(changes) <= MOST_CHANGES:
        for change in changes:
            if change.how == "changed" and change.selector:
                yield from _pair(index, random, commit, change)


def _pair(index: CodeIndex, random: Random, commit: Commit, change: Change) -> Iterator[Sample]:
    assert change.before is not None
    assert change.after is not None
    before, after, dialect = change.before.found.text, change.after.found.text, change.after.version.dialect
    if max(len(before), len(after)) > LONGEST:
        return
    start, was, now = _edit(before, after)
    found = mended_by(before, after, dialect, change.class_name)
    if found is None:
        return
    place = found.span.start
    shown = change.shown
    asked = random.choice(ASKED).format(m=ticked(shown), c=ticked(commit.short), s=titled(commit.subject))
    fault = Claim("fault", shown, code=found.code, span=(place, place), detail="history")
    scope = (Claim("scope", shown),) if found.code.startswith("C") else ()
    yield Sample(
        kind=KIND,
        prompt=ask(f"{asked}\n\n{code_block(before)}"),
        answer=f"{capitalised(diagnosis(found, before))} Since then:\n\n{code_block(after)}",
        form="method",
        claims=(fault, Claim("diagnosis", shown, code=found.code), *scope, Claim("repair", shown), Claim("source", shown)),
        sources=(change.source(change.after), change.source(change.before)),
        group=root_of(index, change.class_name),
        chosen=after,
        rejected=before,
        fault=Fault("history", found.code, found.message, Lines(before).line(place), (start, start + len(now)), was, now),
        traits=frozenset(("history",)),
    )


def _edit(before: str, after: str) -> tuple[int, str, str]:
    """Answer where the versions begin to differ, and what stands there after and before: the edit to be undone, as a mutant has it."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return start, after[start : len(after) - end], before[start : len(before) - end]


def mended_by(before: str, after: str, dialect: str, class_name: str) -> Issue | None:
    """Answer the one issue that is in the first text and not in the second, where that is what the change is about."""
    start, was, now = _edit(before, after)
    around = Around(StatedNames({}), class_name=class_name)
    gone: list[Issue] = []
    for family in ("names", "idiom"):
        old, new = judged(before, dialect, around, family), judged(after, dialect, around, family)
        if not is_clean(new) or new_issues(new, old, start, now, was):
            return None
        gone += new_issues(old, new, start, was, now)
    if len(gone) != 1 or gone[0].code.startswith(_METRICS):
        return None
    return gone[0] if _is_about(gone[0], before, after) else None


def _is_about(issue: Issue, before: str, after: str) -> bool:
    """Whether the lines that were changed are those of the issue, and what stands there now is another wording of them.

    A parser notices some faults one line late. Of what was removed the issue must be the beginning: else more was than it.
    """
    lines = Lines(before)
    late = 1 if issue.code.startswith("P") else 0
    first, last = lines.line(issue.span.start) - late, lines.line(max(issue.span.start, issue.span.end - 1)) + late
    if late == 0 and last - first >= _MOST_LINES:
        return False
    old, new = ([" ".join(line.split()) for line in text.split("\n")] for text in (before, after))
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal" and not (first <= a + 1 and b <= last):
            return False
        if tag == "delete" and issue.code.startswith("ST2") and before[: issue.span.start].rpartition("\n")[2].strip():
            return False
        if tag != "equal" and issue.code.startswith("ST1") and _likeness("\n".join(old[a:b]), "\n".join(new[c:d])) < _ALIKE:
            return False
    return True


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
