"""What a class is for, in the words of its comment.

What: the first sentences of the class comment, with the place of the class.
Why: the class comment is what its author wanted others to know; who is new to the code asks this first.
Question: What is BpContract for?
Answer: `BpContract` (Contracts/BpContract.st:3), by its class comment: "A contract with a distributor: ..."
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from datagen.answers import group_of, pick, question, which_one
from datagen.generators import generator
from datagen.phrase import sentences, ticked
from datagen.sample import Claim, Sample
from datagen.subject import class_source, place, says_something
from stparse.index.query import CodeIndex

KIND = "qa.class_purpose"
ASKED = (
    "What is {c} for?",
    "What does the class {c} do?",
    "Why do we have {c}?",
    "What is {c} responsible for?",
    "Explain {c} in a sentence or two.",
)
_WORDS = re.compile(r"[^\W\d_]{2,}")
# What a tool writes where nobody wrote a comment.
_TEMPLATE = re.compile(r"has not been commented|comment stating the purpose|<[\w ]+>\s+description of|instance variables?:", re.IGNORECASE)
FEWEST_WORDS, MOST_SENTENCES, LONGEST = 5, 3, 800


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the purpose of a class that has a comment."""
    text = pick(random, ASKED, c=name)
    group = group_of(index, name)
    if group is None:
        yield which_one(KIND, text, index, name)
        return
    definition = group.definitions[0]
    said = sentences(definition.comment or "", MOST_SENTENCES)
    if not says_something(said) or _TEMPLATE.search(said) or len(_WORDS.findall(said)) < FEWEST_WORDS or len(said) > LONGEST:
        return
    claim = Claim("class comment", name, (said,), (place(definition),), count=1)
    answer = f'{ticked(name)} ({place(definition)}), by its class comment: "{said}"'
    yield question(KIND, text, answer, [claim], [class_source(definition)], index)
