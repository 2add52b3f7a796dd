"""What a class is for, in the words of its comment.

What: the first sentences of the class comment, with the place of the class.
Why: the class comment is what its author wanted others to know; who is new to the code asks this first.
Question: What is BpContract for?
Answer: `BpContract` (Contracts/BpContract.st:3), by its class comment: "A contract with a distributor: ..."
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import group_of, pick, question, which_one
from datagen.generators import generator
from datagen.phrase import ticked
from datagen.purpose import purpose_in
from datagen.sample import Claim, Sample
from datagen.subject import class_source, place
from stparse.index.query import CodeIndex

KIND = "qa.class_purpose"
ASKED = (
    "What is {c} for?",
    "What does the class {c} do?",
    "Why do we have {c}?",
    "What is {c} responsible for?",
    "Explain {c} briefly.",
)


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the purpose of a class that has a comment."""
    text = pick(random, ASKED, c=name)
    group = group_of(index, name)
    if group is None:
        yield which_one(KIND, text, index, name)
        return
    definition = group.definitions[0]
    said = purpose_in(definition.comment or "", definition.dialect)
    if said is None:
        return
    claim = Claim("class comment", name, (said,), (place(definition),), count=1)
    quoted = f"\n\n> {said}" if '"' in said else f' "{said}"'
    answer = f"{ticked(name)} ({place(definition)}), by its class comment:{quoted}"
    yield question(KIND, text, answer, [claim], [class_source(definition)], index)
