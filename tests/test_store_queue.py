"""The verbs of the command line from feedback to a run that learnt from it, each step of which can be traced."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from storing import CODE, Clone, sample, write_dataset

from stc.cli import cli, run
from store import audit, feedback, queue, review, runs
from store.embedded import USER
from store.feedback import Feedback, Satisfaction
from stparse.index.build import build_index
from stparse.issue import BadInputError, StcError


@pytest.fixture
def here(db: Clone, monkeypatch: pytest.MonkeyPatch) -> Clone:
    monkeypatch.setenv("STC_DSN", db.conninfo(USER))
    monkeypatch.setenv("STC_USER", "uli")
    return db


def said(*arguments: str, text: str | None = None, code: int = 0) -> Any:
    result = CliRunner().invoke(cli, [*arguments, "--json"], input=text)
    assert result.exit_code == code, result.output + repr(result.exception)
    return json.loads(result.stdout)


def test_the_whole_way_by_verbs(here: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bad = json.dumps({"question": "Who opens?", "answer": "Nobody", "rating": 1, "model": "m-1", "citations": ["Gate.st:3"]})
    request = str(uuid.uuid4())
    which = said("store", "rate", "--request", request, text=bad)["feedback"]
    assert said("store", "rate", "--request", request, text=bad)["feedback"] == which == request
    assert said("store", "feedback", "--candidates")["made"]["waits for a corrected answer"] == 1
    # Somebody who knows answers it; who wrote the answer cannot verify it, and another can.
    monkeypatch.setenv("STC_USER", "mia")
    (tmp_path / "right.md").write_text("The gate.\n", encoding="utf-8")
    found = said("store", "queue", which, "--answer", str(tmp_path / "right.md"))
    assert (found["place"]["state"], found["place"]["person"]) == ("candidate", "uli")
    example = found["place"]["example"]
    assert run(["review", "decide", example, "verify"]) == 2
    monkeypatch.setenv("STC_USER", "anna")
    assert said("review", "decide", example, "verify")["status"] == "verified"
    done = said("store", "export", "-o", str(tmp_path / "out"))
    with here.store("mia") as store:
        learnt = runs.begin(store, base_model="b", dataset=done["digest"], spec={}, seed=1)
    found = said("store", "queue", which)
    assert (found["place"]["state"], found["place"]["exports"], found["place"]["runs"]) == ("verified", [done["digest"]], [str(learnt)])
    assert [(step["who"], step["what"]) for step in found["steps"]] == [
        ("uli", "queued"), ("uli", "said"), ("mia", "state queued -> candidate"), ("mia", "became an example"), ("mia", "has its example"),
        ("anna", "state candidate -> verified"), ("anna", "status proposed -> verified"),
    ]  # fmt: skip
    (line,) = (tmp_path / "out" / "sft" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["provenance"]["feedback"] == [which]
    assert [one["feedback"] for one in said("store", "queue", "--state", "verified")] == [which]
    assert said("store", "queue", "--state", "queued") == []
    for words in (["store", "queue"], ["store", "queue", which], ["store", "feedback"]):
        assert "verified" in CliRunner().invoke(cli, words).stdout
    with here.store() as store:
        assert audit.prove(store).failures == ()


def test_what_nothing_can_be_learnt_from_is_closed_with_a_reason(here: Clone) -> None:
    which = said("store", "rate", text='{"question": "Q", "answer": "A", "thumbs": "down"}')["feedback"]
    assert run(["store", "queue", which, "--close", " "]) == 2
    found = said("store", "queue", which, "--close", "a joke")
    assert (found["place"]["state"], found["steps"][-1]["why"]) == ("rejected", "a joke")
    assert run(["store", "queue", which, "--close", "again"]) == 2
    assert run(["store", "queue", str(uuid.uuid4())]) == 2
    assert run(["store", "queue", "--close", "x"]) == 2


@pytest.mark.parametrize(
    "text",
    [
        "no JSON",
        "[]",
        '{"question": "Q"}',
        '{"question": "Q", "answer": "A"}',
        '{"question": "Q", "answer": "A", "rating": "5"}',
        '{"question": "Q", "answer": "A", "rating": true}',
        '{"question": "Q", "answer": "A", "rating": 6}',
        '{"question": 1, "answer": "A", "rating": 5}',
        '{"question": "Q", "answer": "A", "rating": 5, "citations": "x"}',
        '{"question": "Q", "answer": "A", "rating": 5, "person": "mia"}',
    ],
)
def test_what_is_no_feedback_is_one_line(here: Clone, text: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "f.json").write_text(text, encoding="utf-8")
    assert run(["store", "rate", str(tmp_path / "f.json")]) == 2
    assert capsys.readouterr().err.startswith("stc: ")
    with here.store() as store:
        assert store.value("SELECT count(*) FROM training_feedback") == 0


def test_an_answer_must_compile_and_say_something_new(here: Clone, tmp_path: Path) -> None:
    with here.store("uli") as store:
        which = feedback.give(store, Feedback("Q", "A", rating=1))
    (tmp_path / "Right.st").write_text(CODE, encoding="utf-8")
    build_index([tmp_path / "Right.st"], tmp_path / "i.sqlite", jobs=1)
    texts = {"broken": "```smalltalk\nfoo ^[\n```", "same": " A ", "empty": "", "unknown": "```smalltalk\nfoo\n\t^strat isNil\n```"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert run(["store", "queue", str(which), "--answer", str(tmp_path / name), "--index", str(tmp_path / "i.sqlite")]) == 2, name
    with here.store("mia") as store:
        assert queue.place(store, which).state == "queued"
        assert queue.answer(store, which, texts["broken"].replace("[", "1")).state == "candidate"
        with pytest.raises(BadInputError, match="does not wait"):
            queue.answer(store, which, "Otherwise.")


def test_who_gives_feedback_sees_how_far_their_own_is(here: Clone) -> None:
    with here.login("uli") as store:
        which = feedback.give(store, Feedback("Q", "A", rating=1))
        (mine,) = queue.places(store)
        assert (mine.feedback, mine.state, mine.exports, queue.steps(store, which)) == (which, "queued", [], [])
        with pytest.raises(StcError, match="permission denied"):
            queue.answer(store, which, "Better.")
    with here.store("mia") as store:
        other = feedback.give(store, Feedback("Q2", "A", rating=1))
    with here.login("uli") as store, pytest.raises(BadInputError, match="shows uli no feedback"):
        queue.place(store, other)
    with here.login("anna") as store:
        assert {one.feedback for one in queue.places(store)} == {which, other}
        # An answer is its author's: anna cannot verify hers.
        found = queue.answer(store, which, "Better.")
        assert found.example is not None
        with pytest.raises(StcError, match="row-level security"):
            review.decide(store, found.example, "verify")


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(4.01, 4.5, True), (3.0, 4.0, False), (3.9, 4.1, None), (4.0, 4.2, None), (None, None, None)]
)
def test_whether_people_are_satisfied(low: float | None, high: float | None, expected: bool | None) -> None:
    assert Satisfaction("m", 5, 4.2, low, high, 0, 0).over_four is expected


def test_batches_and_loads_do_not_touch_the_queue(here: Clone, tmp_path: Path) -> None:
    said("store", "rate", text='{"question": "Q", "answer": "A", "rating": 5}')
    said("store", "feedback", "--candidates")
    said("store", "load", str(write_dataset(tmp_path / "rights", [sample(1)])))
    assert said("review", "batch", "rag.answer", "reject", "--reason", "x")["decided"] == 0
    assert [one["state"] for one in said("store", "queue")] == ["candidate"]
