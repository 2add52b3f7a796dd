"""The signature of a selector: its arguments, and what they are usually called.

What: the selector pattern with argument names as most implementors write it, the other patterns, and how often each is written.
Why: argument names say what a message expects, and a new method should call them as the others do.
Question: What are the arguments of #overlaps:?
Answer: `overlaps: aRange`: two of three methods in the indexed code write it so, for example `BpRange>>overlaps:` (...:52). ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import cited, is_huge, pick, question
from datagen.generators import generator
from datagen.phrase import capitalised, counted, hashed, number, ticked
from datagen.sample import Sample
from datagen.subject import method_source, signature
from datagen.usual import Usual
from stparse.index.query import CodeIndex

KIND = "qa.signature"
ASKED = (
    "What are the arguments of #{s}?",
    "What is the signature of #{s}?",
    "What do I have to pass to #{s}?",
    "How do we name the arguments of #{s}?",
    "I am writing #{s} for another class. What should the method pattern look like?",
)


@generator(KIND, over="selectors")
def make(index: CodeIndex, random: Random, selector: str) -> Iterator[Sample]:
    """Ask for the pattern of a selector with arguments."""
    if selector[-1:].isalnum() or is_huge(index.implemented_selectors.get(selector, 0)):
        return
    methods = [method for method in index.implementors(selector) if method.parsed]
    if not methods:
        return
    usual = Usual.of(methods, [signature(method) for method in methods])
    answer = _answer(index, selector, usual)
    text = pick(random, ASKED, s=selector)
    yield question(KIND, text, answer, [usual.claim("signature", selector, index)], [method_source(usual.example)], index)


def _answer(index: CodeIndex, selector: str, usual: Usual) -> str:
    pattern, n = usual.ordered[0]
    takes = f"{capitalised(counted(max(1, selector.count(':')), 'argument'))}: {ticked(pattern)}."
    if usual.total == 1:
        return f"{takes} Only {cited(index, usual.example)} implements it in the indexed code."
    if n == usual.total:
        every = "Both implementors" if n == 2 else f"All {number(n)} implementors"
        return f"{takes} {every} in the indexed code write it so, {usual.cited(index)}."
    of = f"the {number(usual.total)} implementors of {hashed(selector)} in the indexed code"
    others = "the other one writes" if usual.total - n == 1 else "others write"
    if n == 1:
        differ = "differ" if usual.total == 2 else "all differ"
        one = f"{cited(index, usual.example)} writes it so"
        return f"{takes} {capitalised(of)} {differ}: {one}, {others} {usual.others_said}."
    so = f"{capitalised(number(n))} of {of} write it so, {usual.cited(index)}"
    return f"{takes} {so}. {capitalised(others)} {usual.others_said}."
