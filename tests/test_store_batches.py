"""Many at once: only after enough were looked at, never in another's way, counted once, and taken back as a whole."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import click
import psycopg
import pytest
from click.testing import CliRunner
from storing import Clone, clone, sample, write_dataset
from test_store_cli import at_the_keys

from stc.cli import cli
from stc.cli.review import _Session
from store import audit, batches, review
from store.batches import Evidence, decide_all, take_back
from store.embedded import USER, Embedded
from store.examples import load
from store.exports import export
from stparse.issue import BadInputError

KIND = "qa.role"


@pytest.fixture(scope="module")
def filled(postgres: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    samples = [sample(n) for n in range(30)] + [sample(n, "qa.result") for n in range(3)]
    with clone(postgres) as made:
        with made.store() as store:
            load(store, write_dataset(tmp_path_factory.mktemp("rights") / "rights", samples))
        yield made


@pytest.fixture
def loaded(postgres: Embedded, filled: Clone) -> Iterator[Clone]:
    with clone(postgres, filled.name) as made:
        yield made


def look_at(db: Clone, person: str, right: int, wrong: int = 0) -> None:
    with db.store(person) as store:
        for n, one in enumerate(review.take(store, right + wrong, [KIND])):
            review.decide(store, one.example.id, "verify" if n < right else "reject", "" if n < right else "trivial")


def count(db: Clone, where: str) -> int:
    with db.store() as store:
        return int(store.value(f"SELECT count(*) FROM smalltalk_training_examples e WHERE {where}"))


def test_nothing_is_verified_unseen_before_enough_was_seen(loaded: Clone) -> None:
    with loaded.store("anna") as store:
        look_at(loaded, "anna", 19)
        with pytest.raises(BadInputError, match="you looked at 19 of qa"):
            decide_all(store, KIND, "verify", "all alike")
        # What others looked at is no look of one's own.
        look_at(loaded, "ben", 5)
        with pytest.raises(BadInputError, match="you looked at 19"):
            decide_all(store, KIND, "verify", "all alike")
        look_at(loaded, "anna", 1)
        made = decide_all(store, KIND, "verify", "all alike")
        assert (made.decided, made.left, made.evidence) == (5, 0, Evidence(20, 25, 0))
        assert count(loaded, "kind = 'qa.role' AND status = 'verified'") == 30
        assert count(loaded, "kind = 'qa.result' AND status = 'proposed'") == 3
        assert audit.prove(store).failures == ()


def test_a_kind_with_wrong_ones_is_not_verified_unseen(loaded: Clone) -> None:
    look_at(loaded, "anna", 20)
    look_at(loaded, "ben", 0, 2)
    with loaded.store("anna") as store, pytest.raises(BadInputError, match="2 of the 22"):
        decide_all(store, KIND, "verify", "all alike")
    assert count(loaded, "status = 'verified'") == 20


@pytest.mark.parametrize(("verdict", "reason"), [("correct", "x"), ("withdraw", "x"), ("reject", " "), ("reject", "x" * 4001)])
def test_what_cannot_be_said_of_many(loaded: Clone, verdict: str, reason: str) -> None:
    with loaded.store("anna") as store, pytest.raises(BadInputError):
        decide_all(store, KIND, verdict, reason)


def test_what_others_look_at_dispute_or_wrote_is_left_alone(loaded: Clone) -> None:
    with loaded.store("ben") as store:
        mine = review.take(store, 3, [KIND])
        review.decide(store, mine[0].example.id, "correct", correction="Otherwise.")
    with loaded.store("carl") as store:
        disputed = review.take(store, 2, [KIND])[1].example.id  # after the correction
        review.decide(store, disputed, "verify")
    with loaded.store("dan") as store:
        review.decide(store, disputed, "reject", "no")
    with loaded.store("anna") as store:
        made = decide_all(store, KIND, "reject", "a kind that we do not want", most=10)
        assert made.decided == 10
        made = decide_all(store, KIND, "reject", "a kind that we do not want")
        assert (made.decided, count(loaded, "status = 'rejected'")) == (30 - 3 - 1 - 10, 26)
        assert count(loaded, "origin = 'correction' AND status = 'proposed'") == 1
        assert count(loaded, "status = 'disputed'") == 1


def test_a_batch_is_no_second_opinion_and_no_evidence(loaded: Clone) -> None:
    with loaded.store(user="stc_owner") as owner:
        review.set_policy(owner, review.Policy(2, own_corrections=False))
    look_at(loaded, "anna", 20)
    with loaded.store("anna") as store:
        assert decide_all(store, KIND, "verify", "all alike").decided == 10
        assert batches.evidence(store, KIND) == Evidence(20, 20, 0)
    with loaded.store("ben") as store:
        assert decide_all(store, KIND, "reject", "no").decided == 30
        assert review.agreement(store).examples == 0
        assert count(loaded, "kind = 'qa.role' AND status = 'disputed'") == 30


def test_the_same_batch_twice_decides_once(loaded: Clone) -> None:
    which = uuid.uuid4()
    with loaded.store("anna") as store:
        assert decide_all(store, KIND, "reject", "x", most=4, batch=which).decided == 4
        assert decide_all(store, KIND, "reject", "x", batch=which).decided == 26
        assert decide_all(store, KIND, "reject", "x", batch=which).decided == 0
        assert store.value("SELECT count(*) FROM example_decisions") == 30


def test_it_is_taken_back_as_a_whole_but_for_what_was_decided_since(loaded: Clone) -> None:
    with loaded.store("anna") as store:
        made = decide_all(store, KIND, "reject", "x")
        changed = store.value("SELECT example FROM example_decisions ORDER BY id LIMIT 1")
        review.decide(store, changed, "verify")
    with loaded.store("ben") as store, pytest.raises(BadInputError, match="ben decided nothing"):
        take_back(store, made.batch)
    with loaded.store("anna") as store:
        assert take_back(store, made.batch) == 29
        assert take_back(store, made.batch) == 0
        assert count(loaded, "kind = 'qa.role' AND status = 'proposed'") == 29
        assert count(loaded, "status = 'verified'") == 1
        assert audit.prove(store).failures == ()


def test_an_export_says_that_it_was_a_batch(loaded: Clone, tmp_path: Path) -> None:
    look_at(loaded, "anna", 20)
    with loaded.store("anna") as store:
        made = decide_all(store, KIND, "verify", "all alike")
        export(store, tmp_path / "out")
    lines = (tmp_path / "out" / "sft" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    said = [json.loads(line)["provenance"]["decisions"][0].get("batch") for line in lines]
    assert (said.count(None), said.count(str(made.batch))) == (20, 10)


def test_only_reviewers_and_in_nobody_elses_name(loaded: Clone) -> None:
    forged = (
        "INSERT INTO example_decisions (request, example, reviewer, verdict, batch) "
        "SELECT gen_random_uuid(), id, 'ben', 'verify', gen_random_uuid() FROM smalltalk_training_examples"
    )
    with loaded.login("anna") as store:
        assert decide_all(store, KIND, "skip", "x").decided == 30
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            store.connection.execute(forged.encode())
    for person in ("mia", "uli", "dora"):
        with loaded.login(person) as store, pytest.raises(Exception, match="permission denied"):
            decide_all(store, KIND, "skip", "x")


def test_by_the_command_line(loaded: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STC_DSN", loaded.conninfo(USER))
    monkeypatch.setenv("STC_USER", "anna")
    result = CliRunner().invoke(cli, ["review", "batch", KIND, "reject", "--reason", "not wanted", "--count", "7", "--json"])
    made = json.loads(result.stdout)
    assert (made["decided"], made["left"], made["evidence"]) == (7, 23, {"own": 0, "seen": 0, "wrong": 0})
    assert "take-back" in CliRunner().invoke(cli, ["review", "batch", KIND, "skip", "--reason", "later"]).stdout
    assert json.loads(CliRunner().invoke(cli, ["review", "take-back", made["batch"], "--json"]).stdout)["withdrawn"] == 7


def test_with_a_key(loaded: Clone, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    look_at(loaded, "anna", 19)
    with loaded.store("anna") as store:
        for one in review.take(store, 3, ["qa.result"]):
            review.decide(store, one.example.id, "skip")
    out = at_the_keys(loaded, "bab", monkeypatch, capsys, prompt=lambda *_, **__: "all alike")
    assert "you looked at 19 of qa.role" in out
    assert "verify: 10 of qa.role, 0 still wait" in out
    assert count(loaded, "kind = 'qa.role' AND status = 'verified'") == 30


def test_undo_takes_the_batch_back(loaded: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    look_at(loaded, "anna", 20)
    monkeypatch.setattr(click, "prompt", lambda *_, **__: "all alike")
    with loaded.store("anna") as store:
        session, (other,) = _Session(store, None, None), review.take(store, 1, ["qa.result"])
        assert session._all_of(KIND)
        session._undo(other)
        assert session._waiting == [other]
    assert count(loaded, "kind = 'qa.role' AND status = 'verified'") == 20
