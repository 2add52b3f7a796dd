"""Methods that send the same messages equally often as one that is asked about: among them are all that are alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from datagen.looks import look
from datagen.scanned import Scanned
from datagen.treefacts import bag_of
from stparse.nodes import Message, Send


@look("bags")
def bags(seen: Scanned, wanted: Collection[str]) -> Iterator[tuple[str, object]]:
    """See the methods with one of these bags of messages."""
    bag = bag_of(node.selector for node in seen.executed if isinstance(node, Send | Message))
    if bag in wanted:
        yield bag, seen
