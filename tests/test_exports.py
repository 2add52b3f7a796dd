"""Every export holds every sample once, in the form that its trainer documents; errors name file, line and remedy."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sampling import open_code

from datagen.compile import Settings, compile_dataset
from datagen.exports import EXPORTS
from datagen.exports import openai as openai_export
from datagen.split import SPLITS
from stc.cli import cli, run

SYSTEM = "You know our code."


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer a data set of the small code base, with a system prompt."""
    folder = tmp_path_factory.mktemp("exports")
    with open_code(folder) as index:
        compile_dataset(index, Settings(folder / "our set", 7, system=SYSTEM))
    return folder / "our set"


def samples(dataset: Path, *parts: str) -> list[dict[str, Any]]:
    names = [dataset / part / f"{split}.jsonl" for split in SPLITS for part in parts]
    return [json.loads(line) for name in names for line in name.read_text(encoding="utf-8").splitlines()]


def exported(dataset: Path, form: str, out: Path) -> dict[str, Any]:
    """Answer what is in the files of an export, by name."""
    result = CliRunner().invoke(cli, ["export", form, str(dataset), "-o", str(out), "--json"])
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    found: dict[str, Any] = {}
    for name, rows in summary["files"].items():
        text = (out / name).read_text(encoding="utf-8")
        found[name] = json.loads(text) if name.endswith(".json") else [json.loads(line) for line in text.splitlines()]
        assert len(found[name]) == rows
    return found


def rows_of(found: dict[str, Any], beginning: str) -> list[dict[str, Any]]:
    """Answer the rows of the files whose names begin so, in the order of the splits."""
    ordered = sorted(found, key=lambda name: next(place for place, split in enumerate(SPLITS) if split in name))
    return [row for name in ordered if name.startswith(beginning) for row in found[name]]


def is_chat(messages: list[dict[str, str]], *roles: str) -> bool:
    """Whether these are messages with a role and a content, and nothing else, of these roles after the system prompt."""
    keys = all(set(message) == {"role", "content"} and message["content"] for message in messages)
    return keys and [message["role"] for message in messages] == ["system", *roles]


def is_turn(row: dict[str, Any], key: str) -> bool:
    return set(row) == {key} and is_chat(row[key], "user", "assistant")


def is_completion(row: dict[str, Any]) -> bool:
    return set(row) == {"prompt", "completion"} and is_chat(row["prompt"], "user") and row["completion"][0]["role"] == "assistant"


def is_preference(row: dict[str, Any]) -> bool:
    said = [message for key in ("chosen", "rejected") for message in row[key]]
    return (
        set(row) == {"prompt", "chosen", "rejected"} and is_chat(row["prompt"], "user") and [m["role"] for m in said] == ["assistant"] * 2
    )


def is_pair_beside(row: dict[str, Any]) -> bool:
    """The form of LLaMA-Factory and Axolotl: messages up to the question, with one message each for chosen and rejected."""
    said = [row["chosen"], row["rejected"]]
    return (
        set(row) == {"messages", "chosen", "rejected"} and is_chat(row["messages"], "user") and all(m["role"] == "assistant" for m in said)
    )


def is_openai_pair(row: dict[str, Any]) -> bool:
    outputs = [row["preferred_output"], row["non_preferred_output"]]
    return (
        set(row) == {"input", "preferred_output", "non_preferred_output"}
        and is_chat(row["input"]["messages"], "user")
        and all(len(output) == 1 and output[0]["role"] == "assistant" for output in outputs)
    )


def is_sharegpt(row: dict[str, Any]) -> bool:
    return set(row) == {"conversations"} and [turn["from"] for turn in row["conversations"]] == ["system", "human", "gpt"]


def is_sharegpt_pair(row: dict[str, Any]) -> bool:
    return [turn["from"] for turn in (*row["conversations"], row["chosen"], row["rejected"])] == ["system", "human", "gpt", "gpt"]


def is_alpaca(row: dict[str, Any]) -> bool:
    return set(row) == {"instruction", "input", "output", "system"} and all(isinstance(value, str) for value in row.values())


def is_alpaca_pair(row: dict[str, Any]) -> bool:
    return set(row) == {"instruction", "input", "chosen", "rejected", "system"}


Check = Callable[[dict[str, Any]], bool]
FORMS: dict[str, tuple[str, Check, str, Check]] = {
    "trl": ("sft-", is_completion, "dpo-", is_preference),
    "openai": ("t|v|seen", lambda row: is_turn(row, "messages"), "preference-", is_openai_pair),
    "alpaca": ("t|v|seen", is_alpaca, "preference-", is_alpaca_pair),
    "sharegpt": ("t|v|seen", is_sharegpt, "preference-", is_sharegpt_pair),
    "llama-factory": ("sft_", lambda row: is_turn(row, "messages"), "dpo_", is_pair_beside),
    "axolotl": ("sft-", lambda row: is_turn(row, "messages"), "dpo-", is_pair_beside),
    "unsloth": ("t|v|seen", lambda row: is_turn(row, "conversations"), "dpo-", is_preference),
}


