"""Search by words over methods, classes and comments, ranked by the bm25 of FTS5."""

from __future__ import annotations

import json
import sqlite3

from stparse.index.classtable import ClassTable
from stparse.index.words import words_of

_RANKED = "SELECT rowid, bm25(search, 3.0, 2.0, 1.0) AS score FROM search WHERE search MATCH ?"


def scores_of(db: sqlite3.Connection, text: str, limit: int) -> dict[int, float]:
    """Answer by their ids how well the rows fit that have words of `text`: the best `limit`, and those that are as good as the last."""
    wanted = " OR ".join(f'"{word}"' for word in words_of(text).split())
    if not wanted or limit < 1:
        return {}
    best = db.execute(f"{_RANKED} ORDER BY score LIMIT ?", (wanted, limit + 1)).fetchall()
    # Where equal scores straddle the limit take all of them, so that the order of the ids decides nothing.
    if len(best) > limit and best[limit - 1][1] == best[limit][1]:
        best = db.execute(f"SELECT * FROM ({_RANKED}) WHERE score <= ?", (wanted, best[-1][1])).fetchall()
    return {rowid: -score for rowid, score in best}


def with_comments(db: sqlite3.Connection, table: ClassTable, scores: dict[int, float]) -> dict[int, float]:
    """Answer `scores` with those of comments apart from their class given to the class."""
    scored = dict(scores)
    query = "SELECT p.id, p.class, f.path FROM class_parts p JOIN files f ON f.id = p.file WHERE p.id IN"
    for number, name, path in db.execute(f"{query} (SELECT value FROM json_each(?))", (json.dumps(list(scores)),)):
        for group in table.meant(name, path):
            first = group.definitions[0].id
            scored[first] = max(scores[number], scored.get(first, 0.0))
    return scored
