"""Review: what is looked at next, and what a person decides about it. Every verb is one transaction, and may be asked twice."""

from __future__ import annotations

import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from checker.environment import House
from store.corrections import correction_of, line_for
from store.db import Connection, Store, again, clean
from store.examples import COLUMNS, EXAMPLE, Example, example, row_of
from stparse.issue import BadInputError

VERDICTS = ("verify", "correct", "reject", "skip", "withdraw")
_STATES = ("proposed", "disputed", "verified", "corrected", "rejected")
REASONS = ("the answer is wrong", "the question is unclear", "trivial", "unnatural wording", "must not be learnt")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An example in the queue, and how much a decision about it is worth."""

    example: Example
    value: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about an example, and what has become of it since; `correction` is the example that replaces it."""

    id: int
    example: str
    reviewer: str
    verdict: str
    reason: str
    correction: str | None
    status: str


@dataclass(frozen=True, slots=True)
class KindProgress:
    """How far the examples of a kind are."""

    kind: str
    proposed: int
    disputed: int
    verified: int
    corrected: int
    rejected: int
    stale: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far reviewers agree on the examples that two or more of them decided about.

    `observed` is the share of pairs that agree; `alpha` is Krippendorff's for nominal data, where 1 is full agreement and 0 is chance.
    """

    examples: int
    observed: float | None
    alpha: float | None


@dataclass(frozen=True, slots=True)
class Policy:
    """`reviewers`: how many more must say so than otherwise. `own_corrections`: whether who wrote a correction may verify it."""

    reviewers: int
    own_corrections: bool


@again
def take(store: Store, wanted: int = 1, kinds: Sequence[str] | None = None, minutes: int = 30) -> list[Waiting]:
    """Answer what is to be reviewed next, the most valuable first; others are not given the same for `minutes`."""
    with store.transaction() as connection:
        query = "SELECT id, value FROM review_take(%s, %s, %s)"
        values = dict(connection.execute(query, [wanted, None if kinds is None else [clean(kind) for kind in kinds], minutes]).fetchall())
    found = {one.id: one for one in store.rows(Example, EXAMPLE + "WHERE id = ANY (%s)", [list(values)])}
    return [Waiting(found[id_], value) for id_, value in values.items()]


@again
def decide(
    store: Store,
    which: str,
    verdict: str,
    reason: str = "",
    *,
    correction: str | None = None,
    house: House | None = None,
    request: uuid.UUID | None = None,
) -> Decision:
    """Decide about an example: verify, correct (with the text of the correction), reject (with a reason), skip, or withdraw the last word.

    `request` makes it safe to ask again after a lost answer: the first decision is answered. Raises BadInputError for a decision that
    cannot be, CorrectionRefusedError if the code of a correction does not compile, StcError where the store refuses it to this person.
    """
    _must_make_sense(verdict, reason, correction)
    request = request or uuid.uuid4()
    old = example(store, which)
    corrected = correction_of(old, correction, house) if correction is not None else None
    with store.transaction(reason or verdict) as connection:
        known = _decision(connection, request)
        if known is not None:
            if (known.example, known.verdict) != (old.id, verdict):
                raise BadInputError(f"the request {request} was for something else: {known.verdict} {known.example}")
            return known
        new = None
        if corrected is not None:
            new = _insert(connection, corrected.record, "correction", old, corrected.compiles, None)
            if corrected.pair is not None:
                _insert(connection, corrected.pair, "pair", old, corrected.compiles, new)
        connection.execute(
            "INSERT INTO example_decisions (request, example, verdict, reason, correction) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (request) DO NOTHING",
            [request, old.id, verdict, clean(reason), new],
        )
        made = _decision(connection, request)
    assert made is not None
    return made


def decisions(store: Store, which: str) -> list[Decision]:
    """Answer all decisions about an example, in their order."""
    return store.rows(Decision, f"{_DECISION} WHERE d.example = %s ORDER BY d.id", [clean(which)])


def progress(store: Store) -> list[KindProgress]:
    """Answer how far each kind is."""
    states = ", ".join(
        f"count(*) FILTER (WHERE status = '{s}')::int AS {s}" for s in ("proposed", "disputed", "verified", "corrected", "rejected")
    )
    query = f"SELECT kind, {states}, count(stale)::int AS stale FROM smalltalk_training_examples GROUP BY kind ORDER BY kind"  # noqa: S608
    return store.rows(KindProgress, query)


def policy(store: Store) -> Policy:
    """Answer the rules of the review."""
    return store.rows(Policy, "SELECT reviewers::int, own_corrections FROM review_policy")[0]


@again
def set_policy(store: Store, new: Policy) -> None:
    """Change the rules; only the owner of the store may. What was decided is judged by the rules of its time."""
    with store.transaction("policy") as connection:
        connection.execute("UPDATE review_policy SET reviewers = %s, own_corrections = %s", [new.reviewers, new.own_corrections])


def agreement(store: Store) -> Agreement:
    """Answer how far reviewers agree; who decided about many at once looked at none of them, and does not count."""
    with store.transaction() as connection:
        rows = connection.execute(
            "SELECT example, verdict FROM current_decisions WHERE verdict IN ('verify', 'correct', 'reject') "
            "AND batch IS NULL ORDER BY example"
        ).fetchall()
    votes: dict[str, list[str]] = defaultdict(list)
    for which, verdict in rows:
        votes[which].append(verdict)
    return agreement_of([said for said in votes.values() if len(said) > 1])


def agreement_of(votes: list[list[str]]) -> Agreement:
    """Answer the agreement of units, each with two or more votes (Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011)."""
    if not votes:
        return Agreement(0, None, None)
    together: Counter[tuple[str, str]] = Counter()
    for said in votes:
        counted = Counter(said)
        for a, n in counted.items():
            for b, m in counted.items():
                together[a, b] += n * (m - (a == b)) / (len(said) - 1)  # type: ignore[assignment]
    sums: Counter[str] = Counter()
    for (a, _), n in together.items():
        sums[a] += n
    total = sum(sums.values())
    differ = sum(n for (a, b), n in together.items() if a != b)
    expected = sum(n * m for a, n in sums.items() for b, m in sums.items() if a != b) / (total - 1)
    return Agreement(len(votes), 1 - differ / total, 1 - differ / expected if expected else 1.0)


_DECISION = (
    "SELECT d.id, d.example, d.reviewer, d.verdict, d.reason, d.correction, e.status "
    "FROM example_decisions d JOIN smalltalk_training_examples e ON e.id = d.example"
)


def _decision(connection: Connection, request: uuid.UUID) -> Decision | None:
    row = connection.execute(f"{_DECISION} WHERE d.request = %s".encode(), [request]).fetchone()
    return None if row is None else Decision(*row)


def _must_make_sense(verdict: str, reason: str, correction: str | None) -> None:
    if verdict not in VERDICTS:
        raise BadInputError(f"no verdict {verdict!r}; there are {', '.join(VERDICTS)}")
    if verdict == "reject" and not reason.strip():
        raise BadInputError("say why it is rejected, such as: " + "; ".join(REASONS))
    if (verdict == "correct") != (correction is not None):
        raise BadInputError("a correction needs its text, and no other verdict has one")
    if len(reason) > 4000:
        raise BadInputError(f"the reason has {len(reason):,} characters, more than 4,000")


def _insert(connection: Connection, record: dict[str, Any], origin: str, old: Example, compiles: str, pair_of: str | None) -> str:
    """Add a correction or its pair; answer its id. It may be there already: two people can correct in the same way."""
    line = line_for(record)
    values = dict(zip(COLUMNS, row_of(json.loads(line), line, {}), strict=True))
    values |= {"dialect": old.dialect, "origin": origin, "corrects": old.id, "compiles": compiles, "pair_of": pair_of, "priority": 2}
    names, places = ", ".join(values), ", ".join(f"%({name})s" for name in values)
    query = f"INSERT INTO smalltalk_training_examples ({names}) VALUES ({places}) ON CONFLICT (id) DO NOTHING"  # noqa: S608 - names of our own
    connection.execute(query.encode(), values)
    return str(values["id"])
