"""How much there is of everything in an index."""

from __future__ import annotations

import sqlite3

from stparse.index.model import Statistics

_COUNTS = (
    "SELECT count(*) FROM files",
    "SELECT coalesce(sum(size), 0) FROM files",
    "SELECT coalesce(sum(lines), 0) FROM files",
    "SELECT count(*) FROM classes WHERE NOT stub",
    "SELECT count(*) FROM classes WHERE stub",
    "SELECT count(*) FROM namespaces",
    "SELECT count(*) FROM shared_variables",
    "SELECT count(*) FROM methods",
    "SELECT count(*) FROM methods WHERE NOT parsed",
    "SELECT count(*) FROM doits",
    "SELECT count(*) FROM comments",
    "SELECT count(*) FROM sends",
    "SELECT count(DISTINCT selector) FROM methods",
    "SELECT count(*) FROM issues",
    "SELECT count(*) FROM skipped",
)


def statistics_of(database: sqlite3.Connection) -> Statistics:
    """Count everything."""
    counted = [database.execute(query).fetchone()[0] for query in _COUNTS]
    query = "SELECT {}, count(*) FROM files GROUP BY 1 ORDER BY 2 DESC, 1"
    dialects, formats = (tuple(database.execute(query.format(column))) for column in ("dialect", "format"))
    return Statistics(dialects, formats, *counted)
