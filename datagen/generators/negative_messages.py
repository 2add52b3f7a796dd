"""A method that compiles and fails when it is run, because nobody understands one of its messages; to be mended.

What: a mutant of a real method with a selector that nobody implements, that only the other side has, or that no superclass has; the
answer says which, and gives the method as it was. Also a preference pair. Only where the whole base image is known.
Why: compilers let any message pass, so this is what invented code fails with.
Question: BpRight>>release compiles, but it will raise doesNotUnderstand:. Which message is wrong? ...
Answer: Line 3: nobody implements push: (ST422); it must be `#add:`. Corrected: ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.generators import generator
from datagen.mending import mended
from datagen.sample import Sample
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "negative.messages"
ASKED = (
    "{m} compiles, but it will fail when it is run. Which message is wrong?",
    "This version of {m} raises a doesNotUnderstand:. Where, and what should it be?",
    "One message in {m} will not be understood. Find it and correct it.",
    "Check the messages that {m} sends. Is there one that cannot work?",
    "{m} uses a message wrongly. Which one, and how must the method read?",
)


@generator(KIND, over="methods")
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Let a method send one message that is not understood, and ask for the repair."""
    yield from mended(KIND, ASKED, "messages", index, random, method)
