"""An example use of a selector.

What: the shortest whole statement that sends it, out of the first methods that do, with its place.
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
from datagen.quoting import readable
from datagen.sample import Claim, Sample
from datagen.subject import method_shown, method_source, place
from stparse.index.model import Hit
from stparse.index.query import CodeIndex
from stparse.nodes import Method, Sequence, walk

KIND = "qa.example"
ASKED = (
    "Show me an example of #{s}.",
    "How is #{s} used? One example from our code, please.",
    "I have never used #{s}. What does a send of it look like here?",
    "How do we call #{s}?",
    "Give me a short piece of code that sends #{s}.",
)
MOST_METHODS, SHORTEST, LONGEST = 6, 10, 400


@generator(KIND, over="selectors")
def make(index: CodeIndex, random: Random, selector: str) -> Iterator[Sample]:
    """Ask for an example of a selector that the code base implements, so that it is its own and not everybody's."""
    if is_huge(index.sent_selectors.get(selector, 0)) or selector not in index.implemented_selectors:
        return
    found = [(text, hit) for hit in index.senders(selector)[:MOST_METHODS] for text in _statements(hit)]
    if not found:
        return
    text, hit = min(found, key=lambda item: len(item[0]))
    claim = Claim("example", selector, (method_shown(index, hit.method),), (place(hit.method),), count=1)
    answer = f"For example in {cited(index, hit.method)}:\n\n{code_block(text)}"
    yield question(KIND, pick(random, ASKED, s=selector), answer, [claim], [method_source(hit.method)], index)


def _statements(hit: Hit) -> Iterator[str]:
    """Yield the innermost statement around each of the sends, if it is neither too short nor too long to show."""
    tree = readable(hit.method)
    if tree is None:
        return
    for site in hit.sites:
        span = _innermost(tree, site.at)
        if span is not None and SHORTEST <= span[1] - span[0] <= LONGEST:
            yield hit.method.source[span[0] : span[1]]


def _innermost(tree: Method, at: int) -> tuple[int, int] | None:
    spans = [(s.start, s.end) for node in walk(tree) if isinstance(node, Sequence) for s in node.statements if s.start <= at < s.end]
    return max(spans, default=None)
