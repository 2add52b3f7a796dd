"""Who implements a selector.

What: every method of one selector, with class, side and place.
Why: the first question of anyone who reads a send; the browser's "implementors", in words.
Question: Who implements #validate?
Answer: Two methods implement `#validate`: - `BpContract>>validate` (Contracts/BpContract.st:120) - ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import is_huge, list_traits, method_lines, method_sources, methods_claim, pick, question
from datagen.generators import generator
from datagen.phrase import bullets, capitalised, counted, hashed, ticked, verb
from datagen.sample import Claim, Sample
from datagen.subject import method_shown, method_source, place
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.implementors"
ASKED = (
    "Who implements #{s}?",
    "Which classes implement #{s}?",
    "Where is #{s} implemented?",
    "Show me the implementors of #{s}.",
    "List all implementors of #{s} with their files.",
)
SENT = "I see a send of #{s}. Which methods could that be?"
TEST = "test"


@generator(KIND, over="selectors")
def make(index: CodeIndex, random: Random, selector: str) -> Iterator[Sample]:
    """Ask who implements a selector; a selector that is sent and implemented nowhere has no implementors in the index."""
    if is_huge(index.implemented_selectors.get(selector, 0)):
        return
    methods = index.implementors(selector)
    # Nobody asks for the one test of a name, which nobody sends.
    if selector.startswith(TEST) and len(methods) == 1:
        return
    text = pick(random, (*ASKED, SENT) if selector in index.sent_selectors else ASKED, s=selector)
    claim = methods_claim("implementors", selector, index, methods)
    if methods:
        yield question(KIND, text, _answer(index, selector, methods), [claim], method_sources(methods), index, list_traits(len(methods)))
    else:
        yield from _none(index, text, selector, claim)


def _answer(index: CodeIndex, selector: str, methods: tuple[MethodDef, ...]) -> str:
    if len(methods) == 1:
        only = methods[0]
        protocol = f", protocol '{only.protocol}'" if only.protocol else ""
        return f"Only {ticked(method_shown(index, only))} ({place(only)}{protocol}) implements it in the indexed code."
    n = len(methods)
    head = f"{capitalised(counted(n, 'method'))} {verb(n, 'implement')} {hashed(selector)} in the indexed code:"
    return f"{head}\n{bullets(method_lines(index, methods), n)}"


def _none(index: CodeIndex, text: str, selector: str, claim: Claim) -> Iterator[Sample]:
    senders = index.senders(selector) if not is_huge(index.sent_selectors.get(selector, 0)) else ()
    if not senders:
        return
    first = senders[0].method
    example_of = f"{ticked(method_shown(index, first))} ({place(first)})"
    who = example_of if len(senders) == 1 else f"{counted(len(senders), 'method')}, for example {example_of}"
    head = f"None in the indexed code: {hashed(selector)} is only sent there, by {who}."
    answer = f"{head} It comes from the base image or another library, or it does not exist."
    example = Claim("sends", selector, (method_shown(index, first),), (place(first),), count=len(senders))
    yield question(KIND, text, answer, [claim, example], [method_source(first)], index, ["none"])
