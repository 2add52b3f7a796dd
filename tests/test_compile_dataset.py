"""A data set from sources to folder: the same bytes for one seed, hierarchies in one split, and a proof that can fail."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sampling import open_code, write_code

from datagen.compile import Settings, compile_dataset
from datagen.proof import verify_dataset
from datagen.split import SPLITS, assign
from datagen.write import check_replaceable
from stc.cli import cli, run
from stparse.index.build import build_index
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError

MINI = Path(__file__).resolve().parent.parent / "fixtures" / "projects" / "whatson-mini"
WRITTEN = {"train.jsonl", "validation.jsonl", "test.jsonl", "dropped.jsonl", "redacted.jsonl", "manifest.json", "README.md", "index.sqlite"}


def compiled(index: CodeIndex, out: Path, seed: int = 7, jobs: int = 1) -> Path:
    compile_dataset(index, Settings(out, seed, jobs))
    return out


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for split in SPLITS for line in (folder / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()]


def texts(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in sorted(WRITTEN - {"index.sqlite"})}


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
    assert {path.name for path in small.iterdir()} == WRITTEN
    manifest = json.loads((small / "manifest.json").read_text(encoding="utf-8"))
    found = lines(small)
    assert sum(sum(row.values()) for row in manifest["samples"].values()) == len(found) > 50
    assert len({line["id"] for line in found}) == len(found)
    assert [item["path"] for item in manifest["inputs"]] == ["Events.st", "Rights.st", "Schedule.st", "Twins.st"]
    dropped = (small / "dropped.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(dropped) == sum(manifest["dropped"].values())
    assert "broken method" in manifest["dropped"]
    card = (small / "README.md").read_text(encoding="utf-8")
    assert card.startswith("---\n")
    assert "path: train.jsonl" in card


def test_all_hold(small: Path) -> None:
    proof = verify_dataset(small)
    assert proof.failures == ()
    assert proof.samples == len(lines(small))


@pytest.mark.xdist_group("processes")
def test_processes_do_not_matter(tmp_path: Path) -> None:
    build_index([MINI], tmp_path / "index.sqlite", jobs=1)
    with CodeIndex.open(tmp_path / "index.sqlite") as index:
        one = compiled(index, tmp_path / "one" / "set", jobs=1)
        two = compiled(index, tmp_path / "two" / "set", jobs=2)
        other = compiled(index, tmp_path / "other" / "set", seed=8)
    assert texts(one) == texts(two)
    assert texts(one)["train.jsonl"] != texts(other)["train.jsonl"]
    assert verify_dataset(one, jobs=2).failures == ()
    check_splits(one)
    check_shares(one)


def check_splits(folder: Path) -> None:
    """No hierarchy is in two splits, neither as a group nor as a source."""
    homes: dict[object, set[object]] = {}
    for line in lines(folder):
        homes.setdefault(line["group"], set()).add(line["split"])
    assert {split for found in homes.values() for split in found} == set(SPLITS)
    assert all(len(found) == 1 for found in homes.values())


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


@pytest.mark.parametrize("spoil", [spoil_answer, spoil_claim, spoil_source])
def test_a_tampered_line_is_named(copy: Path, spoil: Callable[[dict[str, object]], None]) -> None:
    path = copy / "train.jsonl"
    found = path.read_text(encoding="utf-8").splitlines()
    line = json.loads(found[3])
    spoil(line)
    found[3] = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    path.write_text("\n".join(found) + "\n", encoding="utf-8", newline="\n")
    failures = verify_dataset(copy).failures
    assert {failure.sample for failure in failures} == {None, line["id"]}


def test_a_line_that_is_no_sample_is_named(copy: Path) -> None:
    with (copy / "train.jsonl").open("a", encoding="utf-8") as file:
        file.write("{}\n")
    failures = verify_dataset(copy).failures
    assert any("line" in failure.reason and failure.file == "train.jsonl" for failure in failures)


def test_a_missing_line_is_noticed(copy: Path) -> None:
    path = copy / "train.jsonl"
    path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[1:]), encoding="utf-8", newline="\n")
    assert {failure.file for failure in verify_dataset(copy).failures} == {"train.jsonl", "manifest.json"}


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
    before = texts(out)
    assert CliRunner().invoke(cli, arguments).exit_code == 0
    assert texts(out) == before
    assert not list(tmp_path.glob(".*"))
    result = CliRunner().invoke(cli, ["verify", str(out), "--jobs", "1", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"samples": summary["total"], "failed": 0, "failures": []}
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
