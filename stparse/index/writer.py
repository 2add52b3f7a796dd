"""Writes rows into an index file: adds files, takes files out, and nothing that depends on the order of the work."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path

from stparse.index.extract import FileRows, Row
from stparse.index.scan import Problem
from stparse.index.words import class_words, method_words
from stparse.issue import Severity

ENTITIES = ("classes", "class_parts", "namespaces", "shared_variables", "methods", "doits", "comments")
"""Tables whose rows begin with an entity's id and the file's."""

FACTS = {"sends": 5, "uses": 6, "literals": 4, "pragmas": 3}
"""Tables of facts, with the number of their columns; and in _STRINGS the columns that name a string."""

_STRINGS = {"sends": (2, 3), "uses": (2,), "literals": (2,), "pragmas": (2,)}
_METHOD_STRINGS = (1, 3, 4)
_UNREAD = "F001"


class IndexWriter:
    """An index file while it is written. `fresh` makes a new one, with its indices last."""

    def __init__(self, path: Path, fresh: bool) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        # The file is not the index yet: it is renamed when it is whole, so it needs no journal of its own.
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -65536"):
            self._db.execute(f"PRAGMA {pragma}")
        if fresh:
            self._db.executescript(_sql("schema.sql"))
        self._names: dict[str, int] = {}
        self._fresh = fresh
        self._next_name = self._highest("names", "id") + 1
        self._next_file = self._highest("files", "id") + 1
        self._next_id = self._highest("files", "last_id") + 1
        self._db.execute("BEGIN")

    def remove(self, path: str) -> None:
        """Take the file `path` out, with all its rows."""
        file, first, last = self._db.execute("SELECT id, first_id, last_id FROM files WHERE path = ?", (path,)).fetchone()
        self._forget_words(first, last)
        for table in ENTITIES:
            self._db.execute(f"DELETE FROM {table} WHERE id BETWEEN ? AND ?", (first, last))
        for table in FACTS:
            self._db.execute(f"DELETE FROM {table} WHERE owner BETWEEN ? AND ?", (first, last))
        self._db.execute("DELETE FROM issues WHERE file = ?", (file,))
        self._db.execute("DELETE FROM files WHERE id = ?", (file,))

    def add(self, rows: FileRows, evidence: dict[str, int]) -> None:
        """Put a file in, with all its rows."""
        file, first = self._next_file, self._next_id
        self._next_file += 1
        self._next_id += rows.entities
        self._db.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (file, rows.path, rows.digest, rows.format, rows.dialect, json.dumps(evidence, sort_keys=True), rows.encoding, rows.size,
             rows.lines, first, self._next_id - 1),
        )  # fmt: skip
        ids = [0, *self._name_ids(rows.strings)]
        for table in ENTITIES:
            found: Iterable[Row] = rows.tables.get(table, ())
            if table == "methods":
                found = (_named(row, ids) for row in found)
            self._insert(table, ((_number(row[0]) + first, file, *row[1:]) for row in found))
        for table, width in FACTS.items():
            self._facts(table, getattr(rows, table), width, ids, first)
        self._insert_issues((file, None if row[0] is None else _number(row[0]) + first, None, *row[1:]) for row in rows.issues)
        self._db.executemany(
            "INSERT INTO search (rowid, selector, class, words) VALUES (?, ?, ?, ?)",
            ((_number(row[0]) + first, *row[1:]) for row in rows.search),
        )

    def set_scan(self, skipped: Iterable[Problem], problems: Iterable[Problem]) -> None:
        """Say what was skipped, and what could not be read (as issues F001)."""
        self._db.execute("DELETE FROM skipped")
        self._db.executemany("INSERT OR REPLACE INTO skipped VALUES (?, ?)", ((problem.path, problem.reason) for problem in skipped))
        self._db.execute("DELETE FROM issues WHERE file IS NULL")
        hint = "give yourself the right to read it, or leave it out"
        self._insert_issues(
            (None, None, problem.path, _UNREAD, Severity.ERROR.value, f"cannot be read: {problem.reason}", hint, 0, 0, 1, 1)
            for problem in problems
        )

    def set_meta(self, meta: dict[str, str]) -> None:
        """Say what the index is."""
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", sorted(meta.items()))

    def drop_indices(self) -> None:
        """Take the indices off, for many changes."""
        names = self._db.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
        for (name,) in names:
            self._db.execute(f"DROP INDEX {name}")

    def finish(self) -> None:
        """Commit, with all indices in place, and close."""
        for statement in _sql("indices.sql").split(";"):
            self._db.execute(statement)
        self._db.execute("COMMIT")
        self._db.close()

    def close(self) -> None:
        self._db.close()

    def _insert(self, table: str, rows: Iterable[Row]) -> None:
        iterator = iter(rows)
        first = next(iterator, None)
        if first is None:
            return
        statement = f"INSERT INTO {table} VALUES ({', '.join('?' * len(first))})"
        self._db.execute(statement, first)
        self._db.executemany(statement, iterator)

    def _insert_issues(self, rows: Iterable[Row]) -> None:
        self._db.executemany(f"INSERT INTO issues VALUES (NULL, {', '.join('?' * 11)})", rows)

    def _facts(self, table: str, flat: array[int], width: int, ids: list[int], first: int) -> None:
        columns: list[Iterable[int]] = [flat[start::width] for start in range(width)]
        for column in _STRINGS[table]:
            columns[column] = [ids[number] for number in columns[column]]
        columns[0] = [number + first for number in columns[0]]
        # A damaged tree can place two sends at one offset: the first is kept.
        statement = f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * width)})"
        self._db.executemany(statement, zip(*columns, strict=True))

    def _name_ids(self, strings: Iterable[str]) -> Iterator[int]:
        known = self._names
        new: list[tuple[int, str]] = []
        for text in strings:
            number = known.get(text)
            if number is None:
                number = known[text] = self._stored_name(text) or self._new_name(text, new)
            yield number
        self._db.executemany("INSERT INTO names VALUES (?, ?)", new)

    def _stored_name(self, text: str) -> int:
        if self._fresh:
            return 0
        row = self._db.execute("SELECT id FROM names WHERE text = ?", (text,)).fetchone()
        return row[0] if row else 0

    def _new_name(self, text: str, new: list[tuple[int, str]]) -> int:
        number = self._next_name
        self._next_name += 1
        new.append((number, text))
        return number

    def _forget_words(self, first: int, last: int) -> None:
        """The search table stores no text: to take words out they have to be told once more, and are made as they were."""
        methods = self._db.execute(
            "SELECT m.id, s.text, c.text, m.source FROM methods m JOIN names c ON c.id = m.class LEFT JOIN names s ON s.id = m.selector"
            " WHERE m.id BETWEEN ? AND ?",
            (first, last),
        )
        gone = [(number, *method_words(selector, name, source)) for number, selector, name, source in methods]
        classes = self._db.execute(
            "SELECT id, name, instance_variables || ' ' || class_variables || ' ' || class_instance_variables, category, comment"
            " FROM classes WHERE NOT stub AND id BETWEEN ? AND ?"
            " UNION ALL SELECT id, class, '', NULL, text FROM class_parts WHERE part = 'comment' AND id BETWEEN ? AND ?",
            (first, last, first, last),
        )
        gone += [(number, *class_words(*row)) for number, *row in classes]
        statement = "INSERT INTO search (search, rowid, selector, class, words) VALUES ('delete', ?, ?, ?, ?)"
        self._db.executemany(statement, gone)

    def _highest(self, table: str, column: str) -> int:
        number: int = self._db.execute(f"SELECT coalesce(max({column}), 0) FROM {table}").fetchone()[0]
        return number


def _sql(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value


def _named(row: Row, ids: list[int]) -> Row:
    """Answer a method's row with the ids of its names instead of their numbers in the file; none is NULL."""
    values = list(row)
    for column in _METHOD_STRINGS:
        values[column] = ids[_number(values[column])] or None
    return values
