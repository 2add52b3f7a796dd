"""A compilation that was interrupted goes on, and one of which nothing changed does nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from folders import check_same, contents
from sampling import open_code

from datagen import work
from datagen.compile import Settings, compile_dataset
from datagen.resume import work_folder
from stparse.index.query import CodeIndex

ARGUMENTS = ("--jobs", "1", "--limit", "3000", "--json")


def stc(*arguments: str, cwd: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-m", "stc", *arguments], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


class InterruptionError(Exception):
    pass


def test_what_was_made_is_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    real = work.make_batch

    def counting(batch: work.Batch) -> list[bytes]:
        if len(made) == 2:
            raise InterruptionError
        made.append(str(batch.entities[0]))
        return real(batch)

    def noting(batch: work.Batch) -> list[bytes]:
        made.append(str(batch.entities[0]))
        return real(batch)

    monkeypatch.setattr(work, "make_batch", counting)
    with open_code(tmp_path / "code") as index:
        settings = Settings(tmp_path / "set", 7, 1)
        with pytest.raises(InterruptionError):
            compile_dataset(index, settings)
        assert not (tmp_path / "set").exists()
        assert (work_folder(tmp_path / "set") / "made.sqlite").is_file()
        first = [*made]
        monkeypatch.setattr(work, "make_batch", noting)
        compile_dataset(index, settings)
        assert not work_folder(tmp_path / "set").exists()
        assert not set(made[len(first) :]) & set(first)
        monkeypatch.setattr(work, "make_batch", real)
        compile_dataset(index, Settings(tmp_path / "at once" / "set", 7, 1))
    check_same(contents(tmp_path / "set"), contents(tmp_path / "at once" / "set"))


def test_nothing_is_made_where_nothing_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def compiled(index: CodeIndex, seed: int = 7) -> int:
        calls.clear()
        compile_dataset(index, Settings(tmp_path / "set", seed, 1))
        return len(calls)

    def noting(batch: work.Batch) -> list[bytes]:
        calls.append(batch)
        return real(batch)

    calls: list[work.Batch] = []
    real = work.make_batch
    monkeypatch.setattr(work, "make_batch", noting)
    with open_code(tmp_path / "code") as index:
        assert compiled(index)
        assert compiled(index) == 0
        train = tmp_path / "set" / "sft" / "train.jsonl"
        train.write_bytes(train.read_bytes() + b"\n")
        assert compiled(index), "a file that was changed is made anew"
        assert compiled(index) == 0
        (tmp_path / "set" / "report.html").unlink()
        assert compiled(index), "a page that is gone is made anew"
        assert compiled(index, seed=8)


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_a_process_that_was_killed_goes_on(tmp_path: Path) -> None:
    open_code(tmp_path / "code").close()
    source = str(tmp_path / "code" / "src")
    first = stc("compile-dataset", source, "-o", "set", *ARGUMENTS, cwd=tmp_path)
    journal = tmp_path / ".set.work" / "made.sqlite"
    while first.poll() is None and not (journal.exists() and journal.stat().st_size > 50_000):
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    for out in ("set", "other/set"):
        (tmp_path / out).parent.mkdir(exist_ok=True)
        done = stc("compile-dataset", source, "-o", out, *ARGUMENTS, cwd=tmp_path)
        shown, errors = done.communicate()
        assert done.returncode == 0, errors
        assert json.loads(shown)["total"] > 100
    check_same(contents(tmp_path / "set", "index.sqlite"), contents(tmp_path / "other" / "set", "index.sqlite"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["code", "other", "set"]


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_workers_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    (tmp_path / "napping.py").write_text(
        "import time\n"
        "from datagen.pool import Workers, ordered_map\n"
        "def begin(): pass\n"
        "def nap(number): return time.sleep(0.05) or number\n"
        "if __name__ == '__main__':\n"
        "    for number in ordered_map(nap, range(10**6), Workers(2), begin, ()):\n"
        "        print(number, flush=True)\n"
    )
    napping = subprocess.Popen([sys.executable, "napping.py"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert napping.stdout is not None
    assert napping.stdout.readline() == "0\n"
    napping.send_signal(signal.SIGKILL)
    # The pipe is at its end when nobody has it open any more: the workers have it, too.
    napping.communicate(timeout=60)
