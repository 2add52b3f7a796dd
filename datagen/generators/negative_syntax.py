"""A method with one syntax fault, to be mended.

What: a mutant of a real method; the answer says what is wrong and gives the method as it was.
Why: models must see the near misses of correct code, and that the way out is one token, not a rewrite.
Question: BpRight>>isOpen does not compile. What is wrong? ...
Answer: Line 3: a period is missing before `^` (P131); it belongs at the end of line 2. Corrected: ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.generators import generator
from datagen.mending import mended
from datagen.sample import Sample
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "negative.syntax"
ASKED = (
    "{m} does not compile. What is wrong with it?",
    "The compiler rejects {m}. Find the mistake and correct it.",
    "Please fix the syntax error in {m}.",
    "I cannot accept {m} in the browser. Why, and what should it be?",
    "There is a syntax error in {m}. Where?",
)


@generator(KIND, over="methods")
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Break a method in one place and ask for the repair."""
    yield from mended(KIND, ASKED, "syntax", index, random, method)
