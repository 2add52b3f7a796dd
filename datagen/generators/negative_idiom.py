"""A method that works and says something in an unusual way; to be written as Smalltalkers write it.

What: a real method in which one usual idiom is replaced by a longer way to say the same, which a lint rule knows; the answer names
it and gives the method as it was. Also a preference pair.
Why: code that is right can still be foreign; a reviewer says so, and says how it is put here.
Question: Can BpRight>>isOpen be written in a more usual way? ...
Answer: Line 3: a comparison with nil (ST102); write `reason isNil`. As it is usually written: ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.generators import generator
from datagen.mending import mended
from datagen.sample import Sample
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "negative.idiom"
ASKED = (
    "Can {m} be written in a more usual way?",
    "{m} works. What would an experienced Smalltalker write differently?",
    "Please review the style of {m}.",
    "Is there something in {m} that has a better idiom?",
    "Simplify {m} without changing what it does.",
)


@generator(KIND, over="methods")
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Say one thing of a method in an unusual way, and ask for the usual one."""
    yield from mended(KIND, ASKED, "idiom", index, random, method, lead="As it is usually written:")
