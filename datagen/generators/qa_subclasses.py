"""Direct and all subclasses of a class.

What: the direct subclasses, and those below them.
Why: a change in a superclass reaches all of them.
Question: Which subclasses does BpProgramme have?
Answer: Two direct subclasses: - `BpEpisode` (Schedule/BpTitles.st:17) - ...; and, further down: ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import group_of, is_trait, list_traits, pick, question, which_one
from datagen.generators import generator
from datagen.phrase import MOST_SHOWN, bullets, capitalised, counted, number, ticked
from datagen.sample import Claim, Sample
from datagen.subject import class_shown, class_source, place
from stparse.index.model import Descendant
from stparse.index.query import CodeIndex
from stparse.index.structure import descendants_of

KIND = "qa.subclasses"
ASKED = (
    "Which subclasses does {c} have?",
    "What inherits from {c}?",
    "List the subclasses of {c}, direct and indirect.",
    "Who is affected when I change {c}? I mean its subclasses.",
    "What is below {c} in the hierarchy?",
)


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the subclasses of a class."""
    text = pick(random, ASKED, c=name)
    group = group_of(index, name)
    if is_trait(group):
        return
    if group is None:
        yield which_one(KIND, text, index, name)
        return
    below = [d for d in descendants_of(index.class_table, group.name) if not all(c.stub for c in d.classes)]
    direct = [d for d in below if d.depth == 1]
    deeper = [d for d in below if d.depth > 1]
    claims = [_claim(index, "subclasses.direct", name, direct), _claim(index, "subclasses.deeper", name, deeper)]
    sources = [class_source(c) for c in (group.definitions[0], *(d.classes[0] for d in below[:MOST_SHOWN]))]
    yield question(KIND, text, _answer(index, name, direct, deeper), claims, sources, index, list_traits(len(below)))


def _claim(index: CodeIndex, kind: str, name: str, found: list[Descendant]) -> Claim:
    shown = found[:MOST_SHOWN]
    names = tuple(class_shown(index, d.classes[0].qualified) for d in shown)
    return Claim(kind, name, names, tuple(place(d.classes[0]) for d in shown), count=len(found))


def _lines(index: CodeIndex, found: list[Descendant]) -> str:
    lines = []
    for d in found[:MOST_SHOWN]:
        parent = f", below {ticked(class_shown(index, d.parent))}" if d.depth > 1 else ""
        lines.append(f"{ticked(class_shown(index, d.classes[0].qualified))} ({place(d.classes[0])}){parent}")
    return bullets(lines, len(found))


def _answer(index: CodeIndex, name: str, direct: list[Descendant], deeper: list[Descendant]) -> str:
    if not direct:
        return f"No class inherits from it: {ticked(name)} is a leaf class in the indexed code."
    head = f"{ticked(name)} has {counted(len(direct), 'direct subclass')} in the indexed code:\n{_lines(index, direct)}"
    if not deeper:
        return f"{head}\n\nNothing inherits from {'that one' if len(direct) == 1 else 'these'}."
    return f"{head}\n\n{capitalised(number(len(deeper)))} more further down:\n{_lines(index, deeper)}"
