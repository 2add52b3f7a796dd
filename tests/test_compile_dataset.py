"""A data set from sources to folder: the same bytes for one seed, hierarchies in one split, and a proof that can fail."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from folders import check_same, contents
from hypothesis import given
from hypothesis import strategies as st
from sampling import FILES, open_code, write_code

from checker.base import save_base, shipped_base
from datagen.compile import Settings, compile_dataset
from datagen.judging import base_of
from datagen.layout import file_of, parts_and_splits
from datagen.proof import verify_dataset
from datagen.split import SPLITS, assign, torn_pairs
from datagen.write import check_replaceable
from stc.cli import cli, run
from stc.optional import installed_tables
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError

MINI = Path(__file__).resolve().parent.parent / "fixtures" / "projects" / "whatson-mini"
TABLES = installed_tables()
LINES = [file_of(part, split) for part, split in parts_and_splits()]
ROWS = [file_of(part, split, TABLES.ending) for part, split in parts_and_splits()] if TABLES else []
WRITTEN = {*LINES, *ROWS, "dropped.jsonl", "redacted.jsonl", "manifest.json", "README.md", "report.html", "index.sqlite"}
SYSTEM = 'You know our code.\nAnswer "briefly" | <b>.'


def compiled(index: CodeIndex, out: Path, seed: int = 7, jobs: int = 1) -> Path:
    compile_dataset(index, Settings(out, seed, jobs, system=SYSTEM, tables=TABLES))
    return out


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for name in LINES for line in (folder / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer a data set of the small code base."""
    folder = tmp_path_factory.mktemp("small")
    with open_code(folder) as index:
        return compiled(index, folder / "set")


@pytest.fixture
def copy(small: Path, tmp_path: Path) -> Path:
    """Answer a copy of the small data set, to be tampered with."""
    return Path(shutil.copytree(small, tmp_path / "set"))


