"""The queue from feedback into training, one piece at a time: where it is, each step of the way, the answer that it waits for, its end."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from checker.environment import House
from store.corrections import LONGEST
from store.db import Store, again, clean
from store.feedback import Queued, candidate_of, waiting
from stparse.issue import BadInputError
from stparse.parser import DEFAULT_DIALECT

STATES = ("queued", "candidate", "verified", "rejected", "noted")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece of feedback is: `example` is what it became, `exports` the training sets with it, `runs` those that learnt from it."""

    feedback: uuid.UUID
    person: str
    at: Any
    state: str
    question: str
    example: str | None
    status: str | None
    exports: list[str]
    runs: list[uuid.UUID]


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the trail about a piece of feedback, its place in the queue, or its example."""

    at: Any
    who: str
    what: str
    why: str | None


_SEEN_BY_ALL = """
    SELECT feedback, person, at, state, question, example, status, coalesce(exports, '{}') AS exports, coalesce(runs, '{}') AS runs
    FROM feedback_trace"""
# Who gives feedback sees their own, and how far it is; the examples and what they go into are not for them.
_SEEN_BY_USERS = """
    SELECT f.id AS feedback, f.person, f.at, q.state, f.question, q.example, NULL AS status, '{}'::text[] AS exports, '{}'::uuid[] AS runs
    FROM training_feedback f JOIN rag_to_training_queue q ON q.feedback = f.id"""


def places(store: Store, state: str | None = None, which: uuid.UUID | None = None) -> list[Place]:
    """Answer where feedback is, the oldest first: all of it, what is in a state, or one piece."""
    query = f"SELECT * FROM ({_SEEN_BY_ALL if store.reads('feedback_trace') else _SEEN_BY_USERS}) p"  # noqa: S608 - queries of our own
    query += (
        " WHERE (%(state)s::text IS NULL OR state = %(state)s) AND (%(which)s::uuid IS NULL OR feedback = %(which)s) ORDER BY at, feedback"
    )
    return store.rows(Place, query, {"state": None if state is None else clean(state), "which": which})


def place(store: Store, which: uuid.UUID) -> Place:
    """Answer where one piece is. Raises BadInputError if the speaker sees no such feedback."""
    found = places(store, which=which)
    if not found:
        raise BadInputError(f"the store shows {store.person} no feedback {which}")
    return found[0]


def steps(store: Store, which: uuid.UUID) -> list[Step]:
    """Answer every step of a piece of feedback, in their order; nothing for who may not read the trail."""
    if not store.reads("audit_log"):
        return []
    query = """
        SELECT at, who, CASE
            WHEN relation = 'training_feedback' THEN 'said'
            WHEN action = 'insert' AND relation = 'rag_to_training_queue' THEN 'queued'
            WHEN action = 'insert' THEN 'became an example'
            WHEN jsonb_exists(change, 'example') THEN 'has its example'
            ELSE coalesce((SELECT string_agg(key || ' ' || (value ->> 0) || ' -> ' || (value ->> 1), ', ')
                FROM jsonb_each(change) WHERE key IN ('state', 'status')), 'changed') END AS what, why
        FROM audit_log WHERE (relation IN ('training_feedback', 'rag_to_training_queue') AND key = %(which)s::text)
            OR (relation = 'smalltalk_training_examples' AND key = (SELECT example FROM rag_to_training_queue WHERE feedback = %(which)s))
        ORDER BY seq"""
    return store.rows(Step, query, {"which": which})


@again
def answer(store: Store, which: uuid.UUID, text: str, *, dialect: str = DEFAULT_DIALECT, house: House | None = None) -> Place:
    """Give the right answer to feedback that waits for one: an example by the speaker, which another must verify.

    Raises CorrectionRefusedError if its code does not compile, BadInputError if nothing waits there, or the answer is the one that was bad.
    """
    waits = _waits(store, which)
    made = answered(waits, text, dialect, house)
    with store.transaction("an answer for feedback") as connection:
        taken = connection.execute("SELECT queue_answer(%s, %s, %s, %s, %s, %s, %s, %s)", [waits.id, *made]).fetchone()
    if taken != (True,):
        # Between the look and the act somebody else was there.
        _waits(store, which)
    return place(store, which)


def answered(waits: Queued, text: str, dialect: str, house: House | None) -> tuple[Any, ...]:
    """Answer the example that an answer to feedback makes, which nothing stores. Raises what `answer` does for the text."""
    text = clean(text)
    if not text.strip() or text.strip() == waits.answer.strip():
        raise BadInputError("the answer says nothing new")
    if len(text) > LONGEST:
        raise BadInputError(f"the answer has {len(text):,} characters, more than {LONGEST:,}")
    return candidate_of(waits, text, dialect, house, corrected=True)


@again
def close(store: Store, which: uuid.UUID, reason: str) -> Place:
    """End what nothing can be learnt from; the feedback itself stays. Raises BadInputError if nothing waits there, or without a reason."""
    if not reason.strip() or len(reason) > 4000:
        raise BadInputError("say in at most 4,000 characters why nothing can be learnt from it")
    _waits(store, which)
    with store.transaction(reason) as connection:
        connection.execute("SELECT queue_close(%s, %s)", [which, clean(reason)])
    return place(store, which)


def _waits(store: Store, which: uuid.UUID) -> Queued:
    for one in waiting(store):
        if one.id == which:
            return one
    raise BadInputError(f"feedback {which} does not wait: it is {place(store, which).state}")
