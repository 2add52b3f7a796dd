"""A training in the store: begun, interrupted, gone on with, finished; and nothing started where there is no store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import training
from click.testing import CliRunner, Result
from storing import Clone

from stc.cli import cli
from store.embedded import USER
from store.runs import runs

pytestmark = pytest.mark.xdist_group("training")
OPTIONS = [
    *("--max-length", "256", "--batch-tokens", "256", "--accumulate", "1", "--evaluate-every", "2"),
    *("--threads", "1", "--steps", "2", "--sample", "0"),
]


def run(out: Path, *more: str) -> Result:
    base, data = training.given()
    return CliRunner().invoke(cli, ["train", "--base", base, "--data", data, *OPTIONS, "-o", str(out), *more])


def entered(db: Clone) -> list[tuple[str, dict[str, object], int]]:
    with db.store() as store:
        return [(one.status, one.metrics, len(one.losses)) for one in runs(store)]


def test_an_interrupted_run_and_the_one_that_goes_on_are_told_apart(db: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STC_DSN", db.conninfo(USER))
    monkeypatch.setenv("STC_USER", "mia")
    out = tmp_path / "run"

    def wished(self: object, **options: object) -> None:
        self.wished, self._patient = True, False  # type: ignore[attr-defined]

    with monkeypatch.context() as patched:
        patched.setattr("trainer.watch.Stop.__init__", wished)
        assert run(out).exit_code == 130
    [(status, metrics, _)] = entered(db)
    assert status == "failed"
    assert str(metrics["ended"]).startswith("stopped at step 1 of sft")
    result = run(out)
    assert result.exit_code == 0, result.output
    (status, metrics, losses), (before, *_) = entered(db)
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert (status, before, losses) == ("finished", "failed", 2)
    assert metrics["adapter"] == record["adapter"]["digest"]
    assert metrics["resumes"] == record["store"]["attempts"][:1]
    # A run that is finished is not entered again.
    assert run(out).exit_code == 0
    assert len(entered(db)) == 2
    said = CliRunner().invoke(cli, ["store", "runs"]).output
    assert f"goes on from {record['store']['attempts'][0][:8]}" in said
    assert "stopped at step 1 of sft" in said


def test_a_run_that_was_killed_is_told_as_such_by_the_next(db: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STC_DSN", db.conninfo(USER))
    monkeypatch.setenv("STC_USER", "mia")
    with monkeypatch.context() as patched:
        patched.setattr("trainer.lora._learn", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        # As if the process were gone before it could say anything.
        patched.setattr("stc.running.Entry.fail", lambda self, why: None)
        run(tmp_path / "run")
    assert [status for status, *_ in entered(db)] == ["running"]
    assert run(tmp_path / "run").exit_code == 0
    (status, _, _), (before, metrics, _) = entered(db)
    assert (status, before) == ("finished", "failed")
    assert metrics["ended"] == "it ended without a word: killed, or the machine went down"


def test_a_store_that_does_not_answer_is_told_and_nothing_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STC_DSN", "host=/nowhere user=x dbname=x")
    result = run(tmp_path / "run")
    assert result.exit_code == 0, result.output
    assert "stc: this training is not entered into the store: " in result.output
    assert run(tmp_path / "other", "--no-store").output.count("not entered") == 0


def test_no_store_is_started_for_a_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STC_DSN", raising=False)
    monkeypatch.setenv("STC_CONFIG", str(tmp_path / "stc.toml"))
    (tmp_path / "stc.toml").write_text("", encoding="utf-8")
    monkeypatch.setenv("STC_DATA", str(tmp_path / "data"))
    assert run(tmp_path / "run").exit_code == 0
    assert not (tmp_path / "data").exists()
    assert "store" not in json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
