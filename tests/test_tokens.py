"""Tokens are counted by whom the user names, and the manifest says by whom; the system prompt comes from where it is said."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sampling import write_code

from datagen.sample import Claim, Sample, ask
from datagen.tokens import OWN, TokenCounter, tokens_of
from stc.cli import cli
from stc.cli.compile_dataset import text_or_file
from stc.config import DatasetSettings, dataset_settings
from stc.optional import chosen_counter
from stparse.issue import BadInputError

SAMPLE = Sample("qa.senders", ask("Who sends it?"), "Nobody does.", "prose", (Claim("senders", "it"),), (), "Foo")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STC_CONFIG", raising=False)


def test_system_prompt_question_and_answer_are_counted() -> None:
    words = TokenCounter("words", None, lambda texts: [len(text.split()) for text in texts])
    assert tokens_of([SAMPLE, SAMPLE], None, words) == [5, 5]
    assert tokens_of([SAMPLE], "You know it all.", words) == [9]
    assert tokens_of([SAMPLE], None, OWN) == [SAMPLE.tokens]
    assert tokens_of([], "You", words) == []


def test_text_or_file(tmp_path: Path) -> None:
    (tmp_path / "system.txt").write_text("You know our code.\n", encoding="utf-8")
    assert text_or_file("You") == "You"
    assert text_or_file("@system.txt") == "You know our code."
    with pytest.raises(BadInputError, match=r"none\.txt cannot be read"):
        text_or_file("@none.txt")


def test_settings_of_the_house(tmp_path: Path) -> None:
    assert dataset_settings() == DatasetSettings()
    (tmp_path / "stc.toml").write_text('[dataset]\nsystem = "You know."\ntokenizer = "t.json"\n', encoding="utf-8")
    assert dataset_settings() == DatasetSettings("You know.", "t.json")
    (tmp_path / "t.json").write_text("{}", encoding="utf-8")
    assert dataset_settings().tokenizer == "t.json"
    (tmp_path / "stc.toml").write_text("[dataset]\nsystem = 7\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="system in \\[dataset\\] is no text"):
        dataset_settings()
    (tmp_path / "stc.toml").write_text("[dataset]\nsytem = 'x'\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="knows no sytem"):
        dataset_settings()


def made(tmp_path: Path, *arguments: str) -> dict[str, Any]:
    source = write_code(tmp_path / "src")
    command = ["compile-dataset", str(source), "-o", str(tmp_path / "set"), "--jobs", "1", *arguments]
    result = CliRunner().invoke(cli, command)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads((tmp_path / "set" / "manifest.json").read_text(encoding="utf-8"))
    return found


def first(tmp_path: Path) -> dict[str, Any]:
    with (tmp_path / "set" / "sft" / "train.jsonl").open(encoding="utf-8") as file:
        found: dict[str, Any] = json.loads(next(file))
    return found


@pytest.mark.skipif(find_spec("tokenizers") is None, reason="tokenizers is not installed: pip install 'stc[data]'")
def test_a_tokenizer_of_a_model_counts(tmp_path: Path) -> None:
    (tmp_path / "stc.toml").write_text('[dataset]\nsystem = "From the house"\n', encoding="utf-8")
    model = tmp_path / "our-model"
    model.mkdir()
    (model / "tokenizer.json").write_text(json.dumps(word_tokenizer()), encoding="utf-8")
    manifest = made(tmp_path, "--tokenizer", "our-model")
    assert manifest["tokens"]["counted_by"] == "our-model"
    assert len(manifest["tokens"]["digest"]) == 64
    assert manifest["system"] == "From the house"
    line = first(tmp_path)
    assert line["tokens"] == sum(len(message["content"].split()) for message in line["messages"])
    before = line["id"]
    assert CliRunner().invoke(cli, ["verify", str(tmp_path / "set"), "--jobs", "1"]).exit_code == 0
    manifest = made(tmp_path, "--system", "")
    assert manifest["system"] is None
    assert manifest["tokens"]["counted_by"] == OWN.name
    assert (first(tmp_path)["id"], first(tmp_path)["messages"][0]["role"]) == (before, "user")


def word_tokenizer() -> dict[str, Any]:
    """Answer a tokenizer.json that takes every word for an unknown one."""
    model = {"type": "WordLevel", "vocab": {"[UNK]": 0}, "unk_token": "[UNK]"}
    rest = dict.fromkeys(("truncation", "padding", "normalizer", "post_processor", "decoder"))
    return {"version": "1.0", "added_tokens": [], "pre_tokenizer": {"type": "WhitespaceSplit"}, "model": model, **rest}


@pytest.mark.skipif(find_spec("tokenizers") is None, reason="tokenizers is not installed: pip install 'stc[data]'")
@pytest.mark.parametrize(
    ("name", "said"), [("no-such/model", "downloads nothing"), ("empty", "has no tokenizer.json"), ("bad.json", "is no tokenizer")]
)
def test_a_tokenizer_that_is_none(tmp_path: Path, name: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BadInputError, match=said):
        chosen_counter(name)
