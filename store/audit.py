"""The proof of the audit trail: each entry is computed anew, each row is held against the last entry about it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg import sql

from store.db import Connection, Store

TABLES = {
    "datasets": "digest",
    "smalltalk_training_examples": "id",
    "example_decisions": "id",
    "review_policy": "one",
    "training_feedback": "id",
    "rag_to_training_queue": "feedback",
    "exports": "digest",
    "lora_training_runs": "id",
    "models": "name",
    "evaluation_reports": "digest",
    "model_aliases": "alias",
    "promotions": "id",
    "forgotten_people": "pseudonym",
    "audit_resealed": "entries",
    "audit_members": "whole",
}
"""Every audited table with its key; a test holds it against the triggers of the database."""
MEMBERS = {"dataset_examples": "dataset", "export_examples": "export"}
"""Tables of which `audit_members` has the digest of all that one data set or export holds, with the column that names it."""
_BORN_WITH = {("review_policy", "true")}
_FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Head:
    """Where the trail ends: who wrote it down can later tell whether the trail was made anew."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Trail:
    """What the proof found: nothing in `failures` means that the trail is whole and that every row is as it says.

    `forgotten` are the pseudonyms of people whose names were taken out; what they did is proved like everything else.
    """

    entries: int
    rows: int
    head: Head
    forgotten: tuple[str, ...]
    failures: tuple[str, ...]


def head(store: Store) -> Head:
    """Answer where the trail ends now."""
    return store.rows(Head, "SELECT seq, hash FROM audit_head")[0]


def prove(store: Store, noted: Head | None = None) -> Trail:
    """Prove the trail and the tables; `noted` is a head that was written down earlier and must still be in it. One consistent view."""
    with store.transaction(snapshot=True) as connection:
        # Digests are of rows as text, which depends on these.
        connection.execute(b"SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL extra_float_digits = 1")
        seals, forgotten, failures = _names(connection)
        end, entries = Head(0, _FIRST), 0
        seen = noted is None or noted.seq == 0
        second = _Second.of(connection, seals, forgotten)
        for failure, found in _entries(connection, end, seals, second):
            end, entries = found, entries + 1
            failures += [failure] if failure else []
            seen = seen or found == noted
        failures += second.failures()
        row = connection.execute("SELECT seq, hash FROM audit_head").fetchone()
        if row is None or Head(*row) != end:
            failures.append(f"the trail ends at entry {end.seq}, and its head says otherwise: its end is missing, or forged")
        if not seen and noted is not None:
            failures.append(f"the head that was noted, {noted.seq} {noted.hash}, is not in the trail: it was made anew")
        rows = 0
        for table, key in TABLES.items():
            count, wrong = _rows(connection, table, key)
            rows += count
            failures += wrong
        for table, column in MEMBERS.items():
            failures += _members(connection, table, column)
    return Trail(entries, rows, end, forgotten, tuple(failures))


def _names(connection: Connection) -> tuple[dict[str, str], tuple[str, ...], list[str]]:
    """Answer the seal of each name, the pseudonyms among them, and what is wrong with them."""
    rows = connection.execute(
        "SELECT name, seal, salt, EXISTS (SELECT FROM forgotten_people WHERE pseudonym = name) FROM audit_names ORDER BY name"
    ).fetchall()
    wrong = [
        f"the seal of {name!r} is not that of the name"
        for name, seal, salt, known in rows
        if (not known if salt is None else hashlib.sha256(f"{salt}:{name}".encode()).hexdigest() != seal)
    ]
    return {name: seal for name, seal, _, _ in rows}, tuple(name for name, _, salt, _ in rows if salt is None), wrong


class _Second:
    """The second chain, over entries from before names had seals (migration 010): it proves those of people who were forgotten."""

    def __init__(self, entries: int, said: str, seals: Mapping[str, str], forgotten: Collection[str]) -> None:
        self._entries, self._said, self._seals, self._forgotten = entries, said, seals, forgotten
        self._found = _FIRST

    @classmethod
    def of(cls, connection: Connection, seals: Mapping[str, str], forgotten: Collection[str]) -> _Second:
        row = connection.execute("SELECT entries, hash FROM audit_resealed ORDER BY entries DESC LIMIT 1").fetchone()
        entries, said = row or (0, _FIRST)
        return cls(entries, said, seals, forgotten)

    def covers(self, seq: int, at: datetime, who: str, login: str, *rest: Any) -> bool:
        """Take in an entry. Answer whether its own hash can no longer be computed, because the name in it was forgotten."""
        if seq > self._entries:
            return False
        self._found = _signed("3;", (seq, _stamp(at), self._seals.get(who), self._seals.get(login), *rest, self._found))
        return who in self._forgotten or login in self._forgotten

    def failures(self) -> list[str]:
        if self._found == self._said:
            return []
        return [f"the first {self._entries} entries, proved with seals in the place of names, are not what was written"]


