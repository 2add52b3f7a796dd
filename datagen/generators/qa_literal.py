"""Where a literal string or number is used.

What: the methods that contain a literal, such as the name of a table, an error text, a limit.
Why: what is written out in several places must be changed in all of them, and no browser finds it by "senders".
Question: Where is the string 'BP_RIGHT' used?
Answer: Two methods contain `'BP_RIGHT'` in the indexed code: - `BpRight class>>tableName` (Rights/BpRight.st:301) - ...
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from datagen.answers import is_huge, list_traits, method_sources, methods_answer, methods_claim, pick, question
from datagen.generators import generator
from datagen.phrase import ticked
from datagen.sample import Sample
from datagen.subject import is_generated
from datagen.testing import is_in_tests
from stparse.index.model import Literal, MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.literal"
ASKED = {
    "string": (
        "Where is the string {v} used?",
        "Which methods have the literal {v} in them?",
        "Find all occurrences of {v} in our code.",
        "Who uses the string {v}?",
    ),
    "text": (
        "Where does the text {v} come from?",
        "Find all occurrences of {v} in our code.",
        "I have to change the text {v}. Where is it written?",
        "Which methods show or write the text {v}?",
    ),
    "number": (
        "Where is the number {v} written in our code?",
        "Which methods contain the literal {v}?",
        "Find the methods in which {v} is written out.",
        "Where does the number {v} occur? I want to give it a name.",
        "I have to change the constant {v}. Which methods contain it?",
    ),
}
_TELLING = re.compile(r"[^\W\d_]\w{2}")
# What somebody reads: a few words with a capital and no sign of code.
_TEXT = re.compile(r"[A-Z][\w',;/-]*(?: [\w',;/()-]+)+[.:!?]?")
_NUMBER = re.compile(r"\d{2,}|\d+\.\d+")
_ROUND = frozenset(("10", "12", "16", "24", "32", "60", "64", "100", "1000", "0.5"))
LONGEST, ALONE, MOST_LITERALS = 60, 0.1, 50
"""A method with more literals is a table or an image, whose numbers mean nothing by themselves."""


@generator(KIND, over="methods", rare=True)
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Ask for the users of a telling literal of a method; of one that is there once, only rarely."""
    if is_generated(method):
        return
    literals = [literal for literal in index.literals_of(method) if _is_telling(literal)]
    if not literals:
        return
    literal = random.choice(literals)
    users = [hit.method for hit in index.literal_users(literal.value, literal.kind)]
    # The first of the users asks, so that no question comes twice.
    if is_huge(len(users)) or users[0].id != method.id or (len(users) == 1 and random.random() > ALONE):
        return
    if literal.kind == "number" and any(is_generated(user) or len(index.literals_of(user)) > MOST_LITERALS for user in users):
        return
    # Some dialects write the protocol into the method. What stands in tests alone is anything, and nobody looks for it.
    if any(literal.value == user.protocol for user in users) or all(is_in_tests(index, user) for user in users):
        return
    shown = written(literal)
    claim = methods_claim("literal users", shown, index, users, detail=f"{literal.kind} {literal.value}")
    one, many = "Only {m} contains {about} in the indexed code.", "{n} contain {about} in the indexed code:"
    answer = methods_answer(index, users, one, many, about=ticked(shown))
    asked = ASKED["text" if literal.kind == "string" and _TEXT.fullmatch(literal.value) else literal.kind]
    yield question(KIND, pick(random, asked, v=shown), answer, [claim], method_sources(users), index, list_traits(len(users)))


def _is_telling(literal: Literal) -> bool:
    """Whether somebody may look for a literal: words, a name, a number that is not one of everybody's."""
    value = literal.value
    if literal.kind == "string":
        return len(value) <= LONGEST and value == " ".join(value.split()) and "`" not in value and bool(_TELLING.search(value))
    return literal.kind == "number" and bool(_NUMBER.fullmatch(value)) and value not in _ROUND


def written(literal: Literal) -> str:
    """Answer a literal as Smalltalk writes it."""
    return literal.value if literal.kind == "number" else "'" + literal.value.replace("'", "''") + "'"
