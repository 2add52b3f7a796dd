"""A data set made again after an edit: the bytes of a cold run, and only what rests on the edit is made."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from edits import EDITS, edit
from folders import check_same, contents
from sampled_houses import houses
from sampling import write_code

from datagen import work
from datagen.compile import Settings, compile_dataset
from stparse.index.build import build_index
from stparse.index.changes import changed_keys, structure_of
from stparse.index.noting import NotingIndex
from stparse.index.query import CodeIndex
from stparse.index.reads import ANYTHING, MOST, few, note, recorded, remembered, remembered_property, unrecorded

MINI = Path(__file__).resolve().parent.parent / "fixtures" / "projects" / "whatson-mini"


class Bench:
    """A code base that is compiled again and again, from what is kept and from nothing."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.code, self.out = folder, folder / "code", folder / "set"
        self.made = 0
        real = work.make_batch

        def counting(batch: work.Batch) -> list[bytes]:
            self.made += sum(len(names) for _, names in batch.pairs())
            return real(batch)

        monkeypatch.setattr(work, "make_batch", counting)

    def compile(self, *, system: str | None = None, seed: int = 7) -> int:
        """Compile with the cache; answer how many units were made."""
        return self._compile(self.out, "index.sqlite", self.folder / "cache", system, seed)

    def compile_cold(self) -> dict[str, bytes]:
        """Compile somewhere else, from nothing; answer what is written."""
        shutil.rmtree(self.folder / "cold", ignore_errors=True)
        (self.folder / "cold").mkdir()
        self._compile(self.folder / "cold" / "set", "cold/index.sqlite", None, None, 7)
        return contents(self.folder / "cold" / "set", "index.sqlite")

    def _compile(self, out: Path, index: str, cache: Path | None, system: str | None, seed: int) -> int:
        self.made = 0
        build_index([self.code], self.folder / index, jobs=1)
        with CodeIndex.open(self.folder / index) as opened:
            compile_dataset(opened, Settings(out, seed, limit=6000, system=system, cache=cache))
        return self.made


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    write_code(tmp_path / "code")
    return Bench(tmp_path, monkeypatch)


@pytest.mark.parametrize("kind", EDITS)
def test_an_edit_gives_the_bytes_of_a_cold_run(bench: Bench, kind: str) -> None:
    bench.compile()
    edit(bench.code, kind, Random(1))
    bench.compile()
    check_same(contents(bench.out, "index.sqlite"), bench.compile_cold())


def test_only_what_rests_on_an_edit_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(tmp_path, monkeypatch)
    shutil.copytree(MINI / "Foundation", bench.code)
    every = bench.compile()
    edit(bench.code, "another number", Random(1))
    assert 0 < bench.compile() < every / 2


def test_what_is_usual_is_mined_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # In one process: what it was told of the house before is not what the house is now.
    bench = Bench(tmp_path, monkeypatch)
    bench.code.mkdir()
    (bench.code / "House.st").write_text(houses(), encoding="utf-8", newline="\n")
    bench.compile()
    edit(bench.code, "a method less", Random(3))
    bench.compile()
    check_same(contents(bench.out, "index.sqlite"), bench.compile_cold())
    assert b'"kind":"qa.convention"' in contents(bench.out)["sft/train.jsonl"]


def test_another_system_prompt_makes_nothing_again(bench: Bench) -> None:
    assert bench.compile()
    before = contents(bench.out, "index.sqlite")
    assert bench.compile(system="Answer briefly.") == 0
    assert b"Answer briefly." in contents(bench.out)["sft/train.jsonl"]
    assert bench.compile() == 0
    check_same(contents(bench.out, "index.sqlite"), before)


def test_another_seed_or_definition_makes_all_again(bench: Bench) -> None:
    every = bench.compile()
    assert bench.compile(seed=8) > every / 2
    every = bench.compile()
    path = next(path for path in sorted(bench.code.rglob("*.st")) if b"instanceVariableNames: 'title " in path.read_bytes())
    path.write_bytes(path.read_bytes().replace(b"instanceVariableNames: 'title ", b"instanceVariableNames: 'title heading ", 1))
    assert bench.compile() > every / 2


