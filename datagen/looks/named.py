"""Which capitalised names the methods of a class mention, and which methods mention the class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from datagen.classfacts import short_of
from datagen.looks import look
from datagen.scanned import Scanned
from stparse.nodes import Binding, Variable, walk


@dataclass(frozen=True, slots=True)
class Mention:
    """A method of the class `by` mentions `name` so many times."""

    by: str
    name: str
    times: int


@look("named")
def named(seen: Scanned, wanted: Collection[str]) -> Iterator[tuple[str, object]]:
    """See what methods of these classes mention, and which methods mention these classes."""
    by = seen.short
    nodes = (*seen.executed, *(node for pragma in seen.tree.pragmas for node in walk(pragma) if isinstance(node, Binding)))
    found = Counter(short_of(node.name) for node in nodes if isinstance(node, Binding | Variable) and _is_global(node, seen))
    for name, times in found.items():
        mention = Mention(by, name, times)
        yield from ((subject, mention) for subject in {by, name} if subject in wanted)


def _is_global(node: Binding | Variable, seen: Scanned) -> bool:
    if isinstance(node, Binding):
        return True
    return (node.name[:1].isupper() or "." in node.name or ":" in node.name) and not seen.scopes.declares(node.name, node.start)
