"""N10: a store into what is no variable.

What: an argument is assigned to: a setter the wrong way round, `aName := aName trimmed` as in other languages; or self is.
Why: elsewhere arguments are variables like others; here a compiler refuses it.
Good: title := aString
Bad:  aString := title
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from checker.names import Meaning
from datagen.mutations import Mutant, edited, must_be, mutation
from datagen.reading import Reading, shuffled
from stparse.nodes import Assign, Block, Cascade, Node, Send, Variable, walk


@mutation("N10", "names", rate=0.2)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Turn an assignment round, give it an argument for its target, or put one before a message."""
    faults = {argument.name: "store-into-argument" for argument in reading.tree.arguments}
    for node in walk(reading.tree.body):
        if isinstance(node, Block):
            faults |= {p.name: "store-into-block-argument" for p in node.parameters if p.name not in faults}
    codes = {name: code for name, fault in faults.items() if (code := reading.code_of(fault))}
    yield from shuffled(random, [*_turned(reading, codes), *_retargeted(reading, codes)])
    yield from shuffled(random, [*_received(reading, codes), *_self(reading)])


def _assignments(reading: Reading) -> Iterator[Assign]:
    """Yield the assignments to variables of the class: of a temporary that is set no more the compiler would say that too."""
    for node in walk(reading.tree.body):
        if isinstance(node, Assign) and reading.names.meaning(node.target.name) in (Meaning.INSTANCE, Meaning.SHARED):
            yield node


def _turned(reading: Reading, codes: dict[str, str]) -> Iterator[Mutant]:
    for node in _assignments(reading):
        value = node.value
        if isinstance(value, Variable) and value.name in codes and reading.text[node.end - len(value.name) : node.end] == value.name:
            middle = reading.text[node.target.end : value.start]
            now = f"{value.name}{middle}{node.target.name}"
            told = must_be(f"{node.target.name} {reading.assignment} {value.name}")
            yield edited(reading.text, node.start, node.end, now, codes[value.name], node.start, told=told)


def _retargeted(reading: Reading, codes: dict[str, str]) -> Iterator[Mutant]:
    for node in _assignments(reading):
        first = _first(node.value)
        if first is not node.value and isinstance(first, Variable) and first.name in codes:
            told = f"store into `{node.target.name}`"
            yield edited(reading.text, node.start, node.target.end, first.name, codes[first.name], node.start, told=told)


def _received(reading: Reading, codes: dict[str, str]) -> Iterator[Mutant]:
    # The last statement of a block is often its value, where nobody would write a store.
    inner = {id(node.body.statements[-1]) for node in walk(reading.tree.body) if isinstance(node, Block) and node.body.statements}
    for statement in reading.statements():
        receiver = statement.receiver if isinstance(statement, Send) else None
        if isinstance(receiver, Variable) and receiver.name in codes and id(statement) not in inner and reading.begins_statement(statement):
            now = f"{receiver.name} {reading.assignment} "
            told = f"remove `{now.rstrip()}`, for the message alone is enough"
            yield edited(reading.text, statement.start, statement.start, now, codes[receiver.name], statement.start, told=told)


def _self(reading: Reading) -> Iterator[Mutant]:
    code = reading.code_of("store-into-pseudo-variable")
    for statement in reading.statements():
        receiver = statement.receiver if isinstance(statement, Send) else None
        if code and isinstance(receiver, Variable) and receiver.name == "super" and reading.begins_statement(statement):
            now = f"self {reading.assignment} "
            told = f"remove `{now.rstrip()}`, for the message alone is enough"
            yield edited(reading.text, statement.start, statement.start, now, code, statement.start, told=told)


def _first(node: Node) -> Node:
    while isinstance(node, Send | Cascade):
        node = node.receiver
    return node
