"""Feedback on answers, with secrets hidden before it is stored; its way through the queue; and how satisfied people are."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from checker.environment import House
from datagen.layout import record_of
from datagen.phrase import code_in
from datagen.redact import Redactor
from datagen.sample import Sample, ask
from store.corrections import CorrectionRefusedError, compiling, line_for
from store.db import Store, again, clean, json_text
from stparse.issue import BadInputError
from stparse.parser import DEFAULT_DIALECT

QUESTION, ANSWER, COMMENT = 20_000, 100_000, 5_000
"""The longest texts that are taken, in characters."""
_NO_CODE = "no code"


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person says of an answer: a rating from 1 to 5, a thumb, a corrected answer, a comment; at least one of them."""

    question: str
    answer: str
    rating: int | None = None
    thumbs: str | None = None
    corrected_answer: str | None = None
    comment: str = ""
    model: str = ""
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Queued:
    """Feedback of a person that waits to become an example: on `answer`, which `model` gave."""

    id: uuid.UUID
    at: Any
    person: str
    question: str
    answer: str
    corrected_answer: str | None
    rating: int | None
    thumbs: str | None
    comment: str
    model: str

    @property
    def good(self) -> str | None:
        """What can be learnt from it: the corrected answer, or one that was liked; None where somebody has to say first what is right."""
        return self.corrected_answer or (self.answer if (self.rating or 0) >= 4 or self.thumbs == "up" else None)


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """How satisfied people are with the answers of a model: the mean of the ratings with a 95 % interval, and the thumbs."""

    model: str
    ratings: int
    mean: float | None
    low: float | None
    high: float | None
    up: int
    down: int

    @property
    def over_four(self) -> bool | None:
        """Whether the mean is over 4, which is what the design asks for; None where the interval does not say."""
        if self.low is None or self.high is None:
            return None
        return True if self.low > 4 else False if self.high <= 4 else None


@again
def give(store: Store, said: Feedback, *, redactor: Redactor | None = None, request: uuid.UUID | None = None) -> uuid.UUID:
    """Store feedback; answer its id. The same `request` again stores nothing. Raises BadInputError for what is too long."""
    _within_limits(said)
    hide = redactor or Redactor()
    texts = {"question": said.question, "answer": said.answer, "corrected_answer": said.corrected_answer, "comment": said.comment}
    hidden = 0
    for name, text in texts.items():
        if text is not None:
            texts[name], found = hide.hide(clean(text), prose=True)
            hidden += len(found)
    which, citations = request or uuid.uuid4(), json_text(said.citations)
    with store.transaction("feedback") as connection:
        connection.execute(
            "INSERT INTO training_feedback (id, question, answer, corrected_answer, comment, rating, thumbs, model, citations, hidden) "
            "SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s::json, %s WHERE NOT EXISTS (SELECT FROM training_feedback WHERE id = %s)",
            [which, *texts.values(), said.rating, said.thumbs, clean(said.model), citations, hidden, which],
        )
    return which


def waiting(store: Store) -> list[Queued]:
    """Answer the feedback that waits, the oldest first."""
    return store.rows(
        Queued,
        "SELECT f.id, f.at, person, question, answer, corrected_answer, rating::int, thumbs, comment, model FROM training_feedback f "
        "JOIN rag_to_training_queue q ON q.feedback = f.id WHERE q.state = 'queued' ORDER BY queued_at, f.id",
    )


