"""A model's whole life by command, on a tiny base: trained, measured, compared, refused, promoted, tampered with, rolled back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from storing import Clone
from training import make_model, make_tokenizer, sample, teach, write_dataset

from stc.cli import cli
from store import audit
from store.embedded import USER
from trainer.chat import chat_of
from trainer.encode import Encoder

pytestmark = pytest.mark.xdist_group("store")
NAMES = ("owner", "start", "length", "limit", "state", "date", "label", "parent", "amount", "price", "reason", "format", "author", "number")
RIGHT = {name: f"{name}\n\t^self basic: #{name}" for name in NAMES}
WRONG = {name: text.replace("^self", "^(self") for name, text in RIGHT.items()}
QUICK = ("--batch-tokens", "256", "--max-length", "128", "--accumulate", "1", "--sample", "0", "--device", "cpu", "--no-checkpointing")
POLICY = "[gate]\ncompile_rate = 0.6\nadherence = 0.0\nfinal_loss = 2.0\nvalidation_accuracy = 0.8\nexamples = 14\n"


@pytest.fixture
def here(db: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Clone:
    monkeypatch.setenv("STC_DSN", db.conninfo(USER))
    monkeypatch.setenv("STC_USER", "anna")
    (tmp_path / "stc.toml").write_text(POLICY, encoding="utf-8")
    monkeypatch.setenv("STC_CONFIG", str(tmp_path / "stc.toml"))
    return db


def stc(*said: object, code: int = 0) -> Any:
    found = CliRunner().invoke(cli, [*map(str, said), "--json"])
    assert found.exit_code == code, (found.output[-2000:], found.exception)
    return json.loads(found.stdout)


def write_base(folder: Path, right: Mapping[str, str] = RIGHT, wrong: Mapping[str, str] = WRONG, steps: int = 120) -> Path:
    """Write a base that knows the methods with a parenthesis that is never closed."""
    tokenizer = make_tokenizer([f"Write {name}\n{right[name]}\n{wrong[name]}" for name in right])
    encoder = Encoder(chat_of(tokenizer), 256)
    told = [encoder.conversation([{"role": "user", "content": f"Write {name}"}], wrong[name]) for name in right]
    model = make_model(tokenizer)
    teach(model, [one for one in told if one is not None], steps)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def broken(found: Any) -> list[str]:
    return [one["rule"] for one in found["reasons"] if not one["kept"]]


@pytest.mark.timeout(900)
def test_the_life_of_a_model(here: Clone, tmp_path: Path) -> None:
    base = write_base(tmp_path / "base")
    methods = [sample("completion.method_body", f"Write {n}", RIGHT[n], split) for split in ("train", "validation", "test") for n in NAMES]
    data = write_dataset(tmp_path / "data", methods)
    runs = {"bad": ("1e-5", "1", "1"), "good": ("1e-2", "20", "1"), "other": ("1e-2", "30", "1")}
    for name, (rate, epochs, seed) in runs.items():
        more = ("--learning-rate", rate, "--epochs", epochs, "--seed", seed)
        stc("train", "--base", base, "--data", data, "-o", tmp_path / name, *QUICK, *more)

    scores = {}
    for name in ("base", *runs):
        of = () if name == "base" else ("--run", tmp_path / name)
        report = stc("evaluate", data, "--base", base, *of, "-o", tmp_path / f"eval-{name}", "--jobs", "1", "--max-tokens", "60")
        scores[name] = next(one for one in report["scores"] if (one["metric"], one["part"]) == ("compile_rate", ""))
        assert report["suite"]["leaked"] == []
    assert scores["base"]["value"] == scores["bad"]["value"] == 0.0
    assert scores["good"]["value"] == scores["other"]["value"] == 1.0
    assert scores["base"]["high"] < 0.3 < 0.7 < scores["good"]["low"] < 1.0

    found = stc("compare", tmp_path / "eval-base", tmp_path / "eval-good", "--html", tmp_path / "compare.html")
    compiles = next(one for one in found if one["metric"] == "compile_rate")
    assert (compiles["verdict"], compiles["found"]["only_second"]) == ("better", 14)
    assert compiles["corrected"] < 0.01
    page = (tmp_path / "compare.html").read_text(encoding="utf-8")
    assert "^(self basic: #" in page
    assert "^self basic: #" in page

    def promote(name: str, code: int = 0) -> Any:
        return stc("promote", tmp_path / name, tmp_path / f"eval-{name}", "--name", "mini", "--models", tmp_path / "models", code=code)

    learnt_nothing = ["compile_rate", "final_loss", "validation_accuracy"]
    assert broken(promote("bad", 1)) == learnt_nothing
    assert promote("good")["promoted"] == "mini-v1"
    assert broken(promote("bad", 1)) == [*learnt_nothing, "no_regression"]
    weights = tmp_path / "other" / "adapter" / "adapter_model.safetensors"
    before = weights.read_bytes()
    weights.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    assert broken(promote("other", 1)) == ["unchanged"]
    weights.write_bytes(before)
    assert promote("other")["promoted"] == "mini-v2"
    assert stc("models", "rollback", "--reason", "users complain")["model"] == "mini-v1"
    assert stc("models", "show")["name"] == "mini-v1"
    with here.store() as store:
        assert not audit.prove(store).failures