def _entries(connection: Connection, end: Head, seals: Mapping[str, str], second: _Second) -> Iterator[tuple[str | None, Head]]:
    with connection.cursor(name="trail") as cursor:
        cursor.itersize = 10_000
        cursor.execute(
            "SELECT seq, at, who, login, action, relation, key, row_digest, change::text, why, previous, hash FROM audit_log ORDER BY seq"
        )
        for seq, at, *rest, previous, said in cursor:
            failure, covered = None, second.covers(seq, at, *rest)
            if seq != end.seq + 1:
                failure = f"entry {seq} follows entry {end.seq}: what was between them is gone"
            elif previous != end.hash:
                failure = f"entry {seq} does not continue the one before it"
            elif not covered and said not in hashes_of(seals, seq, at, *rest, previous):
                failure = f"entry {seq} ({rest[3]} {rest[4]}, by {rest[0]}) is not what was written"
            end = Head(seq, said)
            yield failure, end


def hashes_of(seals: Mapping[str, str], seq: int, at: datetime, who: str, login: str, *rest: Any) -> Iterator[str]:
    """Yield the hashes that an entry may have: as the trigger computes it, and as it did before names had seals."""
    for mark, names in (("2;", (seals.get(who), seals.get(login))), ("", (who, login))):
        yield _signed(mark, (seq, _stamp(at), *names, *rest))


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def _signed(mark: str, parts: Iterable[Any]) -> str:
    """Answer the hash of parts, each with its length before it."""
    told = ["" if part is None else str(part) for part in parts]
    return hashlib.sha256((mark + ",".join(f"{len(part)}:{part}" for part in told)).encode()).hexdigest()


def _rows(connection: Connection, table: str, key: str) -> tuple[int, list[str]]:
    """Answer how many rows a table has, and which of them are not what the trail says."""
    query = sql.SQL("""
        WITH last AS (
            SELECT DISTINCT ON (key) key, CASE action WHEN 'delete' THEN NULL ELSE row_digest END AS digest
            FROM audit_log WHERE relation = {name} ORDER BY key, seq DESC),
        now AS (SELECT t.{key}::text AS key, audit_digest(t::text) AS digest FROM {table} t)
        SELECT coalesce(now.key, last.key), now.key IS NULL, last.key IS NULL, last.digest IS NULL
        FROM now FULL JOIN last USING (key) WHERE now.digest IS DISTINCT FROM last.digest ORDER BY 1""")
    query_of = query.format(name=sql.Literal(table), key=sql.Identifier(key), table=sql.Identifier(table))
    wrong = [
        f"{table} {found}: " + ("the row is gone" if gone else "nobody wrote it" if unknown or deleted else "it is not as the trail says")
        for found, gone, unknown, deleted in connection.execute(query_of).fetchall()
        if not (unknown and (table, found) in _BORN_WITH)
    ]
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    return (int(row[0]) if row else 0), wrong


def _members(connection: Connection, table: str, column: str) -> list[str]:
    """Answer of which data sets or exports the members are not those that were written."""
    query = sql.SQL("""
        SELECT coalesce(now.whole, said.whole) FROM (
            SELECT {column} AS whole,
                encode(sha256(convert_to(string_agg(example, ',' ORDER BY example COLLATE "C"), 'UTF8')), 'hex') AS digest
            FROM {table} GROUP BY 1) now
        FULL JOIN (SELECT whole, digest FROM audit_members WHERE whole IN (SELECT digest FROM {of})) said USING (whole)
        WHERE now.digest IS DISTINCT FROM said.digest ORDER BY 1""")
    of = f"{column}s"
    rows = connection.execute(query.format(column=sql.Identifier(column), table=sql.Identifier(table), of=sql.Identifier(of))).fetchall()
    return [f"{of} {whole}: the examples in it are not those that were written" for (whole,) in rows]
