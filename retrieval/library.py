"""The passages of an index, to be searched: a file beside the index, which `retrieval.shelving` makes and brings up to date."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from retrieval.passage import Passage, Words

WEIGHTS = (4.0, 2.0, 2.0, 1.0)
"""What a term counts in a name, in what a passage belongs to, in its comments, in its code or text."""
_TERMS_ASKED = 500


class Shelved(NamedTuple):
    """A passage as a library keeps it: its terms, the class that it is of, and its package: a category, a folder or a file."""

    words: Words
    class_name: str
    package: str


class Library:
    """The passages of an index."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.passages: int = db.execute("SELECT count(*) FROM words_docsize").fetchone()[0]

    @cached_property
    def mean_length(self) -> float:
        """How many terms a passage has in the mean."""
        return float(self._db.execute("SELECT value FROM meta WHERE key = 'mean length'").fetchone()[0])

    @cached_property
    def digest(self) -> str:
        """What tells this library from one of other texts."""
        said = sorted(self._db.execute("SELECT key, value FROM meta").fetchall())
        files = self._db.execute("SELECT path, key FROM files ORDER BY path").fetchall()
        return hashlib.sha256(json.dumps([said, files]).encode("utf-8", "surrogatepass")).hexdigest()

    def close(self) -> None:
        self._db.close()

    def ids(self) -> list[int]:
        """Answer the ids of all passages, in their order."""
        return [number for (number,) in self._db.execute("SELECT id FROM words_docsize ORDER BY id")]

    def frequencies(self, wanted: Iterable[str]) -> dict[str, int]:
        """Answer in how many passages each of the terms stands; 1 where it stands in one or in none."""
        asked = list(wanted)[:_TERMS_ASKED]
        query = "SELECT term, passages FROM frequencies WHERE term IN (SELECT value FROM json_each(?))"
        return {**dict.fromkeys(asked, 1), **dict(self._db.execute(query, (json.dumps(asked),)))}

    def best(self, wanted: Iterable[str], most: int, weights: Sequence[float] = WEIGHTS) -> list[tuple[int, float]]:
        """Answer the ids of the passages that have some of the terms, and how well they fit (BM25), the best first."""
        asked = " OR ".join(f'"{term}"' for term in wanted)
        if not asked:
            return []
        # Asked by its rank, FTS5 sorts no more than it has to.
        ranked = "SELECT rowid, -rank FROM words WHERE words MATCH ? AND rank MATCH ? ORDER BY rank LIMIT ?"
        return self._db.execute(ranked, (asked, f"bm25({', '.join(map(str, weights))})", most)).fetchall()

    def shelved(self, ids: Iterable[int]) -> dict[int, Shelved]:
        """Answer the terms of passages, their classes and packages."""
        query = "SELECT rowid, name, owner, comment, body, class, package FROM words WHERE rowid IN (SELECT value FROM json_each(?))"
        found = self._db.execute(query, (json.dumps(list(ids)),))
        return {row[0]: Shelved(Words(*(text.split() for text in row[1:5])), row[5], row[6]) for row in found}

    def documents(self, ids: Iterable[int]) -> dict[int, Passage]:
        """Answer those of the passages that are no Smalltalk of the index: sections, declarations, comments of files."""
        query = "SELECT kind, name, file, line, text, id FROM documents WHERE id IN (SELECT value FROM json_each(?))"
        return {row[5]: Passage(*row) for row in self._db.execute(query, (json.dumps(list(ids)),))}
