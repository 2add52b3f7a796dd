"""A method with one fault that shows only among the names around it, to be mended.

What: a mutant of a real method that parses, but uses a name, a store or a return as no compiler lets pass without a word, with the
variables of its class; the answer says what is wrong and gives the method as it was.
Why: most of what models get wrong parses; the fault is a name that is nearly right.
Question: The compiler complains about BpRight>>isOpen. What is wrong? ...
Answer: Line 3: undeclared variable titel (C101); it must be `title`. Corrected: ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.generators import generator
from datagen.mending import mended
from datagen.sample import Sample
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "negative.semantics"
ASKED = (
    "The compiler complains about {m}. What is wrong with it?",
    "There is a mistake in {m}. Find it and correct it.",
    "{m} parses, but it is not right. Why, and what should it be?",
    "Please find the mistake in {m} and mend it.",
    "What does the compiler say of {m} as it stands here, and how must it read?",
)


@generator(KIND, over="methods")
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Break a method in one place, so that it still parses, and ask for the repair."""
    yield from mended(KIND, ASKED, "names", index, random, method)
