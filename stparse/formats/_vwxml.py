"""Elements of VisualWorks XML: their fields with places, and the class definitions that they state."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stparse.chunk import ClassDef
from stparse.text import Span
from stparse.xmltext import unescape

_KINDS = {"none": "normal", "objects": "variable", "": "normal"}
_CDATA = "<![CDATA["


class Finder:
    """`str.find` that goes forward only: a marker that is not found is never looked for again, so all of it stays linear."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[str, int] = {}

    def find(self, marker: str, start: int) -> int:
        known = self._found.get(marker)
        if known is not None and (known < 0 or known >= start):
            return known
        found = self._found[marker] = self._text.find(marker, start)
        return found


@dataclass(frozen=True, slots=True)
class Content:
    """What an element holds: its resolved text, where that begins in the file, and how it is escaped there."""

    text: str
    start: int
    escape: str = "xml"


@dataclass(frozen=True, slots=True)
class Element:
    """An element `name` whose content is `text[start:end]`."""

    text: str
    name: str
    start: int
    end: int

    def whole(self) -> Content:
        return _content(self.text, self.start, self.end)

    def has_cdata(self) -> bool:
        return self.text.find(_CDATA, self.start, self.end) >= 0

    def field(self, name: str) -> Content:
        """Answer the content of the first child `name`; an empty one at the element's start if there is none."""
        opening = self.text.find(f"<{name}>", self.start, self.end)
        if opening < 0:
            return Content("", self.start)
        start = opening + len(name) + 2
        end = self.text.find(f"</{name}>", start, self.end)
        return _content(self.text, start, end if end >= 0 else self.end)

    def owner(self) -> tuple[str | None, bool]:
        """Answer the class that `class-id` names, and whether it is the class side that is meant."""
        name = self.field("class-id").text.strip()
        if name.endswith(" class"):
            return name[: -len(" class")].strip(), True
        return name or None, False


def _content(text: str, start: int, end: int) -> Content:
    raw = text[start:end]
    if _CDATA not in raw:
        return Content(unescape(raw), start)
    if raw.startswith(_CDATA) and raw.endswith("]]>") and raw.count(_CDATA) == 1:
        return Content(raw[len(_CDATA) : -3], start + len(_CDATA), "none")
    return Content(_mixed(raw), start)


def _mixed(raw: str) -> str:
    parts = []
    for index, piece in enumerate(raw.split(_CDATA)):
        literal, closed, after = piece.partition("]]>") if index else ("", "", piece)
        parts.append(literal + unescape(after) if closed or not index else piece)
    return "".join(parts)


def definition_of(element: Element, span: Span, path: str, stub: bool) -> ClassDef:
    """Answer the class or name space that `element` states; its name is qualified by its environment."""
    name, environment = element.field("name").text.strip(), element.field("environment").text.strip()
    superclass = element.field("super").text.strip()
    indexed = element.field("indexed-type").text.strip()
    return ClassDef(
        name=f"{environment}.{name}" if environment else name,
        superclass=None if superclass in ("", "nil", "none") else superclass,
        namespace=environment or None,
        kind="namespace" if element.name == "name-space" else _KINDS.get(indexed, indexed),
        instance_variables=tuple(element.field("inst-vars").text.split()),
        class_instance_variables=tuple(element.field("class-inst-vars").text.split()),
        imports=_imports(element.field("imports").text),
        category=element.field("category").text.strip() or None,
        stub=stub,
        span=span,
        file=path,
    )


def _imports(text: str) -> tuple[str, ...]:
    # "private Core.*" imports for the class alone: the name is what is wanted, the word before it is not.
    return tuple(word for word in re.split(r"\s+", text) if word and word != "private")


def qualified(owner: str | None, meta: bool) -> str:
    """Answer the class as a message names it."""
    return f"{owner or 'an unnamed class'}{' class' if meta else ''}"
