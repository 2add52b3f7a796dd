"""Feedback: what is hidden, what is too long, the way from a rating into a training set, and how satisfied people are."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest
from storing import Clone

from store import audit, feedback, models, queue, review, runs
from store.exports import export
from store.feedback import Feedback
from stparse.issue import BadInputError, StcError


def test_secrets_are_hidden_before_they_are_stored(db: Clone) -> None:
    said = Feedback("Why does `conn password: 'tiger77x'` fail?", "Ask bob@acme-media.tv", rating=1, comment="call bob@acme-media.tv")
    with db.store("uli") as store:
        which = feedback.give(store, said)
        question, comment, hidden = store.connection.execute(
            "SELECT question, comment, hidden FROM training_feedback WHERE id = %s", [which]
        ).fetchone() or ("", "", 0)
    assert "tiger77x" not in question
    assert "bob@" not in comment
    assert hidden >= 2
    assert len(question) == len(said.question)


@pytest.mark.parametrize(
    "said",
    [
        Feedback("Q" * 20_001, "A", rating=1),
        Feedback("Q", "A" * 100_001, rating=1),
        Feedback("Q", "A", corrected_answer="A" * 100_001),
        Feedback("Q", "A", rating=1, comment="C" * 5_001),
        Feedback(" ", "A", rating=1),
        Feedback("Q", "A"),
        Feedback("Q", "A", rating=0),
        Feedback("Q", "A", rating=6),
        Feedback("Q", "A", thumbs="sideways"),
        Feedback("Q", "A", comment="  "),
    ],
    ids=lambda said: f"{len(said.question)}-{len(said.answer)}-{said.rating}-{said.thumbs}",
)
def test_what_is_no_feedback(db: Clone, said: Feedback) -> None:
    with db.store("uli") as store:
        with pytest.raises(BadInputError):
            feedback.give(store, said)
        assert store.value("SELECT count(*) FROM training_feedback") == 0


def test_asking_twice_stores_once(db: Clone) -> None:
    request = uuid.uuid4()
    with db.store("uli") as store:
        assert [feedback.give(store, Feedback("Q", "A", rating=3), request=request) for _ in range(2)] == [request] * 2
        assert store.value("SELECT count(*) FROM training_feedback") == 1


def test_the_way_into_a_training_set(db: Clone, tmp_path: Path) -> None:
    with db.store("uli") as store:
        which = feedback.give(store, Feedback("Who opens?", "Nobody", rating=1, corrected_answer="The gate.", model="m-1"))
        assert state(db, which) == ("queued", None)
    with db.store("mia") as store:
        assert feedback.make_candidates(store) == {"candidate": 1, "does not compile": 0, "waits for a corrected answer": 0}
        assert feedback.make_candidates(store)["candidate"] == 0
        assert state(db, which) == ("candidate", "proposed")
    with db.store("uli") as store:
        example = queue.places(store, which=which)[0].example
        assert example is not None
        with pytest.raises(StcError, match="row-level security"):
            review.decide(store, example, "verify")
    with db.store("anna") as store:
        assert review.take(store)[0].example.id == example
        review.decide(store, example, "verify")
        assert state(db, which) == ("verified", "verified")
    with db.store("mia") as store:
        made = export(store, tmp_path / "out")
        (traced,) = queue.places(store, which=which)
        assert traced.exports == [made.digest]
        record = json.loads((tmp_path / "out" / "sft" / "train.jsonl").read_text(encoding="utf-8"))
        assert [m["content"] for m in record["messages"]] == ["Who opens?", "The gate."]
        assert record["provenance"]["feedback"] == [str(which)]
        assert record["provenance"]["by"] == "uli"
        run = runs.begin(store, base_model="b", dataset=made.digest, spec={}, seed=1)
        assert runs.run(store, run).dataset == traced.exports[0]
    with db.store("anna") as store:
        review.decide(store, example, "reject", "after all")
        assert state(db, which) == ("rejected", "rejected")
        assert audit.prove(store).failures == ()


def state(db: Clone, which: uuid.UUID) -> tuple[str, str | None]:
    with db.store("mia") as store:
        (found,) = queue.places(store, which=which)
    return found.state, found.status


def test_what_becomes_a_candidate(db: Clone) -> None:
    with db.store("uli") as store:
        given = {
            name: feedback.give(store, said)
            for name, said in {
                "good": Feedback("1", "Yes.", rating=5),
                "up": Feedback("2", "Yes.", thumbs="up"),
                "bad": Feedback("3", "No.", rating=1),
                "so-so": Feedback("4", "Perhaps.", rating=3),
                "broken": Feedback("5", "No.", corrected_answer="```smalltalk\nfoo ^[\n```"),
                "code": Feedback("6", "No.", corrected_answer="```smalltalk\nfoo ^1\n```"),
            }.items()
        }
    with db.store("mia") as store:
        assert feedback.make_candidates(store) == {"candidate": 3, "does not compile": 1, "waits for a corrected answer": 1}
        note = store.value("SELECT note FROM rag_to_training_queue WHERE state = 'rejected'")
        assert note.startswith("its code does not compile: line 2: `]` is missing")
    assert {name: state(db, which)[0] for name, which in given.items()} == {
        "good": "candidate", "up": "candidate", "bad": "queued", "so-so": "noted", "broken": "rejected", "code": "candidate",
    }  # fmt: skip


def test_two_people_with_the_same_correction_share_an_example(db: Clone) -> None:
    with db.store("uli") as store:
        first = feedback.give(store, Feedback("Q", "A", corrected_answer="B"))
    with db.store("ulla") as store:
        second = feedback.give(store, Feedback("Q", "C", corrected_answer="B"))
    with db.store("mia") as store:
        feedback.make_candidates(store)
        assert len({one.example for one in queue.places(store)}) == 1
    with db.store("anna") as store:
        review.decide(store, review.take(store)[0].example.id, "verify")
    assert state(db, first) == state(db, second) == ("verified", "verified")


def test_satisfaction(db: Clone) -> None:
    with db.store("uli") as store:
        for rating in (5, 4, 5, 4, 3):
            feedback.give(store, Feedback("Q", "A", rating=rating, model="m-1"))
        feedback.give(store, Feedback("Q", "A", thumbs="up", model="m-2"))
        feedback.give(store, Feedback("Q", "A", thumbs="down", model="m-2"))
        one, two = feedback.satisfaction(store)
        assert (one.model, one.ratings, one.mean) == ("m-1", 5, 4.2)
        assert one.low is not None
        assert one.high is not None
        assert one.low == pytest.approx(4.2 - 1.96 * 0.83666 / 5**0.5, abs=1e-3)
        assert one.high == pytest.approx(8.4 - one.low)
        assert (two.model, two.ratings, two.mean, two.up, two.down) == ("m-2", 0, None, 1, 1)
        assert len(feedback.satisfaction(store, 1)) == 2


def test_runs_that_diverge_and_runs_that_are_over(db: Clone) -> None:
    with db.store("mia") as store:
        run = runs.begin(store, base_model="b", dataset="0" * 64, spec={"r": 16}, seed=7, hardware={"gpu": "none"})
        assert runs.begin(store, base_model="b", dataset="0" * 64, spec={"r": 16}, seed=7, request=run) == run
        with pytest.raises(BadInputError, match="none"):
            runs.finish(store, run, losses=[1.0, float("nan")], metrics={})
        for _ in range(2):
            runs.finish(store, run, losses=[1.0, float("inf")], metrics={"steps": 2}, failed=True)
        found = runs.run(store, run)
        assert (found.losses, found.metrics) == ([1.0, None], {"steps": 2})
        assert (found.status, found.spec, found.seed, found.hardware, found.created_by) == ("failed", {"r": 16}, 7, {"gpu": "none"}, "mia")
        with pytest.raises(BadInputError, match="no run"):
            runs.finish(store, run, losses=[1.0], metrics={"steps": 2})
        with pytest.raises(BadInputError, match="no run"):
            runs.run(store, uuid.uuid4())
        assert [one.id for one in runs.runs(store)] == [run]


def test_promotions_are_a_history(db: Clone) -> None:
    with db.store("mia") as store:
        with pytest.raises(BadInputError, match="before"):
            models.roll_back(store, "x")
        for name in ("a", "b"):
            models.register(store, name, digest="1" * 64, path="x")
            models.promote(store, name, passed=True, gate={"rate": 0.9}, reason=f"to {name}")
        request = uuid.uuid4()
        assert models.roll_back(store, "worse", request=request) == models.roll_back(store, "worse", request=request)
        assert [(p.action, p.previous, p.model) for p in models.promotions(store, "champion")] == [
            ("rollback", "b", "a"), ("promote", "a", "b"), ("promote", None, "a"),
        ]  # fmt: skip
        assert {one.name: one.aliases for one in models.models(store)} == {"a": ["champion"], "b": []}
        with pytest.raises(BadInputError):
            models.promote(store, "nothing", passed=True, gate={}, reason="x")
