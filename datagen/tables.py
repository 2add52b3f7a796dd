"""The columns of a data set, for whoever writes or declares a table; and what a table format must be able to do.

JSON has no types: a column that is null in the first thousand lines would be taken for one of nulls. So the types are said here
once, and both the Parquet files and the card's header are made from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

Type = str | list["Type"] | dict[str, "Type"]
"""A scalar by name, a list of one type, or a struct."""

_TALK: Type = [{"role": "string", "content": "string"}]
_SPAN: Type = ["int64"]
_CLAIMS: Type = [
    {
        "kind": "string",
        "about": "string",
        "names": ["string"],
        "places": ["string"],
        "numbers": ["int64"],
        "count": "int64",
        "code": "string",
        "span": _SPAN,
        "detail": "string",
    }
]
_SOURCES: Type = [{"file": "string", "class": "string", "selector": "string", "span": _SPAN, "digest": "string"}]
_FAULT: Type = {
    "mutation": "string",
    "code": "string",
    "message": "string",
    "line": "int64",
    "span": _SPAN,
    "was": "string",
    "now": "string",
}
_REST: dict[str, Type] = {
    "answer": "string",
    "form": "string",
    "claims": _CLAIMS,
    "sources": _SOURCES,
    "group": "string",
    "split": "string",
    "quality": "float64",
    "tokens": "int64",
}

COLUMNS: dict[str, dict[str, Type]] = {
    "sft": {"id": "string", "kind": "string", "messages": _TALK, **_REST, "fault": _FAULT},
    "completion": {"id": "string", "kind": "string", "prompt": _TALK, "completion": _TALK, **_REST},
    "preference": {"id": "string", "kind": "string", "prompt": _TALK, "chosen": _TALK, "rejected": _TALK, **_REST, "fault": _FAULT},
}
"""The columns of each folder, in the order of the keys of its lines."""


class TableWriter(Protocol):
    """A table that is being written."""

    def add(self, record: Mapping[str, Any]) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Tables:
    """A table format that is installed: its ending, what writes a table of a folder's columns, and what reads one row by row."""

    ending: str
    version: str
    writer: Callable[[Path, str], TableWriter]
    rows: Callable[[Path], Iterator[dict[str, Any]]]
