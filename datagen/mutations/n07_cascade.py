"""N07: a semicolon where no cascade can be.

What: a semicolon behind the receiver, before there is a message to cascade from, where there is a cascade, or the statement beside it
has the same receiver; or one with no message behind it.
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


@mutation("N07", "syntax", rate=0.65)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Put one semicolon behind a receiver, or behind the last message of a statement."""
    yield from shuffled(random, [*_receivers(reading), *_tails(reading)])


def _statements(reading: Reading) -> Iterator[Node]:
    for node in walk(reading.tree.body):
        if isinstance(node, Sequence):
            yield from node.statements


def _receivers(reading: Reading) -> Iterator[Mutant]:
    if reading.dialect == "dolphin":
        # Dolphin takes a cascade on any value.
        return
    for sequence in (node for node in walk(reading.tree.body) if isinstance(node, Sequence)):
        # Inside an argument the semicolon would be a cascade on the outer receiver, and correct.
        found = [s.value if isinstance(s, Return | Assign) else s for s in sequence.statements]
        names = [s.receiver.name if isinstance(s, Send | Cascade) and isinstance(s.receiver, Variable) else "" for s in found]
        for at, statement in enumerate(found):
            assert isinstance(statement, Send | Cascade) or not names[at]
            beside = names[at - 1 : at] + names[at + 1 : at + 2]
            if names[at] and isinstance(statement, Send | Cascade) and (isinstance(statement, Cascade) or names[at] in beside):
                yield from _behind_receiver(reading, names[at], statement.receiver.end)


def _behind_receiver(reading: Reading, name: str, end: int) -> Iterator[Mutant]:
    if reading.text[end : end + 1].isspace():
        yield edited(reading.text, end, end, ";", "P161", end, told=f"remove it, for nothing is sent to `{name}` before it")


def _tails(reading: Reading) -> Iterator[Mutant]:
    for statement in _statements(reading):
        after = reading.index_at(statement.end)
        if isinstance(statement, Send | Cascade) and reading.word(after) == ".":
            place = reading.tokens.starts[after]
            yield edited(reading.text, place, place, ";", "P163", place + 1, told="remove the `;`")
