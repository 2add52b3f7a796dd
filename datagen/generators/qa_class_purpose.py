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
from datagen.comments import is_prose
from datagen.generators import generator
from datagen.phrase import sentences, ticked
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
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
# Where a comment begins to list, or to describe the variables: of a list without its lines nobody has any use.
_LISTS = re.compile(
    r"^\s*(?:[-*•·+]\s|\(?\d+[.)]\s|(?:(?:class|instance|shared)[ -]?)+variables?\b|structure:)", re.MULTILINE | re.IGNORECASE
)
# What a tool writes where nobody wrote a comment, and headings with a rule below them.
_TEMPLATE = re.compile(
    r"has not been commented|comment stating the purpose|<[\w ]+>\s+description of|instance variables?:|[-=*#]{4}", re.IGNORECASE
)
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
    said = beginning(definition.comment or "")
    if _TEMPLATE.search(said) or len(said) > LONGEST or not is_prose(said, definition.dialect, FEWEST_WORDS):
        return
    claim = Claim("class comment", name, (said,), (place(definition),), count=1)
    quoted = f"\n\n> {said}" if '"' in said else f' "{said}"'
    answer = f"{ticked(name)} ({place(definition)}), by its class comment:{quoted}"
    yield question(KIND, text, answer, [claim], [class_source(definition)], index)


def beginning(comment: str) -> str:
    """Answer the first sentences of a comment on one line: those of its first paragraph, or of two where that is a mere title."""
    lines = "\n".join(comment.strip().splitlines())
    found = _LISTS.search(lines)
    paragraphs = _PARAGRAPH.split(lines[: found.start()] if found else lines)
    short = len(paragraphs) > 1 and len(paragraphs[0].split()) < FEWEST_WORDS
    parts = sentences(" ".join(paragraphs[: 2 if short else 1]), MOST_SENTENCES)
    # What was to follow a colon is cut off.
    return re.sub(r"(?:^|(?<=[.!?]))[^.!?]*:$", "", parts).strip()