def test_what_is_written(small: Path) -> None:
    assert {path.relative_to(small).as_posix() for path in small.rglob("*") if path.is_file()} == WRITTEN
    manifest = json.loads((small / "manifest.json").read_text(encoding="utf-8"))
    found = lines(small)
    assert sum(sum(row.values()) for row in manifest["samples"].values()) == len(found) > 50
    assert len({line["id"] for line in found}) == len(found)
    assert [item["path"] for item in manifest["inputs"]] == sorted(FILES)
    dropped = (small / "dropped.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(dropped) == sum(manifest["dropped"].values())
    assert "broken method" in manifest["dropped"]
    assert manifest["system"] == SYSTEM
    assert set(manifest["files"]) == {*LINES, *ROWS, "dropped.jsonl", "redacted.jsonl"}
    tokens = sum(sum(row.values()) for row in manifest["tokens"]["of"].values())
    assert tokens == sum(line["tokens"] for line in found)  # type: ignore[misc]
    assert sum(sum(bars) for bars in manifest["tokens"]["lengths"].values()) == len(found)


def test_every_conversation_begins_with_the_system_prompt(small: Path) -> None:
    for line in lines(small):
        asked = line.get("messages") or line["prompt"]
        assert [m["role"] for m in asked][:2] == ["system", "user"]  # type: ignore[attr-defined]
        assert asked[0]["content"] == SYSTEM  # type: ignore[index]


def test_the_rejected_text_is_the_chosen_one_but_for_the_edit(small: Path) -> None:
    pairs: list[dict[str, Any]] = [line for line in lines(small) if "chosen" in line]
    assert pairs
    for line in pairs:
        chosen, rejected = (line[key][0]["content"] for key in ("chosen", "rejected"))
        fault = line["fault"]
        start, end = fault["span"]
        assert rejected[start:end] == fault["now"]
        assert rejected[:start] + fault["was"] + rejected[end:] == chosen == line["answer"]


def test_all_hold(small: Path) -> None:
    proof = verify_dataset(small, tables=TABLES)
    assert proof.failures == ()
    assert proof.samples == len(lines(small))
    assert proof.rows == (proof.samples if TABLES else 0)


@pytest.mark.xdist_group("processes")
def test_processes_and_the_order_of_sets_do_not_matter(tmp_path: Path) -> None:
    shutil.copytree(MINI, tmp_path / "code")
    folders = []
    for number in ("1", "2"):
        folders.append(tmp_path / number / "set")
        command = [sys.executable, "-m", "stc", "compile-dataset", "code", "-o", f"{number}/set", "--jobs", number, "--limit", "4000"]
        subprocess.run(command, cwd=tmp_path, env={**os.environ, "PYTHONHASHSEED": number}, check=True, capture_output=True)
    one, two = folders
    check_same(contents(one, "index.sqlite"), contents(two, "index.sqlite"))
    assert verify_dataset(one, jobs=2, tables=TABLES).failures == ()
    check_splits(one)
    check_shares(one)


def test_another_seed_makes_others(small: Path, tmp_path: Path) -> None:
    with CodeIndex.open(small / "index.sqlite") as index:
        other = compiled(index, tmp_path / "set", seed=8)
    assert contents(small)["sft/train.jsonl"] != contents(other)["sft/train.jsonl"]


def check_splits(folder: Path) -> None:
    """No hierarchy is in two splits, neither as a group nor as a source."""
    homes: dict[object, set[object]] = {}
    for line in lines(folder):
        homes.setdefault(line["group"], set()).add(line["split"])
    assert {split for found in homes.values() for split in found} == set(SPLITS)
    assert all(len(found - {"seen"}) == 1 for found in homes.values())


def check_shares(folder: Path) -> None:
    counts = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["samples"]
    totals = {kind: sum(row.values()) for kind, row in counts.items()}
    assert max(totals.values()) <= 0.15 * sum(totals.values()) + 1


def spoil_answer(line: dict[str, object]) -> None:
    line["answer"] = f"{line['answer']} Or so."


def spoil_claim(line: dict[str, object]) -> None:
    line["claims"][0]["about"] = "nothing"  # type: ignore[index]


def spoil_source(line: dict[str, object]) -> None:
    line["sources"][0]["digest"] = "0" * 64  # type: ignore[index]


def spoil_system(line: dict[str, object]) -> None:
    (line.get("messages") or line["prompt"])[0]["content"] = "You know nothing."  # type: ignore[index]


def spoil_tokens(line: dict[str, object]) -> None:
    line["tokens"] = 1


def spoil_reply(line: dict[str, object]) -> None:
    key = next(key for key in ("completion", "chosen", "messages") if key in line)
    line[key][-1]["content"] += " Or so."  # type: ignore[index]


def spoil_keys(line: dict[str, object]) -> None:
    line["remark"] = "nobody asked"


SPOILT = [
    ("sft", spoil_answer),
    ("sft", spoil_claim),
    ("sft", spoil_source),
    ("sft", spoil_system),
    ("sft", spoil_tokens),
    ("sft", spoil_keys),
    ("completion", spoil_reply),
    ("preference", spoil_reply),
]


@pytest.mark.parametrize(("part", "spoil"), SPOILT)
def test_a_tampered_line_is_named(copy: Path, part: str, spoil: Callable[[dict[str, object]], None]) -> None:
    """Also where the digests of the manifest were made to fit."""
    path = copy / part / "train.jsonl"
    found = path.read_text(encoding="utf-8").splitlines()
    line = json.loads(found[3])
    spoil(line)
    found[3] = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    path.write_text("\n".join(found) + "\n", encoding="utf-8", newline="\n")
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][f"{part}/train.jsonl"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    failures = verify_dataset(copy).failures
    assert line["id"] in {failure.sample for failure in failures}
    assert {failure.file for failure in failures} <= {f"{part}/train.jsonl", "manifest.json"}


@pytest.mark.parametrize("part", ["sft", "preference"])
def test_a_table_that_says_something_else_is_named(copy: Path, part: str) -> None:
    if TABLES is None:
        pytest.skip("pyarrow is not installed: pip install 'stc[data]'")
    path = copy / part / f"train.{TABLES.ending}"
    rows = list(TABLES.rows(path))
    rows[2]["answer"] += " Or so."
    writer = TABLES.writer(path, part)
    for row in rows:
        writer.add(row)
    writer.close()
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][f"{part}/train.{TABLES.ending}"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert verify_dataset(copy).failures == ()
    (failure,) = verify_dataset(copy, tables=TABLES).failures
    assert (failure.file, failure.sample) == (f"{part}/train.{TABLES.ending}", rows[2]["id"])
    assert failure.reason == "row 3 differs from the JSONL in answer"
    writer = TABLES.writer(path, part)
    writer.add(rows[0])
    writer.close()
    assert "row 2 is missing" in {failure.reason for failure in verify_dataset(copy, tables=TABLES).failures}
    path.write_bytes(b"no table")
    assert any("cannot be read as Parquet" in failure.reason for failure in verify_dataset(copy, tables=TABLES).failures)


def test_a_line_that_is_no_sample_is_named(copy: Path) -> None:
    with (copy / "sft" / "train.jsonl").open("a", encoding="utf-8") as file:
        file.write("{}\n")
    failures = verify_dataset(copy).failures
    assert any("line" in failure.reason and failure.file == "sft/train.jsonl" for failure in failures)


def test_a_missing_line_is_noticed(copy: Path) -> None:
    path = copy / "sft" / "train.jsonl"
    path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[1:]), encoding="utf-8", newline="\n")
    assert {failure.file for failure in verify_dataset(copy).failures} == {"sft/train.jsonl", "manifest.json"}


