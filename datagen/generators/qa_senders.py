"""Who sends a selector, and how often.

What: every method that sends one selector, with the number of its sends.
Why: what a change of the method can break; the browser's "senders", in words.
Question: Who sends #isExpired?
Answer: Two methods send `#isExpired`, three times in all: - `BpRight>>status` (Rights/BpRight.st:88), twice - ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import hits_of, is_huge, list_traits, method_lines, method_sources, methods_claim, pick, question, times
from datagen.generators import generator
from datagen.phrase import bullets, capitalised, counted, hashed, number, ticked
from datagen.sample import Claim, Sample
from datagen.subject import method_shown, method_source, place
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
    elif not index.doit_senders(selector):
        yield from _none(index, text, selector, claim)


def _answer(index: CodeIndex, selector: str, methods: list[MethodDef], numbers: list[int]) -> str:
    total = sum(numbers)
    if len(methods) == 1:
        return f"Only {ticked(method_shown(index, methods[0]))} ({place(methods[0])}) sends it in the indexed code{times(total)}."
    n = len(methods)
    often = f", {number(total)} times in all" if total != n else ""
    head = f"{capitalised(counted(n, 'method'))} send {hashed(selector)} in the indexed code{often}:"
    return f"{head}\n{bullets(method_lines(index, methods, [times(k) for k in numbers]), n)}"


def _none(index: CodeIndex, text: str, selector: str, claim: Claim) -> Iterator[Sample]:
    methods = index.implementors(selector)
    if not methods:
        return
    users = index.literal_users(selector)
    example = Claim("implements", selector, (method_shown(index, methods[0]),), (place(methods[0]),), count=len(methods))
    first = f"{ticked(method_shown(index, methods[0]))} ({place(methods[0])})"
    who = first if len(methods) == 1 else f"{counted(len(methods), 'method')} ({first} is the first)"
    verb = "implements" if len(methods) == 1 else "implement"
    answer = f"Nobody in the indexed code. {capitalised(who)} {verb} it, but no method sends {hashed(selector)}"
    if users:
        answer += f". The symbol does occur in {counted(len(users), 'method')}, so it may be performed."
    else:
        answer += ", and the symbol does not occur as a literal either."
    symbol = Claim("symbol", selector, count=len(users))
    yield question(KIND, text, answer, [claim, example, symbol], [method_source(methods[0])], index, ["none"])