@pytest.mark.parametrize("harm", ["the cache is broken", "a unit is broken", "the index is gone", "the index is another"])
def test_what_cannot_be_believed_is_made_again(bench: Bench, harm: str) -> None:
    every = bench.compile()
    before = contents(bench.out, "index.sqlite")
    (kept,) = (bench.folder / "cache").iterdir()
    match harm:
        case "the cache is broken":
            kept.write_bytes(b"not a database")
        case "a unit is broken":
            every = 1
            with sqlite3.connect(kept) as database:
                database.execute("UPDATE done SET rows = zeroblob(40) WHERE rowid = (SELECT max(rowid) FROM done WHERE key <> 'stated')")
            database.close()
        case "the index is gone":
            (bench.out / "index.sqlite").unlink()
        case _:
            other = bench.folder / "other"
            other.mkdir()
            (other / "A.st").write_text("Object subclass: #A!\n", encoding="utf-8")
            build_index([other], bench.out / "index.sqlite", jobs=1)
    (bench.out / "report.html").unlink()
    assert bench.compile() == every
    check_same(contents(bench.out, "index.sqlite"), before)


def test_what_is_kept_for_a_set_that_is_gone_goes_too(bench: Bench) -> None:
    bench.compile()
    cache = bench.folder / "cache"
    (kept,) = cache.iterdir()
    shutil.rmtree(bench.out)
    bench.out = bench.folder / "another"
    bench.compile()
    (now,) = cache.iterdir()
    assert now != kept


# Reads


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[NotingIndex, CodeIndex, Path]]:
    """Answer an index, the same as one that notes, and its sources."""
    write_code(tmp_path / "code")
    build_index([tmp_path / "code"], tmp_path / "index.sqlite", jobs=1)
    with NotingIndex.open(tmp_path / "index.sqlite") as noting, CodeIndex.open(tmp_path / "index.sqlite") as plain:
        assert isinstance(noting, NotingIndex)
        yield noting, plain, tmp_path


def test_questions_are_noted_and_answered_as_ever(pair: tuple[NotingIndex, CodeIndex, Path]) -> None:
    noting, plain, _ = pair
    asked: dict[str, Callable[[CodeIndex], object]] = {
        "implementors isOpen": lambda index: index.implementors("isOpen"),
        "senders isLocked": lambda index: index.senders("isLocked"),
        "class Right": lambda index: index.methods_of("Shop.Right"),
        "uses Registry": lambda index: index.references("Smalltalk.Registry"),
        "literal isLocked": lambda index: index.literal_count("isLocked", "symbol"),
        "#senders isLocked": lambda index: index.sent_selectors.get("isLocked", 0),
        "#implementors isOpen": lambda index: "isOpen" in index.implemented_selectors,
        "#uses": lambda index: list(index.global_names),
        ANYTHING: lambda index: list(index.methods()),
    }
    for key, ask in asked.items():
        with recorded() as keys:
            found = ask(noting)
        assert key in keys
        assert found == ask(plain)


def test_changed_keys_are_those_of_what_changed(pair: tuple[NotingIndex, CodeIndex, Path]) -> None:
    _, before, folder = pair
    assert changed_keys(before, before) == frozenset()
    path = folder / "code" / "Rights.st"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("isLocked", "isLockedNow"), encoding="utf-8", newline="")
    assert path.read_text(encoding="utf-8") != text
    build_index([folder / "code"], folder / "after.sqlite", jobs=1)
    with CodeIndex.open(folder / "after.sqlite") as after:
        changed = changed_keys(before, after)
        assert changed is not None
        assert {ANYTHING, "#senders isLocked", "#senders isLockedNow", "#senders", "senders isLocked"} <= changed
        assert "#senders isOpen" not in changed
        assert structure_of(before) == structure_of(after)


def test_what_is_remembered_notes_again() -> None:
    calls = []

    @remembered(4)
    def asked(number: int) -> int:
        calls.append(number)
        note(f"number {number}")
        return number

    class Owner:
        @remembered_property
        def answer(self) -> int:
            note("answer")
            return asked(42)

    owner = Owner()
    for _ in range(2):
        with recorded() as outer:
            with recorded() as inner:
                assert owner.answer == 42
            assert inner == {"answer", "number 42"}
            with unrecorded():
                asked(7)
        assert outer == inner
    assert calls == [42, 7]
    assert few(str(n) for n in range(MOST + 1)) == {ANYTHING}
