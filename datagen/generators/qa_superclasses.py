"""The superclass chain of a class.

What: every superclass up to the root, or to the first class that the index does not define.
Why: what a class inherits decides what may be sent to self; people forget the middle of the chain.
Question: What does BpEpisode inherit from?
Answer: `BpEpisode` inherits from `BpProgramme`, then `BpModel` and `Object`. `Object` is outside the indexed code.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import group_of, is_trait, pick, question, which_one
from datagen.generators import generator
from datagen.phrase import ticked, ticks
from datagen.sample import Claim, Sample
from datagen.subject import class_shown, class_source, place
from stparse.index.classtable import path_of
from stparse.index.model import Ancestor
from stparse.index.query import CodeIndex
from stparse.index.structure import ancestors_of

KIND = "qa.superclasses"
ASKED = (
    "What does {c} inherit from?",
    "What is the superclass chain of {c}?",
    "Which superclasses does {c} have?",
    "Where does {c} sit in the hierarchy, going up?",
    "List the superclasses of {c}, nearest first.",
)


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the superclass chain of a class."""
    text = pick(random, ASKED, c=name)
    group = group_of(index, name)
    if is_trait(group):
        return
    if group is None:
        yield which_one(KIND, text, index, name)
        return
    steps = list(ancestors_of(index.class_table, group))
    if any(step.cycle or step.ambiguous for step in steps):
        return
    names = [_shown(index, step) for step in steps]
    outside = [n for n, step in zip(names, steps, strict=True) if all(c.stub for c in step.classes)]
    claim = Claim("superclasses", name, tuple(names), count=len(names), detail=" ".join(outside))
    sources = [class_source(group.definitions[0]), *(class_source(step.classes[0]) for step in steps if step.classes)]
    answer = _answer(name, place(group.definitions[0]), names, outside)
    yield question(KIND, text, answer, [claim], sources, index)


def _shown(index: CodeIndex, step: Ancestor) -> str:
    return class_shown(index, step.classes[0].qualified) if step.classes else path_of(step.name)[-1]


def _answer(name: str, where: str, names: list[str], outside: list[str]) -> str:
    if not names:
        return f"Nothing: {ticked(name)} ({where}) is a root class, its superclass is nil."
    chain = f"{ticked(name)} ({where}) inherits from {', then '.join(ticked(n) for n in names)}"
    if not outside:
        return f"{chain}, which is a root class."
    if len(names) == 1:
        return f"{chain}, which is outside the indexed code."
    return f"{chain}. {ticks(outside)} {'is' if len(outside) == 1 else 'are'} outside the indexed code."
