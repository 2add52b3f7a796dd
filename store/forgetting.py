"""What a person may ask of the store: everything that they did, to take along; and to be forgotten, with every decision kept and proved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from store.db import QUEUE_LOCK, ROLES, Store, again, clean, take
from stparse.issue import BadInputError

_SAID = (
    ("example_decisions", "reviewer"),
    ("smalltalk_training_examples", "created_by"),
    ("training_feedback", "person"),
    ("datasets", "loaded_by"),
    ("exports", "by"),
    ("lora_training_runs", "created_by"),
    ("models", "created_by"),
    ("evaluation_reports", "created_by"),
    ("promotions", "by"),
    ("audit_log", "who"),
)
"""The tables in which people sign, with the column. Examples of data sets are signed by who loaded them, who did not write them."""
_TEXTS = (
    ("example_decisions", "reason"),
    ("audit_log", "why"),
    ("promotions", "reason"),
    ("rag_to_training_queue", "note"),
    ("training_feedback", "question || answer || coalesce(corrected_answer, '') || comment"),
    ("smalltalk_training_examples", "CASE WHEN origin <> 'dataset' THEN record ELSE '' END"),
)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What forgetting did.

    `mentions` are texts, by table, in which the name still stands; `login` is that of the server, without roles now.
    """

    pseudonym: str
    erased: int
    mentions: dict[str, int]
    login: str | None


def take_along(store: Store, person: str) -> Iterator[dict[str, Any]]:
    """Yield everything that `person` did, as {table, row}, of the tables that the speaker may read; all of one moment."""
    with store.transaction(snapshot=True) as connection:
        for table, column in _SAID:
            row = connection.execute("SELECT to_regclass(%s) IS NOT NULL AND has_table_privilege(%s, 'SELECT')", [table, table]).fetchone()
            if row is None or not row[0]:
                continue
            query = sql.SQL("SELECT to_jsonb(t) FROM {} t WHERE {} = %s").format(sql.Identifier(table), sql.Identifier(column))
            query += _OWN[table]
            for (found,) in connection.execute(query, [clean(person)]):
                yield {"table": table, "row": found}


_OWN = {table: sql.SQL("") for table, _ in _SAID} | {
    "smalltalk_training_examples": sql.SQL(" AND origin <> 'dataset' ORDER BY created_at, id"),
    "audit_log": sql.SQL(" ORDER BY seq"),
}


@again
def forget(owner: Store, person: str, why: str, *, texts: bool = False) -> Forgotten:
    """Put a pseudonym in the place of a name, everywhere; `texts` erases what they wrote in feedback. Their login loses its roles.

    Every decision stays, and so does the proof. Raises BadInputError where nobody of that name did anything, or it is an application's.
    """
    person = clean(person)
    if not why.strip() or person.casefold() in why.casefold():
        raise BadInputError("say why, without the name: it stays in the trail")
    with owner.transaction(why) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [QUEUE_LOCK])
        erased = connection.execute("SELECT erase_feedback(%s, NULL)", [person]).fetchone() if texts else None
        row = connection.execute("SELECT forget_person(%s, %s)", [person, clean(why)]).fetchone()
        mentions = {table: number for table, text in _TEXTS if (number := _mentions(owner, table, text, person))}
        # In the same transaction: where the roles cannot be taken, nothing is done at all, and the server says why.
        login = _without_roles(owner, person)
    assert row is not None
    return Forgotten(row[0], erased[0] if erased else 0, mentions, login)


@again
def erase_feedback(owner: Store, days: int, why: str) -> int:
    """Erase the texts of feedback older than `days`; ratings, and what became examples, stay. Answer how many."""
    if not why.strip():
        raise BadInputError("say why: it stays in the trail")
    with owner.transaction(why) as connection:
        row = connection.execute("SELECT erase_feedback(NULL, now() - make_interval(days => %s))", [days]).fetchone()
    return int(row[0]) if row else 0


def _mentions(owner: Store, table: str, text: str, person: str) -> int:
    query = f"SELECT count(*) FROM {table} WHERE position(lower(%s) IN lower({text})) > 0"  # noqa: S608 - names of our own
    row = owner.connection.execute(query.encode(), [person]).fetchone()
    return int(row[0]) if row else 0


def _without_roles(owner: Store, person: str) -> str | None:
    """Take the roles of the house from the login of that name; answer it. To drop it is for who made it: other databases may know it."""
    if owner.connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [person]).fetchone() is None:
        return None
    take(owner.connection, person, ROLES)
    return person
