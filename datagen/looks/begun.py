"""Which methods send messages that begin with a word."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from datagen.looks import look
from datagen.scanned import Place, Scanned
from stparse.nodes import Message, Send

_HUMP = re.compile(r"([a-z]+)(?:[^a-z].*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Begun:
    """A method that sends a selector."""

    selector: str
    class_name: str
    place: Place


@look("begun")
def begun(seen: Scanned, wanted: Collection[str]) -> Iterator[tuple[str, object]]:
    """See the messages whose selectors begin with one of these words, each once in a method."""
    for selector in dict.fromkeys(node.selector for node in seen.executed if isinstance(node, Send | Message)):
        hump = _HUMP.fullmatch(selector)
        if hump is not None and hump[1] in wanted:
            yield hump[1], Begun(selector, seen.method.class_name, seen.place)
