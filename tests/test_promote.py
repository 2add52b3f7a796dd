"""The gate from the command line: refuses a bad model, accepts a better one, refuses a tampered one, rolls back; overrides are named."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from evaluating import FAULTS, MINI, index_of, suite_of
from storing import Clone

from datagen.complete import Completion
from datagen.layout import file_digest
from evaluator.evaluate import Plan, evaluate
from evaluator.gate import Candidate, Policy, decide
from evaluator.item import Suite
from stc.cli import cli
from store import audit
from store.embedded import USER
from trainer.basemodel import digest_of_model

pytestmark = pytest.mark.xdist_group("store")
DATA = "d" * 64


@pytest.fixture
def here(db: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Clone:
    monkeypatch.setenv("STC_DSN", db.conninfo(USER))
    monkeypatch.setenv("STC_USER", "anna")
    (tmp_path / "stc.toml").write_text("[gate]\nadherence = 0.0\nfinal_loss = 0.5\nexamples = 1000\n", encoding="utf-8")
    monkeypatch.setenv("STC_CONFIG", str(tmp_path / "stc.toml"))
    return db


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    found = suite_of(index_of(MINI, tmp_path_factory.mktemp("promote") / "index.sqlite"), 300)
    return Suite(found.name, found.digest, found.items, found.dialect, DATA, found.index, None, ())


class Model:
    """Writes so many methods in ten right."""

    batch, ranks = 100, False

    def __init__(self, suite: Suite, right: int, adapter: str) -> None:
        self._answers = {i.id: i.reference if n % 10 < right else FAULTS["P112"](i.reference) for n, i in enumerate(suite.items)}
        self.identity: dict[str, Any] = {"kind": "local", "adapter": adapter}

    def __call__(self, asked: Any) -> list[Completion]:
        return [Completion(self._answers[one.id]) for one in asked]


def trained(folder: Path, name: str, data: str = DATA, **more: Any) -> Path:
    """Write a finished training as far as the gate reads it."""
    (folder / name / "adapter").mkdir(parents=True)
    weights = folder / name / "adapter" / "adapter_model.safetensors"
    weights.write_bytes(hashlib.sha256(name.encode()).digest())
    weights.with_name("adapter_config.json").write_text('{"r": 16, "lora_alpha": 32}', encoding="utf-8")
    best = {"validation_loss": 0.3, "validation_accuracy": 0.9}
    stages = {"sft": {"examples": 2000, "best": best, **more}}
    record = {"format": 1, "status": "finished", "data": {"digest": data}, "stages": stages, "adapter": {"digest": file_digest(weights)}}
    (folder / name / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return folder / name


def measured(folder: Path, suite: Suite, run: Path, right: int) -> Path:
    out = folder / f"eval-{run.name}"
    model = Model(suite, right, digest_of_model(run / "adapter"))
    evaluate(model, Plan(suite, metrics=("compile_rate", "syntax_rate"), conventions=False), out, "t", lambda phase, done, total: None)
    return out


def promote(folder: Path, run: Path, evaluation: Path, *more: str, code: int = 0) -> Any:
    said = ["promote", str(run), str(evaluation), "--name", "mini", "--models", str(folder / "models"), "--json", *more]
    found = CliRunner().invoke(cli, said)
    assert found.exit_code == code, found.output
    return json.loads(found.stdout)


def broken(found: Any) -> list[str]:
    return [one["rule"] for one in found["reasons"] if not one["kept"]]


def test_a_life_of_a_champion(here: Clone, tmp_path: Path, suite: Suite) -> None:
    bad, good, better = (trained(tmp_path, name) for name in ("bad", "good", "better"))
    evaluations = {run.name: measured(tmp_path, suite, run, right) for run, right in ((bad, 7), (good, 10), (better, 10))}
    found = promote(tmp_path, bad, evaluations["bad"], code=1)
    assert (broken(found), found["promoted"]) == (["compile_rate"], None)
    assert not (tmp_path / "models").exists()
    assert promote(tmp_path, good, evaluations["good"], "--dry-run")["promoted"] is None
    assert promote(tmp_path, good, evaluations["good"])["promoted"] == "mini-v1"
    # Worse than the champion, whatever the thresholds are.
    assert broken(promote(tmp_path, bad, evaluations["bad"], code=1)) == ["compile_rate", "no_regression"]
    assert promote(tmp_path, better, evaluations["better"])["promoted"] == "mini-v2"
    found = json.loads(CliRunner().invoke(cli, ["models", "rollback", "--reason", "users complain", "--json"]).stdout)
    assert (found["model"], found["previous"]) == ("mini-v1", "mini-v2")
    shown = json.loads(CliRunner().invoke(cli, ["models", "show", "--json"]).stdout)
    assert (shown["name"], shown["aliases"]) == ("mini-v1", ["champion"])
    assert len(json.loads(CliRunner().invoke(cli, ["models", "list", "--json"]).stdout)["models"]) == 2
    with here.store() as store:
        assert not audit.prove(store).failures


def test_what_no_override_helps(here: Clone, tmp_path: Path, suite: Suite) -> None:
    run = trained(tmp_path, "tampered")
    evaluation = measured(tmp_path, suite, run, 10)
    # The same weights with another scale are another model.
    for name, text in (("adapter_config.json", '{"r": 16, "lora_alpha": 320}'), ("adapter_model.safetensors", "other")):
        before = (run / "adapter" / name).read_bytes()
        (run / "adapter" / name).write_text(text, encoding="utf-8")
        assert broken(promote(tmp_path, run, evaluation, "--override", "Anna", "--reason", "trust me", code=1)) == ["unchanged"]
        (run / "adapter" / name).write_bytes(before)
    assert promote(tmp_path, run, evaluation, "--dry-run")["promote"]
    other = trained(tmp_path, "other-data", data="e" * 64)
    assert broken(promote(tmp_path, other, measured(tmp_path, suite, other, 10), "--override", "Anna", "--reason", "x", code=1)) == [
        "same_data"
    ]


def test_an_override_is_named_and_kept(here: Clone, tmp_path: Path, suite: Suite) -> None:
    run = trained(tmp_path, "small", examples=10)
    evaluation = measured(tmp_path, suite, run, 10)
    assert broken(promote(tmp_path, run, evaluation, code=1)) == ["examples"]
    refused = CliRunner().invoke(cli, ["promote", str(run), str(evaluation), "--name", "mini", "--override", "Anna"])
    assert isinstance(refused.exception, Exception)
    assert promote(tmp_path, run, evaluation, "--override", "Anna Berg", "--reason", "a demonstration")["promoted"] == "mini-v1"
    shown = json.loads(CliRunner().invoke(cli, ["models", "show", "--json"]).stdout)
    assert shown["promotions"][0]["gate"]["override"] == {"person": "Anna Berg", "reason": "a demonstration", "by": "anna"}


def test_too_few_samples_are_said_to_be_too_few() -> None:
    score = {"metric": "compile_rate", "part": "", "value": 0.95, "low": 0.8, "n": 40, "clusters": 20}
    report = {
        "model": {"adapter": "a"}, "scores": [score], "unmeasured": {"adherence": "no conventions"},
        "suite": {"dataset": "d", "leaked": None},
    }  # fmt: skip
    found = decide(Candidate(report, {"data": {"digest": "d"}}, "a"), Policy(), None)
    said = {one.rule: one for one in found.reasons}
    assert "not enough samples" in said["compile_rate"].said
    assert [rule for rule, one in said.items() if one.kept] == ["unchanged", "same_data", "unconstrained", "no_regression"]
    assert found.exit_code == 1


def test_a_report_that_was_edited_is_none(here: Clone, tmp_path: Path, suite: Suite) -> None:
    run = trained(tmp_path, "edited")
    report = measured(tmp_path, suite, run, 7) / "report.json"
    said = json.loads(report.read_text(encoding="utf-8"))
    for score in said["scores"]:
        score["low"] = 0.99
    report.write_text(json.dumps(said), encoding="utf-8")
    found = CliRunner().invoke(cli, ["promote", str(run), str(report.parent), "--name", "mini", "--models", str(tmp_path / "models")])
    assert "is not as it was written; evaluate again" in str(found.exception)


def test_a_version_whose_adapter_changed_is_not_gone_back_to(here: Clone, tmp_path: Path, suite: Suite) -> None:
    for name in ("first", "second"):
        run = trained(tmp_path, name)
        promote(tmp_path, run, measured(tmp_path, suite, run, 10))
    (tmp_path / "models" / "mini-v1" / "adapter" / "adapter_config.json").write_text("{}", encoding="utf-8")
    found = CliRunner().invoke(cli, ["models", "rollback", "--reason", "users complain"])
    assert "is not as it was registered" in str(found.exception)


def test_like_is_compared_with_like(here: Clone, tmp_path: Path, suite: Suite) -> None:
    first, second = trained(tmp_path, "alone"), trained(tmp_path, "shown")
    promote(tmp_path, first, measured(tmp_path, suite, first, 10))
    model = Model(suite, 10, digest_of_model(second / "adapter"))
    model.identity["context"] = {"library": "l", "most": 8}
    out = tmp_path / "eval-shown"
    evaluate(model, Plan(suite, metrics=("compile_rate",), conventions=False), out, "t", lambda phase, done, total: None)
    found = CliRunner().invoke(cli, ["promote", str(second), str(out), "--name", "mini", "--models", str(tmp_path / "models")])
    assert "with the same --retrieval, or both without" in str(found.exception)
