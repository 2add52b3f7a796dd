"""Messages that are sent to a class by its name, with the methods that send them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from datagen.classfacts import short_of
from datagen.looks import look
from datagen.scanned import Place, Scanned
from stparse.nodes import Cascade, Node, Send, Variable, walk


@dataclass(frozen=True, slots=True)
class SentTo:
    """A send to a class."""

    selector: str
    place: Place


@look("created")
def created(seen: Scanned, wanted: Collection[str]) -> Iterator[tuple[str, object]]:
    """See each send whose receiver is the name of one of these classes."""
    if not any(isinstance(node, Variable) and short_of(node.name) in wanted for node in seen.executed):
        return
    for node in walk(seen.tree.body):
        if isinstance(node, Send):
            yield from ((name, SentTo(node.selector, seen.place)) for name in _class_in(node.receiver, seen) if name in wanted)
        elif isinstance(node, Cascade):
            for name in (name for name in _class_in(node.receiver, seen) if name in wanted):
                yield from ((name, SentTo(message.selector, seen.place)) for message in node.messages)


def _class_in(node: Node, seen: Scanned) -> Iterator[str]:
    if isinstance(node, Variable) and not seen.scopes.declares(node.name, node.start):
        yield short_of(node.name)
