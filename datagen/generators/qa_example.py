"""An example use of a selector.

What: the shortest whole statement that sends it and does more than that, out of the first methods that do, with its place.
Why: how a message is used in the code at hand says more than its signature; and an example must be real.
Question: Show me an example of #titled:.
Answer: For example in `BpSchedule>>addFree` (Schedule/BpSchedule.st:31): right := BpFreeRight titled: 'Night film'
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import cited, is_huge, pick, question
from datagen.generators import generator
from datagen.phrase import code_block
from datagen.sample import Claim, Sample
from datagen.subject import method_shown, method_source, place
from datagen.usage import example_among
from stparse.index.query import CodeIndex

KIND = "qa.example"
ASKED = (
    "Show me an example of #{s}.",
    "How is #{s} used? One example from our code, please.",
    "I have never used #{s}. What does a send of it look like here?",
    "How do we call #{s}?",
    "Give me a short piece of code that sends #{s}.",
)
MOST_METHODS = 6


@generator(KIND, over="selectors")
def make(index: CodeIndex, random: Random, selector: str) -> Iterator[Sample]:
    """Ask for an example of a selector that the code base implements, so that it is its own and not everybody's."""
    if is_huge(index.sent_selectors.get(selector, 0)) or selector not in index.implemented_selectors:
        return
    found = example_among(index.senders(selector)[:MOST_METHODS])
    if found is None:
        return
    text, hit = found
    claim = Claim("example", selector, (method_shown(index, hit.method),), (place(hit.method),), count=1)
    answer = f"For example in {cited(index, hit.method)}:\n\n{code_block(text)}"
    yield question(KIND, pick(random, ASKED, s=selector), answer, [claim], [method_source(hit.method)], index)
