"""One verdict about many examples of a kind: after a person has looked at enough of them, in pieces, and taken back as a whole."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from store.db import QUEUE_LOCK, Store, again, clean
from stparse.issue import BadInputError

LOOKED_AT = 20
"""How many of a kind who verifies the others must have decided about one by one."""
MOST_WRONG = 0.05
"""The largest share of wrong ones, among all that anybody decided about one by one, with which the others may be verified unseen."""
_PIECE = 200
# The ids are made of the batch and the example: asking again after a lost answer decides nothing twice.
_SPACE = uuid.UUID("6f1c7a50-4d3e-4c57-9d57-6f0d4a1f1c06")


@dataclass(frozen=True, slots=True)
class Batch:
    """What was decided at once: `batch` takes it back; `left` are those that others look at now, or that were not asked for."""

    batch: uuid.UUID
    kind: str
    verdict: str
    decided: int
    left: int
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a kind: how many the speaker looked at, how many anybody did, and how many of those were wrong."""

    own: int
    seen: int
    wrong: int


def evidence(store: Store, kind: str) -> Evidence:
    """Answer what single decisions say of a kind; those of a batch say nothing."""
    query = """
        SELECT count(DISTINCT d.example) FILTER (WHERE d.reviewer = stc_person())::int AS own, count(DISTINCT d.example)::int AS seen,
            count(DISTINCT d.example) FILTER (WHERE d.verdict <> 'verify')::int AS wrong
        FROM current_decisions d JOIN smalltalk_training_examples e ON e.id = d.example
        WHERE e.kind = %s AND d.batch IS NULL AND d.verdict IN ('verify', 'correct', 'reject')"""
    return store.rows(Evidence, query, [clean(kind)])[0]


def decide_all(store: Store, kind: str, verdict: str, reason: str, *, most: int | None = None, batch: uuid.UUID | None = None) -> Batch:
    """Decide about what waits of a kind: examples of data sets that nobody disputes, looks at now, and the speaker has not decided about.

    The same `batch` again goes on where it ended. Raises BadInputError for verdicts about single examples (correct), and for a
    verification of what too few were looked at, or too many were wrong of.
    """
    if verdict not in ("verify", "reject", "skip"):
        raise BadInputError(f"{verdict} is for single examples; for many at once there are verify, reject, skip")
    if not reason.strip() or len(reason) > 4000:
        raise BadInputError("say in at most 4,000 characters why all of them; it stands beside each decision")
    known = evidence(store, kind)
    if verdict == "verify":
        _must_suffice(kind, known)
    batch, decided = batch or uuid.uuid4(), 0
    while most is None or decided < most:
        made = _piece(store, kind, verdict, reason, batch, _PIECE if most is None else min(_PIECE, most - decided))
        decided += made
        if not made:
            break
    query = "SELECT count(*) FROM smalltalk_training_examples WHERE kind = %s AND status = 'proposed' AND stale IS NULL"
    return Batch(batch, kind, verdict, decided, int(store.value(query, [clean(kind)])), known)


def take_back(store: Store, batch: uuid.UUID) -> int:
    """Withdraw what the speaker decided in a batch and has not decided otherwise since; answer how many. Raises BadInputError for none."""
    with store.transaction("take back a batch") as connection:
        found = connection.execute("SELECT FROM example_decisions WHERE batch = %s AND reviewer = stc_person() LIMIT 1", [batch]).fetchone()
    if found is None:
        raise BadInputError(f"{store.person} decided nothing in a batch {batch}")
    withdrawn = 0
    while made := _withdraw(store, batch):
        withdrawn += made
    return withdrawn


def _must_suffice(kind: str, known: Evidence) -> None:
    if known.own < LOOKED_AT:
        raise BadInputError(f"you looked at {known.own} of {kind}; look at {LOOKED_AT} of them one by one first: stc review --kind {kind}")
    if known.wrong > MOST_WRONG * known.seen:
        raise BadInputError(f"{known.wrong} of the {known.seen} of {kind} that were looked at were wrong; it is not verified unseen")


@again
def _piece(store: Store, kind: str, verdict: str, reason: str, batch: uuid.UUID, wanted: int) -> int:
    """Decide about some; answer how many. Others come in between: the chain is held for a piece and not for all."""
    query = """
        SELECT e.id FROM smalltalk_training_examples e
        WHERE e.kind = %s AND e.status = 'proposed' AND e.origin = 'dataset' AND e.stale IS NULL AND review_free(e.id)
            AND NOT EXISTS (SELECT FROM current_decisions d
                WHERE d.example = e.id AND d.reviewer = stc_person() AND d.verdict <> 'withdraw')
        ORDER BY e.id LIMIT %s"""
    with store.transaction(reason) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [QUEUE_LOCK])
        rows = connection.execute(query.encode(), [clean(kind), wanted]).fetchall()
        return _insert(store, [which for (which,) in rows], verdict, reason, batch, "")


@again
def _withdraw(store: Store, batch: uuid.UUID) -> int:
    query = (
        "SELECT example FROM current_decisions WHERE batch = %s AND reviewer = stc_person() AND verdict <> 'withdraw' ORDER BY id LIMIT %s"
    )
    with store.transaction("take back a batch") as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [QUEUE_LOCK])
        rows = connection.execute(query.encode(), [batch, _PIECE]).fetchall()
        return _insert(store, [which for (which,) in rows], "withdraw", "", batch, "back")


def _insert(store: Store, examples: list[str], verdict: str, reason: str, batch: uuid.UUID, mark: str) -> int:
    """Insert one decision for each example; answer how many are new."""
    if not examples:
        return 0
    requests = [uuid.uuid5(_SPACE, f"{batch} {which} {mark}") for which in examples]
    found = store.connection.execute(
        "INSERT INTO example_decisions (request, example, verdict, reason, batch) "
        "SELECT request, example, %s, %s, %s FROM unnest(%s::uuid[], %s::text[]) AS x (request, example) ON CONFLICT (request) DO NOTHING",
        [verdict, clean(reason), batch, requests, examples],
    )
    return found.rowcount
