"""What the renaming or the removal of a selector touches.

What: all implementors, all senders and all users of the symbol, each with place.
Why: a rename is right only when all three have followed; the symbol is what is forgotten.
Question: What do I have to change if I rename #isOpen?
Answer: Two methods implement `#isOpen` in the indexed code: - ... Three methods send it: - ... One method holds the symbol: ...
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from datagen.answers import (
    cited,
    hits_of,
    implementors_among,
    list_traits,
    method_lines,
    method_sources,
    methods_claim,
    pick,
    question,
    times,
)
from datagen.generators import generator
from datagen.phrase import bullets, capitalised, counted, hashed, verb
from datagen.sample import Sample
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.rename"
ASKED = (
    "What do I have to change if I rename #{s}?",
    "I want to rename #{s}. What does that touch: implementors, senders, symbols?",
    "Can #{s} be removed? What would break?",
    "Which places must follow when #{s} gets another name?",
    "We plan to remove #{s}. Who would notice?",
)
MOST, NONE_CHANCE = 60, 0.2


@generator(KIND, over="selectors")
def make(index: CodeIndex, random: Random, selector: str) -> Iterator[Sample]:
    """Ask what a rename touches, of a selector that the code base implements and that is not all over the place."""
    if not 0 < index.implemented_selectors.get(selector, 0) <= MOST or index.sent_selectors.get(selector, 0) > MOST:
        return
    methods = index.implementors(selector)
    senders, numbers = hits_of(index.senders(selector))
    users, _ = hits_of(index.literal_users(selector))
    nobody = not senders and not users
    # Test methods are called by their framework, which finds them by name.
    if len(users) > MOST or selector.startswith("test") or index.doit_senders(selector) or (nobody and random.random() > NONE_CHANCE):
        return
    claims = [
        methods_claim("touched implementors", selector, index, methods),
        methods_claim("touched senders", selector, index, senders, numbers),
        methods_claim("touched symbols", selector, index, users),
    ]
    parts = [
        _part(index, methods, "implement", f"{hashed(selector)} in the indexed code"),
        _part(index, senders, "send", f"{hashed(selector)} there", numbers, implementors_among(selector, senders)),
        _part(index, users, "hold", f"{hashed(selector)} as a literal there"),
    ]
    sources = [*method_sources(methods), *method_sources(senders), *method_sources(users)]
    traits = ["none"] if nobody else list_traits(max(len(methods), len(senders), len(users)))
    yield question(KIND, pick(random, ASKED, s=selector), "\n\n".join(parts), claims, sources, index, traits)


def _part(index: CodeIndex, methods: Sequence[MethodDef], does: str, what: str, numbers: Sequence[int] = (), also: str = "") -> str:
    ends = [times(n) for n in numbers]
    if not methods:
        return f"No method {does}s {what}."
    if len(methods) == 1:
        return f"Only {cited(index, methods[0])} {does}s {what}{''.join(ends)}{also}."
    head = f"{capitalised(counted(len(methods), 'method'))} {verb(len(methods), does)} {what}{also}:"
    return f"{head}\n{bullets(method_lines(index, methods, ends), len(methods))}"
