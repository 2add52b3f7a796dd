"""The protocols of a class, and the methods of one protocol.

What: the protocols of one side of a class with the number of their methods, or the selectors of one of them.
Why: the map of a class; and where a new method belongs.
Question: Which protocols does BpContract have?
Answer: `BpContract` has three protocols on the instance side: - accessing: 12 methods - ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import group_of, list_traits, pick, question, which_one
from datagen.generators import generator
from datagen.phrase import MOST_SHOWN, bullets, counted, hashed, ticked, ticks
from datagen.sample import Claim, Sample
from datagen.subject import class_source, method_source, place
from stparse.index.model import IndexedClass, MethodDef, Protocol
from stparse.index.query import CodeIndex

KIND = "qa.protocols"
ASKED = (
    "Which protocols does {c} have?",
    "How is {c} organised?",
    "What are the protocols of {c}, and how big are they?",
    "Under which protocols are the methods of {c} filed?",
)
ASKED_ONE = (
    "What is in the protocol '{p}' of {c}?",
    "Which methods of {c} are in '{p}'?",
    "List the '{p}' methods of {c}.",
    "Show me {c}, protocol '{p}'.",
)


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the protocols of one side of a class, if it has more than one method, and for the methods of one of them."""
    group = group_of(index, name)
    if group is None:
        yield which_one(KIND, pick(random, ASKED, c=name), index, name)
        return
    protocols = index.protocols(name)
    sides = sorted({protocol.meta for protocol in protocols})
    if not sides:
        return
    meta = random.choice(sides)
    found = [p for p in protocols if p.meta is meta]
    if any(p.name is None or "`" in p.name for p in found) or len(found) > MOST_SHOWN:
        return
    shown = f"{name} class" if meta else name
    if sum(len(p.selectors) for p in found) > 1:
        yield _map(index, pick(random, ASKED, c=shown), shown, group.definitions[0], found)
    yield _one(index, random, shown, random.choice(found), list(index.methods_of(name, meta=meta)))


def _map(index: CodeIndex, text: str, shown: str, definition: IndexedClass, found: list[Protocol]) -> Sample:
    claim = Claim("protocols", shown, tuple(p.name or "" for p in found), (), tuple(len(p.selectors) for p in found), count=len(found))
    return question(KIND, text, _answer(shown, place(definition), found), [claim], [class_source(definition)], index)


def _answer(shown: str, where: str, found: list[Protocol]) -> str:
    if len(found) == 1:
        n = len(found[0].selectors)
        only = f"{'both' if n == 2 else 'all'} in the protocol {ticked(found[0].name or '')}"
        return f"{ticked(shown)} ({where}) has {counted(n, 'method')} in the indexed code, {only}."
    total = sum(len(p.selectors) for p in found)
    lines = [f"{ticked(p.name or '')}: {counted(len(p.selectors), 'method')}" for p in found]
    head = f"{ticked(shown)} ({where}) has {counted(total, 'method')} in {counted(len(found), 'protocol')} in the indexed code"
    return f"{head}:\n{bullets(lines, len(found))}"


def _one(index: CodeIndex, random: Random, shown: str, protocol: Protocol, methods: list[MethodDef]) -> Sample:
    text = pick(random, ASKED_ONE, c=shown, p=protocol.name or "")
    inside = [m for m in methods if m.protocol == protocol.name]
    n = len(protocol.selectors)
    claim = Claim("protocol", shown, protocol.selectors[:MOST_SHOWN], count=n, detail=protocol.name)
    if n == 1:
        answer = f"Only {hashed(protocol.selectors[0])} ({place(inside[0])}) in the indexed code."
    elif n <= 8:
        answer = f"{counted(n, 'method').capitalize()} in the indexed code: {ticks(f'#{s}' for s in protocol.selectors)}."
    else:
        answer = f"{counted(n, 'method').capitalize()} in the indexed code:\n{bullets([hashed(s) for s in protocol.selectors], n)}"
    return question(KIND, text, answer, [claim], [method_source(m) for m in inside[:MOST_SHOWN]], index, list_traits(n))
