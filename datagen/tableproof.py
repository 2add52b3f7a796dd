"""Whether a table says what the lines beside it say, row by row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from datagen.layout import lines_of
from datagen.tables import Tables
from stparse.issue import BadInputError

MOST = 20
"""So many differences of a file are told: one shifted row makes all that follow differ."""


def differences(tables: Tables, table: Path, lines: Path) -> tuple[int, list[tuple[str | None, str]]]:
    """Answer the number of rows, and (id, what differs) of the rows that are not what the line of the same number is."""
    found: list[tuple[str | None, str]] = []
    number = 0
    try:
        for number, (row, record) in enumerate(zip_longest(tables.rows(table), _records(lines)), 1):
            if row != record:
                found.append(((record or row or {}).get("id"), _difference(number, row, record)))
                if len(found) == MOST:
                    found.append((None, f"more may differ; the first {MOST} rows that do are told"))
                    break
    except BadInputError as error:
        found.append((None, str(error)))
    return number, found


def _records(lines: Path) -> Iterator[dict[str, Any]]:
    for _, line in lines_of(lines):
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        yield record if isinstance(record, dict) else {}


def _difference(number: int, row: dict[str, Any] | None, record: dict[str, Any] | None) -> str:
    if row is None or record is None:
        return f"row {number} is {'missing' if row is None else 'not in the JSONL'}"
    keys = [key for key in {**record, **row} if row.get(key, ...) != record.get(key, ...)]
    return f"row {number} differs from the JSONL in {', '.join(keys)}"
