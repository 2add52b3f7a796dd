"""Which methods hold a literal, read from their trees; strings and numbers inside literal arrays too."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from datagen.looks import look
from datagen.scanned import Scanned
from stparse.nodes import Number, String, walk


@look("literals")
def literals(seen: Scanned, wanted: Collection[str]) -> Iterator[tuple[str, object]]:
    """See the methods with one of these literals, written `string foo` or `number 12`."""
    found = dict.fromkeys(_said(node) for node in walk(seen.tree) if isinstance(node, String | Number))
    yield from ((said, seen.place) for said in found if said in wanted)


def _said(node: String | Number) -> str:
    return f"string {node.value}" if isinstance(node, String) else f"number {node.text}"
