"""How long the methods of a class are, and how often they branch."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from datagen.looks import look
from datagen.scanned import Place, Scanned
from stparse.nodes import Message, Send

_DECIDES = re.compile(r"if(?:True|False|Nil|NotNil):.*|and:|or:|while(?:True|False):?|repeat|to:(?:by:)?do:|timesRepeat:|(?:on:)?do:")


@dataclass(frozen=True, slots=True)
class Size:
    """A method with its lines that are not blank, and its messages that decide, loop or catch."""

    class_name: str
    meta: bool
    place: Place
    lines: int
    branches: int


@look("sizes")
def sizes(seen: Scanned, wanted: Collection[str]) -> Iterator[tuple[str, object]]:
    """See the methods of these classes."""
    if seen.short in wanted:
        method = seen.method
        lines = len(re.findall(r"^.*\S", method.source, re.MULTILINE))
        branches = sum(bool(isinstance(n, Send | Message) and _DECIDES.fullmatch(n.selector)) for n in seen.executed)
        yield seen.short, Size(method.class_name, method.meta, seen.place, lines, branches)
