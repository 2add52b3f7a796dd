"""What every method sends or names as a symbol, for whoever follows messages from method to method."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from datagen.looks import look
from datagen.scanned import Place, Scanned
from stparse.nodes import Message, Pragma, Send, Symbol, walk

ALL = "*"


@dataclass(frozen=True, slots=True)
class Call:
    """A method with the selectors that it sends and the symbols that it holds, pragmas included."""

    class_name: str
    meta: bool
    selector: str
    dialect: str
    place: Place
    named: frozenset[str]


@look("calls")
def calls(seen: Scanned, wanted: Collection[str]) -> Iterator[tuple[str, object]]:
    """See every method."""
    named = {node.selector for node in seen.executed if isinstance(node, Send | Message)}
    named.update(node.value for node in seen.executed if isinstance(node, Symbol))
    for pragma in (pragma for pragma in seen.tree.pragmas if isinstance(pragma, Pragma)):
        named.update(node.value for node in walk(pragma) if isinstance(node, Symbol))
    method = seen.method
    yield ALL, Call(method.class_name, method.meta, seen.tree.selector, method.dialect, seen.place, frozenset(map(sys.intern, named)))