def texts(value: object) -> Iterator[str]:
    """Yield every text in a row."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts(inner)


def test_every_format_is_tested() -> None:
    assert set(FORMS) == set(EXPORTS)


def test_the_help_names_every_format() -> None:
    shown = CliRunner().invoke(cli, ["export", "--help"]).output
    assert [name for name in EXPORTS if name not in shown] == []


@pytest.mark.parametrize("form", list(FORMS))
def test_rows_have_the_documented_form(dataset: Path, tmp_path: Path, form: str) -> None:
    found = exported(dataset, form, tmp_path / "out")
    turns, is_one, pairs, is_pair = FORMS[form]
    turn_rows = [row for beginning in turns.split("|") for row in rows_of(found, beginning)]
    pair_rows = rows_of(found, pairs)
    assert turn_rows
    assert all(map(is_one, turn_rows))
    assert pair_rows
    assert all(map(is_pair, pair_rows))
    wanted = samples(dataset, "sft", "completion")
    assert sorted(line["answer"] for line in wanted) == sorted(list(texts(row))[_answer(form)] for row in turn_rows)
    rejected = [line["rejected"][0]["content"] for line in samples(dataset, "preference")]
    assert all(text in list(texts(row)) for row, text in zip(pair_rows, rejected, strict=True))


def _answer(form: str) -> int:
    """Answer which of the texts of a row is the answer: the last, but for Alpaca, whose system prompt stands behind it."""
    return -2 if form == "alpaca" else -1


def test_llama_factory_finds_its_files(dataset: Path, tmp_path: Path) -> None:
    exported(dataset, "llama-factory", tmp_path)
    info = json.loads((tmp_path / "dataset_info.json").read_text(encoding="utf-8"))
    assert "our_set_sft_train" in info
    for name, entry in info.items():
        rows = json.loads((tmp_path / entry["file_name"]).read_text(encoding="utf-8"))
        assert entry["formatting"] == "sharegpt"
        assert set(entry["columns"].values()) == set(rows[0])
        assert entry.get("ranking", False) is ("_dpo_" in name)
        assert {entry["tags"]["user_tag"], entry["tags"]["system_tag"]} == {m["role"] for m in rows[0]["messages"]} - {"assistant"}


def test_axolotl_snippets_name_the_files(dataset: Path, tmp_path: Path) -> None:
    exported(dataset, "axolotl", tmp_path)
    for name in ("sft", "dpo"):
        snippet = (tmp_path / f"{name}.yaml").read_text(encoding="utf-8")
        paths = [line.split(": ", 1)[1] for line in snippet.splitlines() if "path:" in line]
        assert paths
        assert all(Path(path).is_file() for path in paths)


def test_the_input_of_alpaca_is_the_code(dataset: Path, tmp_path: Path) -> None:
    rows = exported(dataset, "alpaca", tmp_path)["train.json"]
    joined = {f"{row['instruction']}\n\n{row['input']}".strip() for row in rows}
    asked = {
        (line.get("messages") or line["prompt"])[1]["content"] for line in samples(dataset, "sft", "completion") if line["split"] == "train"
    }
    assert joined == {text.strip() for text in asked}
    assert not any("```" in row["instruction"] for row in rows)


def test_openai_files_stay_below_the_limit(dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = exported(dataset, "openai", tmp_path / "whole")["train.jsonl"]
    monkeypatch.setattr(openai_export, "LARGEST", 5000)
    found = exported(dataset, "openai", tmp_path / "parts")
    parts = [name for name in found if name.startswith("train")]
    assert len(parts) > 3
    assert [row for name in parts for row in found[name]] == whole
    sizes = [(tmp_path / "parts" / name).stat().st_size for name in parts if len(found[name]) > 1]
    assert sizes
    assert max(sizes) <= 5000


def test_without_a_system_prompt_there_is_none(tmp_path: Path) -> None:
    with open_code(tmp_path) as index:
        compile_dataset(index, Settings(tmp_path / "set", 7))
    assert all(row["prompt"][0]["role"] == "user" for row in exported(tmp_path / "set", "trl", tmp_path / "out")["sft-train.jsonl"])
    assert "system" not in exported(tmp_path / "set", "alpaca", tmp_path / "alpaca")["train.json"][0]


def test_an_export_replaces_an_export_and_nothing_else(dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exported(dataset, "trl", tmp_path / "out")
    assert set(exported(dataset, "openai", tmp_path / "out")) & {path.name for path in (tmp_path / "out").iterdir()}
    assert not (tmp_path / "out" / "sft-train.jsonl").exists()
    assert run(["export", "trl", str(dataset), "-o", str(dataset)]) == 2
    assert "left alone" in capsys.readouterr().err
    assert run(["export", "trll", str(dataset), "-o", str(tmp_path / "x")]) == 2
    assert "did you mean 'trl'" in capsys.readouterr().err
    assert run(["export", "trl", str(tmp_path / "out"), "-o", str(tmp_path / "x")]) == 2
    assert "is no data set of stc" in capsys.readouterr().err


def test_a_broken_line_is_named(dataset: Path, tmp_path: Path) -> None:
    """As a user calls it, in a process."""
    copy = tmp_path / "set"
    command = [sys.executable, "-m", "stc", "export", "sharegpt", str(copy), "-o", str(tmp_path / "out")]
    copy.mkdir()
    for part in ("sft", "completion", "preference"):
        (copy / part).mkdir()
        for split in SPLITS:
            (copy / part / f"{split}.jsonl").write_bytes((dataset / part / f"{split}.jsonl").read_bytes())
    (copy / "manifest.json").write_bytes((dataset / "manifest.json").read_bytes())
    path = copy / "sft" / "train.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[:2], "{}\n", *lines[2:]]), encoding="utf-8")
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert f"{path}:3: not a sample of stc" in result.stderr
    assert "stc verify" in result.stderr
    assert not (tmp_path / "out").exists()
    path.unlink()
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "make the data set anew" in result.stderr
