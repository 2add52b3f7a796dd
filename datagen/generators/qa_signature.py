"""The signature of a selector: its arguments, and what they are usually called.

What: the selector pattern with argument names as most implementors write it, the other patterns, and how often each is written.
Why: argument names say what a message expects, and a new method should call them as the others do.
Question: What are the arguments of #overlaps:?
Answer: `overlaps: aRange`: two of three methods in the indexed code write it so, for example `BpRange>>overlaps:` (...:52). ...
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

from datagen.answers import cited, is_huge, pick, question
from datagen.generators import generator
from datagen.phrase import capitalised, counted, hashed, listed, number, ticked, verb
from datagen.sample import Claim, Sample
from datagen.subject import method_shown, method_source, place, signature
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.signature"
ASKED = (
    "What are the arguments of #{s}?",
    "What is the signature of #{s}?",
    "What do I have to pass to #{s}?",
    "How do we name the arguments of #{s}?",
    "I am writing #{s} for another class. What should the method pattern look like?",
)
MOST_OTHERS = 5


@generator(KIND, over="selectors")
def make(index: CodeIndex, random: Random, selector: str) -> Iterator[Sample]:
    """Ask for the pattern of a selector with arguments."""
    if selector[-1:].isalnum() or is_huge(index.implemented_selectors.get(selector, 0)):
        return
    methods = [method for method in index.implementors(selector) if method.parsed]
    if not methods:
        return
    patterns = [signature(method) for method in methods]
    ordered = sorted(Counter(patterns).items(), key=lambda item: (-item[1], item[0]))
    example = methods[patterns.index(ordered[0][0])]
    claim = Claim(
        "signature",
        selector,
        tuple(pattern for pattern, _ in ordered[: MOST_OTHERS + 1]),
        (place(example),),
        tuple(n for _, n in ordered[: MOST_OTHERS + 1]),
        count=len(methods),
        detail=method_shown(index, example),
    )
    answer = _answer(index, selector, ordered, len(methods), example)
    yield question(KIND, pick(random, ASKED, s=selector), answer, [claim], [method_source(example)], index)


def _answer(index: CodeIndex, selector: str, ordered: list[tuple[str, int]], total: int, example: MethodDef) -> str:
    (usual, n), *others = ordered
    takes = capitalised(counted(max(1, selector.count(":")), "argument"))
    if total == 1:
        return f"{takes}: {ticked(usual)}. Only {cited(index, example)} implements it in the indexed code."
    there = f"for example {cited(index, example)}"
    if not others:
        every = "Both implementors" if n == 2 else f"All {number(n)} implementors"
        return f"{takes}: {ticked(usual)}. {every} in the indexed code write it so, {there}."
    said = [f"{ticked(pattern)} ({count:,})" for pattern, count in others[:MOST_OTHERS]]
    if len(others) > MOST_OTHERS:
        said.append(f"{len(others) - MOST_OTHERS:,} more")
    so = f"{capitalised(number(n))} of the {number(total)} implementors of {hashed(selector)} in the indexed code {verb(n, 'write')} it so"
    return f"{takes}: {ticked(usual)}. {so}, {there}. Others write {listed(said)}."