def test_an_older_format_is_refused(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    (copy / "manifest.json").write_text(json.dumps({**manifest, "format": 1}), encoding="utf-8")
    with pytest.raises(BadInputError, match=r"format 1.*make the data set anew"):
        verify_dataset(copy)


def test_without_tables_the_samples_are_the_same(small: Path, tmp_path: Path) -> None:
    with open_code(tmp_path) as index:
        compile_dataset(index, Settings(tmp_path / "set", 7, system=SYSTEM))
    assert not list((tmp_path / "set").rglob("*.parquet"))
    before, now = (json.loads((folder / "manifest.json").read_text(encoding="utf-8")) for folder in (small, tmp_path / "set"))
    assert before["digest"] == now["digest"]
    assert now["versions"]["tables"] == "none"
    assert verify_dataset(tmp_path / "set", tables=TABLES).failures == ()


def test_other_folders_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(BadInputError, match="left alone"):
        check_replaceable(tmp_path)
    with pytest.raises(BadInputError, match="is a file"):
        check_replaceable(tmp_path / "letter.txt")
    with pytest.raises(BadInputError, match="no data set"):
        verify_dataset(tmp_path)
    check_replaceable(tmp_path / "new")


def test_commands(tmp_path: Path) -> None:
    source, out = write_code(tmp_path / "src"), tmp_path / "set"
    arguments = ["compile-dataset", str(source), "-o", str(out), "--seed", "7", "--jobs", "1"]
    result = CliRunner().invoke(cli, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert summary["total"] == len(lines(out))
    before = contents(out, "index.sqlite")
    assert CliRunner().invoke(cli, arguments).exit_code == 0
    check_same(contents(out, "index.sqlite"), before)
    assert not list(tmp_path.glob(".*"))
    result = CliRunner().invoke(cli, ["verify", str(out), "--jobs", "1", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "samples": summary["total"],
        "rows": summary["total"] if TABLES else 0,
        "failed": 0,
        "failures": [],
    }
    (out / "dropped.jsonl").write_text("", encoding="utf-8")
    result = CliRunner().invoke(cli, ["verify", str(out), "--jobs", "1"])
    assert result.exit_code == 1
    assert "dropped.jsonl" in result.stdout
    assert run(["verify", str(source)]) == 2
    assert run(["compile-dataset", str(source), "-o", str(source)]) == 2


NAMES = st.text(alphabet="ABCDEFGH", min_size=1, max_size=2)


@given(st.dictionaries(NAMES, st.integers(0, 500), max_size=30), st.sets(st.tuples(NAMES, NAMES), max_size=10), st.integers(0, 9))
def test_pairs_stay_together(weights: dict[str, int], pairs: set[tuple[str, str]], seed: int) -> None:
    splits = assign(weights, pairs, seed, 0.05)
    assert set(splits) >= set(weights)
    assert set(splits.values()) <= set(SPLITS)
    assert all(splits[one] == splits[other] for one, other in pairs)
    assert splits == assign(dict(reversed(list(weights.items()))), pairs, seed, 0.05)


def test_the_base_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of VisualWorks the base that comes with stc is not whole: only with the user's own are there faults of messages."""
    facts = shipped_base("pharo")
    assert facts is not None
    save_base(facts, tmp_path / "image.json.gz")
    (tmp_path / "stc.toml").write_text('[check]\nbase = "image.json.gz"\n', encoding="utf-8")
    write_code(tmp_path / "src")
    monkeypatch.delenv("STC_CONFIG", raising=False)
    asked = ["compile-dataset", str(tmp_path / "src"), "-o", "set", "--jobs", "1", "--limit", "3000", "--dialect", "visualworks", "--json"]
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(cli, asked)
    assert told.exit_code == 0, told.output
    folder = tmp_path / "set"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["base"] == manifest["files"]["base.json"] == hashlib.sha256((folder / "base.json").read_bytes()).hexdigest()
    assert sum(manifest["samples"]["negative.messages"].values()) > 0
    assert base_of("visualworks") == shipped_base("visualworks")
    (tmp_path / "image.json.gz").unlink()
    assert verify_dataset(folder, tables=TABLES).failures == ()
    (folder / "base.json").unlink()
    reasons = {failure.reason.split(":")[0] for failure in verify_dataset(folder).failures}
    assert {"the file is not the one that manifest.json names", "understood"} <= reasons
    (tmp_path / "stc.toml").unlink()
    assert CliRunner().invoke(cli, [*asked, "--base", str(tmp_path / "none.json")]).exit_code != 0


def test_a_kind_whose_samples_all_span_two_parts_keeps_some_hierarchies_together() -> None:
    splits = {"Right": "train", "Title": "test", "Slot": "train", "Break": "validation"}
    samples = [
        ("qa.exceptions", ("Right", "Title", "Break")),
        ("qa.exceptions", ("Slot", "Title")),
        ("qa.senders", ("Right", "Title")),
        ("qa.senders", ("Right",)),
    ]
    assert torn_pairs(samples, splits) == {("Slot", "Title")}
    assert torn_pairs(samples, dict.fromkeys(splits, "train")) == set()