def said_before(store: Store, which: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """Answer the question, the answer that was given, and the model that gave it, by the ids of feedback."""
    query = "SELECT id::text, question, answer, model FROM training_feedback WHERE id::text = ANY (%s)"
    with store.transaction() as connection:
        return {row[0]: row[1:] for row in connection.execute(query.encode(), [[clean(one) for one in which]]).fetchall()}


def make_candidates(store: Store, *, dialect: str = DEFAULT_DIALECT, house: House | None = None) -> dict[str, int]:
    """Make examples of the feedback that waits, each to be verified by another than its author; answer how many by what became of them.

    A corrected answer is an example, and so is one that was rated 4 or 5, or thumb up. Code that does not compile is none, and
    a bad answer that nobody corrected waits on for somebody who does.
    """
    counts = {"candidate": 0, "does not compile": 0, "waits for a corrected answer": 0}
    for one in waiting(store):
        if one.good is None:
            counts["waits for a corrected answer"] += 1
            continue
        counts[_candidate(store, one, one.good, dialect, house)] += 1
    return counts


def satisfaction(store: Store, days: int | None = None) -> list[Satisfaction]:
    """Answer how satisfied people are, model by model; of the last `days` days, or of all time."""
    return store.rows(Satisfaction, _SATISFACTION, {"days": days})


def ratings(store: Store, model: str, days: int | None = None) -> dict[str, list[tuple[str, float]]]:
    """Answer what people said of the answers of a model, as (person, value): "rating" from 1 to 5, "thumbs" 1 for up and 0 for down.

    The last word of a person about an answer to a question counts.
    """
    found = {}
    with store.transaction() as connection:
        for what, value in (("rating", "rating::float8"), ("thumbs", "(thumbs = 'up')::int::float8")):
            query = f"""SELECT DISTINCT ON (person, asked) person, {value} FROM
                (SELECT *, CASE WHEN question = '(erased)' THEN id::text ELSE question END AS asked FROM training_feedback
                    WHERE model = %(model)s AND {what} IS NOT NULL
                    AND (%(days)s::int IS NULL OR at > now() - make_interval(days => %(days)s::int))) f
                ORDER BY person, asked, at DESC, id"""  # noqa: S608 - names of our own
            found[what] = connection.execute(query.encode(), {"model": clean(model), "days": days}).fetchall()
    return found


_SATISFACTION = """
    SELECT model, n::int AS ratings, mean, mean - 1.96 * sd / sqrt(n) AS low, mean + 1.96 * sd / sqrt(n) AS high, up::int, down::int FROM (
        SELECT model, count(rating) AS n, avg(rating)::float8 AS mean, stddev_samp(rating)::float8 AS sd,
            count(*) FILTER (WHERE thumbs = 'up') AS up, count(*) FILTER (WHERE thumbs = 'down') AS down
        FROM training_feedback WHERE %(days)s::int IS NULL OR at > now() - make_interval(days => %(days)s::int) GROUP BY model) x
    ORDER BY model"""


def candidate_of(one: Queued, good: str, dialect: str, house: House | None, *, corrected: bool) -> tuple[Any, ...]:
    """Answer the example that teaches the answer `good`, as the server takes it. Names are judged where the code base is known.

    Raises CorrectionRefusedError if its code does not compile.
    """
    compiles, form = _NO_CODE, "prose"
    if code_in(good):
        form, compiles = "method", compiling(good, dialect=dialect, house=house, strict=house is not None)
    sample = Sample("rag.answer", ask(one.question), good, form, (), (), "", "train")
    record = record_of(sample) | {"corrected": corrected, "model": one.model}
    return sample.id, form, good, sample.tokens, clean(dialect), line_for(record), compiles


@again
def _candidate(store: Store, one: Queued, good: str, dialect: str, house: House | None) -> str:
    try:
        made = candidate_of(one, good, dialect, house, corrected=one.corrected_answer is not None)
    except CorrectionRefusedError as refused:
        with store.transaction("it does not compile") as connection:
            connection.execute("SELECT queue_close(%s, %s)", [one.id, "its code does not compile: " + "; ".join(refused.findings)])
        return "does not compile"
    with store.transaction("from feedback") as connection:
        connection.execute("SELECT queue_candidate(%s, %s, %s, %s, %s, %s, %s, %s)", [one.id, *made])
    return "candidate"


def _within_limits(said: Feedback) -> None:
    if not said.question.strip():
        raise BadInputError("feedback needs the question that was asked")
    if said.rating is None and said.thumbs is None and said.corrected_answer is None and not said.comment.strip():
        raise BadInputError("feedback needs a rating, a thumb, a corrected answer or a comment")
    if said.rating is not None and said.rating not in range(1, 6):
        raise BadInputError(f"a rating is a number from 1 to 5, not {said.rating}")
    if said.thumbs not in (None, "up", "down"):
        raise BadInputError(f'a thumb is "up" or "down", not {said.thumbs!r}')
    for name, text, most in (
        ("question", said.question, QUESTION),
        ("answer", said.answer, ANSWER),
        ("corrected answer", said.corrected_answer or "", ANSWER),
        ("comment", said.comment, COMMENT),
    ):
        if len(text) > most:
            raise BadInputError(f"the {name} has {len(text):,} characters, more than {most:,}")
