"""Which arguments and temporaries of a method are not used.

What: names that a method declares and never reads; a temporary that is only assigned is told apart.
Why: a temporary that nobody reads is a leftover or a mistake; an argument that nobody reads may be an override's, or a bug.
Question: Does BpRight>>isOpen declare anything that it does not use? ...
Answer: The temporary `count` is assigned, but never read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

from datagen.generators import generator
from datagen.phrase import capitalised, listed, ticks
from datagen.quoting import about_code, readable
from datagen.sample import Claim, Sample
from datagen.subject import method_shown
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.nodes import Block, Method, walk

KIND = "qa.unused"
BLOCK_ARGUMENT = "block argument"
ASKED = (
    "Does `{m}` declare anything that it does not use?",
    "Are there unused temporaries or arguments in `{m}`?",
    "Which names does `{m}` declare and never read?",
    "Please check `{m}` for leftover arguments and temporaries.",
    "Is every argument and temporary of `{m}` used?",
)
NONE_CHANCE = 0.05
BLOCK_CHANCE = 0.2
"""That nobody reads what a block is given is seldom worth a question: `do: [:ex | nil]`."""
Unread = tuple[str, str, bool]


@generator(KIND, over="methods")
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Ask which names of a method are not read; of a method that reads them all only rarely."""
    tree = readable(method)
    if tree is None or not tree.body.statements or tree.pragmas:
        return
    declared = declared_in(tree)
    if not declared or max(Counter(name for name, _ in declared).values()) > 1:
        return
    uses = index.uses_of(method)
    read = {use.name for use in uses if not use.write}
    written = {use.name for use in uses if use.write}
    unread = [(name, kind, name in written) for name, kind in declared if name not in read]
    sent = {send.selector for send in index.sends_of(method)}
    # What calls C reads its arguments in the literal array of the signature: `self ffiCall: #(void free(void *pointer))`.
    elsewhere = sent | {str(literal.value) for literal in index.literals_of(method)}
    if sent & {"subclassResponsibility", "shouldNotImplement"} or any(name in elsewhere for name, _, _ in unread):
        return
    if random.random() > _chance(unread):
        return
    shown = method_shown(index, method)
    claim = Claim(
        "unused",
        shown,
        tuple(name for name, _, _ in unread),
        tuple(f"{kind}: {'only assigned' if assigned else 'not used'}" for _, kind, assigned in unread),
        count=len(unread),
    )
    traits = [] if unread else ["none"]
    yield about_code(KIND, random.choice(ASKED).format(m=shown), index, method, _answer(unread), [claim], traits)


def declared_in(tree: Method) -> list[tuple[str, str]]:
    """Answer the names that a method declares, with their kinds, in the order of the text."""
    found = [(argument.name, "argument") for argument in tree.arguments]
    found += [(temporary.name, "temporary") for temporary in tree.body.temporaries]
    for node in walk(tree.body):
        if isinstance(node, Block):
            found += [(parameter.name, BLOCK_ARGUMENT) for parameter in node.parameters]
            found += [(temporary.name, "temporary") for temporary in node.body.temporaries]
    return found


def _chance(unread: list[Unread]) -> float:
    if not unread:
        return NONE_CHANCE
    return BLOCK_CHANCE if all(kind == BLOCK_ARGUMENT for _, kind, _ in unread) else 1


def _answer(unread: list[Unread]) -> str:
    if not unread:
        return "Nothing is unused: every argument and temporary that it declares is read."
    said = []
    for what in sorted({(kind, assigned) for _, kind, assigned in unread}):
        names = [name for name, kind, assigned in unread if (kind, assigned) == what]
        kind = what[0] if len(names) == 1 else {"temporary": "temporaries"}.get(what[0], f"{what[0]}s")
        does = ("is" if len(names) == 1 else "are") + (" assigned, but never read" if what[1] else " not used")
        if what[0] == BLOCK_ARGUMENT:
            does += ", though its block is evaluated with it" if len(names) == 1 else ", though their blocks are evaluated with them"
        said.append(f"the {kind} {ticks(names)} {does}")
    return f"{capitalised('; '.join(said) if any(', though' in part for part in said) else listed(said))}."
