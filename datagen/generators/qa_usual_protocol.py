"""Where a selector usually lives: its protocol, with counts.

What: the protocols under which the methods of one selector are filed, the most frequent first.
Why: a new method belongs where its like are; a selector that is scattered is one that nobody agreed on.
Question: In which protocol does #printOn: usually live?
Answer: Usually in `printing`: twelve of the 15 methods called `#printOn:` in the indexed code are there, ... The others: `displaying` (3).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

from datagen.answers import cited, pick, question
from datagen.generators import generator
from datagen.phrase import hashed, listed, number, ticked, verb
from datagen.sample import Claim, Sample
from datagen.subject import method_shown, method_source, place
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.usual_protocol"
ASKED = (
    "In which protocol does #{s} usually live?",
    "I am adding #{s} to a class. Which protocol do we put it in?",
    "Under which protocol is #{s} filed?",
    "Where do our classes keep #{s}, I mean in which protocol?",
    "What is the usual protocol for #{s}?",
)
FEWEST, MOST, MOST_OTHERS = 3, 3000, 5


@generator(KIND, over="selectors")
def make(index: CodeIndex, random: Random, selector: str) -> Iterator[Sample]:
    """Ask for the protocol of a selector that several methods have, all of them in some protocol."""
    if not FEWEST <= index.implemented_selectors.get(selector, 0) <= MOST:
        return
    methods = index.implementors(selector)
    counts = Counter(method.protocol or "" for method in methods)
    if any(not name or "`" in name for name in counts):
        return
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    example = next(method for method in methods if method.protocol == ordered[0][0])
    claim = Claim(
        "usual protocol",
        selector,
        tuple(name for name, _ in ordered[: MOST_OTHERS + 1]),
        (place(example),),
        tuple(n for _, n in ordered[: MOST_OTHERS + 1]),
        count=len(methods),
        detail=method_shown(index, example),
    )
    answer = _answer(index, selector, ordered, len(methods), example)
    yield question(KIND, pick(random, ASKED, s=selector), answer, [claim], [method_source(example)], index)


def _answer(index: CodeIndex, selector: str, ordered: list[tuple[str, int]], total: int, example: MethodDef) -> str:
    (usual, n), *others = ordered
    there = f"for example {cited(index, example)}"
    if not others:
        return f"In {ticked(usual)}: all {number(total)} methods called {hashed(selector)} in the indexed code are there, {there}."
    said = [f"{ticked(name)} ({count:,})" for name, count in others[:MOST_OTHERS]]
    if len(others) > MOST_OTHERS:
        said.append(f"{len(others) - MOST_OTHERS:,} more")
    of = f"{number(n)} of the {number(total)} methods called {hashed(selector)} in the indexed code {verb(n, 'are', 'is')} there, {there}."
    if 2 * n > total:
        return f"Usually in {ticked(usual)}: {of} The others: {listed(said)}."
    return f"It has no usual protocol. Most often it is in {ticked(usual)}: {of} The others: {listed(said)}."
