"""The TypeScript class that stands for a class of the code base, where there is one beside it.

What: the declaration with its place, and which methods have a member of their name in it. The real pair to the sketches of `qa.migration`.
Why: how the house has already moved a class is the best model for the next one.
Question: How is BpMoney written in our TypeScript? Answer: `BpMoney` is `Money` there (web/money.ts:4): ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import method_table, pick, question
from datagen.companions import Mention, passage_source
from datagen.generators import generator
from datagen.naming import method_name
from datagen.phrase import MOST_SHOWN, code_block, counted, listed, number, ticked
from datagen.sample import Claim, Sample
from datagen.subject import class_source, place
from datagen.typescript import Member, read_typescript
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.counterpart"
ASKED = (
    "How is {c} written in our TypeScript?",
    "Is there a TypeScript counterpart of {c}? Show it, and say which methods it has.",
    "Which TypeScript declaration stands for {c}, and what of {c} is in it?",
    "We have moved {c} to TypeScript, haven't we? What does it look like there?",
    "Show me {c} in TypeScript as we have it.",
)


@generator(KIND, over="mentions")
def make(index: CodeIndex, random: Random, mention: Mention) -> Iterator[Sample]:
    """Ask for the declaration that stands for a class."""
    if mention.is_document:
        return
    passage, name = mention.passages[0], mention.class_name
    declared = read_typescript(passage.text).classes
    methods = list(method_table(index, name).values())
    if len(declared) != 1 or not methods:
        return
    members = declared[0].members
    found = [(method, to) for method in methods if (to := _called(method)) and any(_is_for(one, method, to) for one in members)]
    definition = index.class_table.named(name)[0].definitions[0]
    kind = "interface" if declared[0].is_interface else "class"
    head = f"{ticked(name)} ({place(definition)}) is the {kind} {ticked(passage.title)} in TypeScript ({passage.path}:{passage.line}):"
    answer = "\n\n".join((head, code_block(passage.text, "typescript"), _said(methods, found)))
    shown = found[:MOST_SHOWN]
    names = tuple(f"{'class>>' if method.meta else ''}{method.selector}" for method, _ in shown)
    claim = Claim("counterpart", name, names, tuple(to for _, to in shown), (len(methods),), len(found), detail=passage.title)
    sources = [class_source(definition), passage_source(passage, name)]
    yield question(KIND, pick(random, ASKED, c=ticked(name)), answer, [claim], sources, index)


def _called(method: MethodDef) -> str | None:
    return method_name(method.selector, lambda selector: False, static=method.meta)


def _is_for(member: Member, method: MethodDef, name: str) -> bool:
    """Whether a member is called so, on the same side, and can be given arguments where the method has some."""
    kinds = ("method", "getter", "field") if method.selector.isidentifier() else ("method", "setter")
    return (member.static, member.name) == (method.meta, name) and member.kind in kinds


def _said(methods: list[MethodDef], found: list[tuple[MethodDef, str]]) -> str:
    n = len(methods)
    of = f"Of its {counted(n, 'method')} in the indexed code" if n > 1 else "Its one method in the indexed code"
    if not found:
        return f"{of}{', none' if n > 1 else ''} has {'a' if n > 1 else 'no'} counterpart by name there."
    pairs = []
    for method, to in found[:MOST_SHOWN]:
        old = f"{'class>>' if method.meta else ''}{method.selector}"
        pairs.append(ticked(old) if to == method.selector and not method.meta else f"{ticked(old)} as {ticked(to)}")
    left = len(found) - len(pairs)
    said = listed([*pairs, f"{left:,} more"] if left else pairs)
    return f"{of}{f', {number(len(found))}' if n > 1 else ''} {'has' if len(found) == 1 else 'have'} a counterpart by name there: {said}."
