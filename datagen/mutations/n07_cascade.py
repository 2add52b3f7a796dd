"""N07: a semicolon where no cascade can be.

What: a semicolon behind the receiver, before there is a message to cascade from, or one with no message behind it; where there is a
cascade, or where the statement beside it has the same receiver.
Why: the cascade is the construct that no other language has, and the one that models get wrong.
Good: aStream nextPutAll: title; cr.
Bad:  aStream; nextPutAll: title; cr.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.mutations import Mutant, edited, mutation
from datagen.reading import Reading, shuffled
from stparse.nodes import Assign, Cascade, Node, Return, Send, Sequence, Variable, walk


@mutation("N07", "syntax", rate=0.2)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Put one semicolon behind a receiver, or behind the last message of a statement."""
    yield from shuffled(random, [*_receivers(reading), *_tails(reading)])


def _cascading(reading: Reading) -> Iterator[tuple[Node, Send | Cascade]]:
    """Yield the statements, with the messages that they return or assign, where somebody may have meant a cascade."""
    for sequence in (node for node in walk(reading.tree.body) if isinstance(node, Sequence)):
        found = [s.value if isinstance(s, Return | Assign) else s for s in sequence.statements]
        names = [s.receiver.name if isinstance(s, Send | Cascade) and isinstance(s.receiver, Variable) else "" for s in found]
        for at, message in enumerate(found):
            beside = {*names[at - 1 : at], *names[at + 1 : at + 2]}
            if isinstance(message, Cascade) or (isinstance(message, Send) and names[at] and names[at] in beside):
                yield sequence.statements[at], message


def _receivers(reading: Reading) -> Iterator[Mutant]:
    # Dolphin takes a cascade on any value.
    for _, message in _cascading(reading) if reading.dialect != "dolphin" else ():
        receiver = message.receiver
        # Inside an argument the semicolon would be a cascade on the outer receiver, and correct.
        if isinstance(receiver, Variable) and reading.text[receiver.end : receiver.end + 1].isspace():
            told = f"remove it, for nothing is sent to `{receiver.name}` before it"
            yield edited(reading.text, receiver.end, receiver.end, ";", "P161", receiver.end, told=told)


def _tails(reading: Reading) -> Iterator[Mutant]:
    for statement, message in _cascading(reading):
        after = reading.index_at(statement.end)
        if statement is message and reading.word(after) == ".":
            place = reading.tokens.starts[after]
            yield edited(reading.text, place, place, ";", "P163", place + 1, told="remove the `;`")
