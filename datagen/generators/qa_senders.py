"""Who sends a selector, and how often.

What: every method that sends one selector, with the number of its sends.
Why: what a change of the method can break; the browser's "senders", in words.
Question: Who sends #isExpired?
Answer: Two methods send `#isExpired`, three times in all: - `BpRight>>status` (Rights/BpRight.st:88), twice - ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import (
    cited,
    hits_of,
    implementors_among,
    implementors_said,
    implements_claim,
    is_huge,
    list_traits,
    method_lines,
    method_sources,
    methods_claim,
    pick,
    question,
    times,
)
from datagen.generators import generator
from datagen.phrase import bullets, capitalised, counted, hashed, number, verb
from datagen.sample import Claim, Sample
from datagen.subject import method_source
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.senders"
ASKED = (
    "Who sends #{s}?",
    "Which methods send #{s}, and how often?",
    "Where is #{s} called?",
    "Who calls #{s}?",
    "I want to change #{s}. Who sends it?",
    "Find the senders of #{s}.",
    "Is #{s} used anywhere?",
)


@generator(KIND, over="selectors")
def make(index: CodeIndex, random: Random, selector: str) -> Iterator[Sample]:
    """Ask who sends a selector that some method of the index implements or sends."""
    if is_huge(index.sent_selectors.get(selector, 0)):
        return
    methods, numbers = hits_of(index.senders(selector))
    text = pick(random, ASKED, s=selector)
    claim = methods_claim("senders", selector, index, methods, numbers)
    if methods:
        answer = _answer(index, selector, methods, numbers)
        yield question(KIND, text, answer, [claim], method_sources(methods), index, list_traits(len(methods)))
    # Test methods are called by their framework, which finds them by name.
    elif not selector.startswith("test") and not index.doit_senders(selector):
        yield from _none(index, text, selector, claim)


def _answer(index: CodeIndex, selector: str, methods: list[MethodDef], numbers: list[int]) -> str:
    total = sum(numbers)
    among = implementors_among(selector, methods)
    if len(methods) == 1:
        return f"Only {cited(index, methods[0])} sends it in the indexed code{times(total) or ', once'}{among}."
    n = len(methods)
    often = f", {number(total)} times in all" if total != n else ", once each"
    head = f"{capitalised(counted(n, 'method'))} send {hashed(selector)} in the indexed code{often}{among}:"
    return f"{head}\n{bullets(method_lines(index, methods, [times(k) for k in numbers]), n)}"


def _none(index: CodeIndex, text: str, selector: str, claim: Claim) -> Iterator[Sample]:
    methods = index.implementors(selector)
    if not methods:
        return
    users = len(index.literal_users(selector))
    holders = f"{counted(users, 'method')} {verb(users, 'hold')} it as a symbol, so it may be performed"
    also = f", but {holders}" if users else ", and none holds it as a symbol"
    answer = f"No method in the indexed code sends {hashed(selector)}{also}. {implementors_said(index, methods)}"
    claims = [claim, implements_claim(index, selector, methods), Claim("symbol", selector, count=users)]
    yield question(KIND, text, answer, claims, [method_source(methods[0])], index, ["none"])
