"""Which instance variables of a class nobody uses.

What: own instance variables that no method of the class or of its subclasses reads, told apart by whether any stores into them.
Why: what nobody reads can go; what is stored and never read is a leftover, or the reader was forgotten.
Question: Does BpContract have unused instance variables?
Answer: `note` is never used in the indexed code: no method of `BpContract` or below it reads or stores it.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import group_of, is_trait, list_traits, pick, question
from datagen.generators import generator
from datagen.judging import base_of
from datagen.phrase import MOST_SHOWN, capitalised, number, ticked, ticks, verb
from datagen.sample import Claim, Sample
from datagen.subject import class_source, place
from stparse.index.query import CodeIndex

KIND = "qa.unused_variables"
ASKED = (
    "Does {c} have unused instance variables?",
    "Which instance variables of {c} could go?",
    "Is every instance variable of {c} used?",
    "Look for dead instance variables in {c}.",
    "Are there instance variables in {c} that nobody reads?",
)
NONE_CHANCE = 0.1


@generator(KIND, over="classes", rare=True)
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the unused instance variables of a class that has methods; rarely of one that uses them all."""
    group = group_of(index, name)
    if is_trait(group):
        return
    if group is None or len(group.definitions) > 1 or not group.definitions[0].instance_variables or not index.methods_of(name):
        return
    infos = [info for info in index.variables(name) if info.kind == "instance" and not info.inherited]
    unread = [info for info in infos if not any(not method.meta for method in info.readers)]
    if not unread and random.random() > NONE_CHANCE:
        return
    stored = [info.name for info in unread if any(not method.meta for method in info.writers)]
    dead = [info.name for info in unread if info.name not in stored]
    base = base_of(group.definitions[0].dialect)
    if len(unread) > MOST_SHOWN or (len(dead) == len(infos) and base is not None and base.class_named(name) is not None):
        # A class of the image, of which the code base has a few methods: those that use its variables are not here.
        return
    own = " ".join(info.name for info in infos)
    claims = [
        Claim("dead variables", name, tuple(dead), count=len(dead), detail=own),
        Claim("stored variables", name, tuple(stored), count=len(stored), detail=own),
    ]
    where = f"{ticked(name)} ({place(group.definitions[0])})"
    text, traits = pick(random, ASKED, c=name), list_traits(len(unread))
    yield question(KIND, text, _answer(where, len(infos), dead, stored), claims, [class_source(group.definitions[0])], index, traits)


def _answer(where: str, total: int, dead: list[str], stored: list[str]) -> str:
    if not dead and not stored:
        every = {1: "the only instance variable", 2: "both instance variables"}.get(total, f"all {number(total)} instance variables")
        by = "by its methods or those of its subclasses in the indexed code"
        return f"Nothing unused: {every} of {where} {verb(total, 'are', 'is')} read {by}."
    said = []
    if dead:
        said.append(f"{ticks(dead)} {'is' if len(dead) == 1 else 'are'} neither read nor stored into")
    if stored:
        said.append(f"{ticks(stored)} {'is' if len(stored) == 1 else 'are'} stored into, but never read")
    return f"{capitalised('; '.join(said))}, by the indexed code of {where} and of its subclasses."
