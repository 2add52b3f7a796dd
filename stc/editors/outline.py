"""The outline of a text: classes, their protocols, and the methods in them, in the order of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from checker.source import Unit
from stc.editors.document import Snapshot
from stparse.chunk import ClassDef
from stparse.definitions import definitions_in
from stparse.index.classtable import path_of


@dataclass(slots=True)
class Entry:
    """A line of the outline. `start` and `end` enclose it and all below it, `name_start` and `name_end` what is shown of it."""

    kind: str
    name: str
    start: int
    end: int
    name_start: int
    name_end: int
    detail: str = ""
    below: list[Entry] = field(default_factory=list)


def outline(snapshot: Snapshot) -> list[Entry]:
    """Answer the outline. What belongs to one class and stands together is one entry, so that no two of them overlap."""
    reading = snapshot.reading
    found: list[Entry] = []
    told: list[tuple[int, ClassDef | Unit]] = [(definition.span.start, definition) for definition in reading.stated]
    told += [(unit.chunk.body, unit) for unit in reading.units]
    for start, one in sorted(told, key=lambda pair: pair[0]):
        if isinstance(one, ClassDef):
            found.append(_definition(snapshot, one, start, start + 1))
        elif one.kind == "method":
            _enter(found, snapshot, one)
        else:
            found += _definitions(snapshot, one)
    return found


def definition_span(snapshot: Snapshot, name: str) -> tuple[int, int] | None:
    """Answer where a text defines a class: its name in the definition; None where it does not."""
    path, reading = path_of(name), snapshot.reading
    found = [_definition(snapshot, stated, stated.span.start, stated.span.start + 1) for stated in reading.stated]
    # Most do-its are about something else, and are not looked into.
    found += [entry for unit in reading.units if unit.kind == "script" and path[-1] in unit.text for entry in _definitions(snapshot, unit)]
    return next(((one.name_start, one.name_end) for one in found if path_of(one.name)[-1] == path[-1]), None)


def _definitions(snapshot: Snapshot, unit: Unit) -> Iterator[Entry]:
    tree = unit.parsed.tree
    for definition in definitions_in(tree) if tree is not None else ():
        if isinstance(definition, ClassDef) and definition.kind != "extension":
            start, end = snapshot.span(unit, 0, len(unit.text.rstrip()))
            yield _definition(snapshot, definition, start, end)
            return


def _definition(snapshot: Snapshot, definition: ClassDef, start: int, end: int) -> Entry:
    short = re.escape(definition.name.rpartition(".")[2])
    match = re.compile(rf"\b{short}\b").search(snapshot.source.text, start, max(end, min(start + 4000, len(snapshot.source.text))))
    first, last = match.span() if match is not None else (start, start)
    end = max(end, last)
    above = f"subclass of {definition.superclass}" if definition.superclass else ""
    return Entry("class", definition.name, start, end, first, last, above)


def _enter(found: list[Entry], snapshot: Snapshot, unit: Unit) -> None:
    chunk = unit.chunk
    start, end = snapshot.span(unit, 0, len(unit.text.rstrip()))
    first, last = pattern_span(snapshot, unit)
    owner = f"{chunk.class_name or '?'}{' class' if chunk.meta else ''}"
    if not found or found[-1].name != owner:
        found.append(Entry("class", owner, start, end, first, last, "" if chunk.class_name else "a class that the header computes"))
    protocol = chunk.category or "(no protocol)"
    below = found[-1].below
    if not below or below[-1].name != protocol:
        below.append(Entry("protocol", protocol, start, end, first, last))
    below[-1].below.append(Entry("method", unit.selector or "(unreadable)", start, end, first, last, owner))
    found[-1].end = below[-1].end = end


def pattern_span(snapshot: Snapshot, unit: Unit) -> tuple[int, int]:
    """Answer where the selector pattern of a method stands in the text: its first line of code."""
    start = len(unit.text) - len(unit.text.lstrip())
    end = unit.text.find("\n", start)
    line = unit.text[start : end if end >= 0 else len(unit.text)].rstrip()
    return snapshot.span(unit, start, start + len(line))
