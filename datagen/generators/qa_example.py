"""An example use of a selector.

What: the shortest whole statement that sends it and does more than that, out of the first methods that do, with its place.
Why: how a message is used in the code at hand says more than its signature; and an example must be real.
Question: Show me an example of #titled:.
Answer: For example in `BpSchedule>>addFree` (Schedule/BpSchedule.st:31): right := BpFreeRight titled: 'Night film'
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from textwrap import dedent

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
_BARE = re.compile(r"\^?\s*[\w.]+\s+\w+")
"""A unary message to a variable, and nothing else: that it is sent to something is known."""


@generator(KIND, over="selectors")
def make(index: CodeIndex, random: Random, selector: str) -> Iterator[Sample]:
    """Ask for an example of a selector that the code base implements, so that it is its own and not everybody's."""
    if is_huge(index.sent_selectors.get(selector, 0)) or selector not in index.implemented_selectors:
        return
    found = [(*rated, hit) for hit in index.senders(selector)[:MOST_METHODS] for rated in _statements(hit)]
    if not found:
        return
    _, text, hit = min(found, key=lambda item: (item[0], len(item[1])))
    claim = Claim("example", selector, (method_shown(index, hit.method),), (place(hit.method),), count=1)
    answer = f"For example in {cited(index, hit.method)}:\n\n{code_block(text)}"
    yield question(KIND, pick(random, ASKED, s=selector), answer, [claim], [method_source(hit.method)], index)


def _statements(hit: Hit) -> Iterator[tuple[int, str]]:
    """Yield a statement around each of the sends, if it is neither too short nor too long to show, with how poor it is: a bare
    message, or one to super, says little."""
    tree = readable(hit.method)
    if tree is None:
        return
    for site in hit.sites:
        texts = [hit.method.source[start:end] for start, end in _around(tree, site.at) if SHORTEST <= end - start <= LONGEST]
        if texts:
            text = next((text for text in texts if not _BARE.fullmatch(text)), texts[0])
            yield (site.receiver == "super") + 2 * bool(_BARE.fullmatch(text)), _outdented(text)


def _around(tree: Method, at: int) -> list[tuple[int, int]]:
    """Answer the spans of the statements around a place, the innermost first."""
    spans = [(s.start, s.end) for node in walk(tree) if isinstance(node, Sequence) for s in node.statements if s.start <= at < s.end]
    return sorted(spans, reverse=True)


def _outdented(text: str) -> str:
    """Answer a statement as it would stand at the margin."""
    first, *others = text.split("\n")
    return "\n".join((first, *(f"\t{line}".rstrip() for line in dedent("\n".join(others)).split("\n")))) if others else text
