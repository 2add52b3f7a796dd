"""Where a selector usually lives: its protocol, with counts.

What: the protocols under which the methods of one selector are filed, the most frequent first.
Why: a new method belongs where its like are; a selector that is scattered is one that nobody agreed on.
Question: In which protocol does #printOn: usually live?
Answer: Usually in `printing`: twelve of the 15 methods called `#printOn:` in the indexed code are there, ... The others: `displaying` (3).
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import pick, question
from datagen.generators import generator
from datagen.phrase import hashed, number, ticked, verb
from datagen.sample import Sample
from datagen.subject import method_source
from datagen.usual import Usual
from stparse.index.query import CodeIndex

KIND = "qa.usual_protocol"
ASKED = (
    "In which protocol does #{s} usually live?",
    "I am adding #{s} to a class. Which protocol do we put it in?",
    "Under which protocol is #{s} filed?",
    "Where do our classes keep #{s}, I mean in which protocol?",
    "What is the usual protocol for #{s}?",
)
FEWEST, MOST = 3, 3000
NO_PROTOCOL = ("as yet unclassified", "uncategorized", "*")
"""What a browser says of methods that nobody has filed, and of those that belong to another package."""


@generator(KIND, over="selectors")
def make(index: CodeIndex, random: Random, selector: str) -> Iterator[Sample]:
    """Ask for the protocol of a selector that several methods have, all of them in some protocol."""
    if not FEWEST <= index.implemented_selectors.get(selector, 0) <= MOST:
        return
    methods = index.implementors(selector)
    protocols = [method.protocol or "" for method in methods]
    if any(not name or "`" in name for name in protocols):
        return
    usual = Usual.of(methods, protocols)
    if usual.ordered[0][0].startswith(NO_PROTOCOL):
        return
    answer = _answer(index, selector, usual)
    text = pick(random, ASKED, s=selector)
    yield question(KIND, text, answer, [usual.claim("usual protocol", selector, index)], [method_source(usual.example)], index)


def _answer(index: CodeIndex, selector: str, usual: Usual) -> str:
    (protocol, n), total = usual.ordered[0], usual.total
    called = f"methods called {hashed(selector)} in the indexed code"
    if n == total:
        return f"In {ticked(protocol)}: all {number(total)} {called} are there, {usual.cited(index)}."
    of = f"{number(n)} of the {number(total)} {called} {verb(n, 'are', 'is')}"
    others = f"{usual.cited(index)}. The other{'s' if total - n > 1 else ' one'}: {usual.others_said}."
    if 2 * n > total:
        return f"Usually in {ticked(protocol)}: {of} there, {others}"
    return f"It has no usual protocol: {of} in {ticked(protocol)}, {others}"
