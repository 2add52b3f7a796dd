"""The store under load: rows/s, many reviewers at once, and the time to the first question on a fresh machine.

    python benchmarks/training_store.py load OUT [--samples 100000]
    python benchmarks/training_store.py reviewers OUT [--people 20] [--seconds 120]
    python benchmarks/training_store.py first OUT

OUT is a data set that `stc compile-dataset` wrote. All of it runs on a new embedded server in a temporary folder, as it is shipped: every
commit is flushed to the disk. Exit code 1 if a decision is lost or doubled, or the audit trail does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from datagen.layout import file_digest, file_of, lines_of, parts_and_splits, record_of, written_of
from datagen.sample import Message, Prompt, line_of
from store import audit, backup, examples, exports, feedback, review
from store.db import Connection, Store, Target, open_store
from store.examples import COLUMNS, row_of
from stparse.issue import StcError

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def home() -> Iterator[Path]:
    """Answer a folder that the server's account reaches."""
    with tempfile.TemporaryDirectory(prefix="stc-bench-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def enlarged(source: Path, out: Path, wanted: int) -> Path:
    """Write a data set of `wanted` samples: those of `source`, asked again with a number behind the question."""
    manifest = json.loads((source / "manifest.json").read_text(encoding="utf-8"))
    shutil.copytree(source, out, ignore=shutil.ignore_patterns("*.parquet"))
    names = [file_of(part, split) for part, split in parts_and_splits()]
    files = {name: (out / name).open("w", encoding="utf-8", errors="backslashreplace") for name in names}
    made, turn, kinds = 0, 0, Counter[tuple[str, str]]()
    while made < wanted:
        for name, file in files.items():
            for _, line in lines_of(source / name):
                if made == wanted:
                    break
                written = written_of(line)
                *before, last = written.sample.prompt.messages
                prompt = Prompt((*before, Message(last.role, f"{last.content}{f' ({turn})' if turn else ''}")))
                one = replace(written.sample, prompt=prompt)
                file.write(line_of(record_of(one, tokens=written.tokens)) + "\n")
                kinds[one.kind, one.split] += 1
                made += 1
        turn += 1
    for file in files.values():
        file.close()
    manifest["files"] |= {name: file_digest(out / name) for name in files}
    manifest["digest"] = uuid.uuid4().hex * 2
    manifest["samples"] = {}
    for (kind, split), n in kinds.items():
        manifest["samples"].setdefault(kind, {})[split] = n
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return out


def bench_load(source: Path, samples: int) -> int:
    with home() as folder:
        dataset = enlarged(source, folder / "big", samples)
        lines = [line.rstrip("\n") for part, split in parts_and_splits() for _, line in lines_of(dataset / file_of(part, split))]
        rows = [(uuid.UUID(int=0), *row_of(json.loads(line), line, {})) for line in lines]
        megabytes = sum(len(line.encode("utf-8", "replace")) for line in lines) / 1e6
        target = Target(folder / "store", "bench")
        with open_store(target) as store:
            copying = f"COPY loading (load, {', '.join(COLUMNS)}) FROM STDIN".encode()
            with Timer(store, f"COPY of {len(rows):,} rows ({megabytes:.0f} MB)", len(rows)), store.transaction() as connection:
                _copy(connection, copying, rows)
            other = child("bystander", folder)
            with Timer(store, "load: read, COPY, insert, audit", len(rows)):
                examples.load(store, dataset)
            other.kill()
            waits = sorted(float(line) for line in other.communicate()[0].splitlines())
            print(f"meanwhile another person wrote {len(waits):,} times, and waited {waits[-1]:.2f} s at most")
            with Timer(store, "load again", len(rows)):
                examples.load(store, dataset)
            with Timer(store, "take 10", 10):
                review.take(store, 10)
            with Timer(store, "prove the trail", len(rows)):
                failures = audit.prove(store).failures
            with Timer(store, "export all", len(rows)):
                exports.export(store, folder / "out", ("verified", "proposed"))
        with open_store(target, owner=True) as store, Timer(store, "backup", len(rows)), (folder / "b.tar.gz").open("wb") as out:
            backup.backup(store, out)
        print(f"backup: {(folder / 'b.tar.gz').stat().st_size / 1e6:.0f} MB; failures: {list(failures)}")
    return 1 if failures else 0


def _copy(connection: Connection, command: bytes, rows: list[tuple[Any, ...]]) -> None:
    with connection.cursor().copy(command) as copy:
        for row in rows:
            copy.write_row(row)


class Timer:
    """Prints wall time and processor time, of this process and of the server's process for this connection."""

    def __init__(self, store: Store, what: str, rows: int) -> None:
        self._what, self._rows = what, rows
        self._stat = Path(f"/proc/{store.connection.info.backend_pid}/stat")

    def __enter__(self) -> None:
        self._wall, self._own, self._server = time.perf_counter(), _own(), self._ticks()

    def __exit__(self, *_: object) -> None:
        wall, own, server = time.perf_counter() - self._wall, _own() - self._own, self._ticks() - self._server
        rate = self._rows / wall
        cpu = self._rows / max(own + server, 1e-3)
        print(
            f"{self._what}: {wall:.2f} s wall ({rate:,.0f} rows/s), processor {own:.2f} s here + {server:.2f} s server ({cpu:,.0f} rows/s)",
            flush=True,
        )

    def _ticks(self) -> float:
        try:
            fields = self._stat.read_text(encoding="ascii").rsplit(")", 1)[1].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _own() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


# Who skips leaves it to somebody else, so that is no second opinion.
_TWICE = "SELECT example FROM example_decisions WHERE verdict <> 'skip' GROUP BY example HAVING count(*) > 1"


def bench_reviewers(source: Path, people: int, seconds: float) -> int:
    with home() as folder:
        target = Target(folder / "store", "bench")
        with open_store(target) as store:
            examples.load(store, source)
            workers = [child("reviewer", folder, f"p{n}", str(seconds)) for n in range(people)]
            said = [line.split() for worker in workers for line in worker.communicate()[0].splitlines()]
            acknowledged = Counter(request for word, request, *_ in said if word == "done")
            errors = [line for line in said if line[0] == "error"]
            with store.transaction() as connection:
                stored = Counter(str(request) for (request,) in connection.execute("SELECT request FROM example_decisions").fetchall())
                rows = connection.execute(_TWICE.encode()).fetchall()
            lost, doubled = acknowledged - stored, [request for request, n in stored.items() if n > 1]
            extra = set(stored) - set(acknowledged)
            waits = sorted(float(wait) for word, _, wait in (line for line in said if line[0] == "done"))
            failures = audit.prove(store).failures
            print(f"{people} reviewers, {seconds:.0f} s: {acknowledged.total():,} decisions acknowledged, {stored.total():,} stored")
            print(f"lost {lost.total()}, doubled {len(doubled)}, not asked for {len(extra)}, two people given the same {len(rows)}")
            median, most = waits[len(waits) // 2] * 1000, waits[int(len(waits) * 0.95)] * 1000
            print(f"a decision took {median:.0f} ms (median), {most:.0f} ms (p95); errors {errors[:3]}; trail: {list(failures)}")
    return 1 if lost or doubled or extra or errors or failures or rows else 0


def reviewer(folder: Path, person: str, seconds: float) -> None:
    """One person, until the time is over; says each decision when it is acknowledged."""
    chance, until = random.Random(person), time.monotonic() + seconds
    with open_store(Target(folder / "store", person)) as store:
        while time.monotonic() < until:
            for one in review.take(store, 5):
                verdict = chance.choice(["verify", "verify", "reject", "skip"])
                request, begun = uuid.uuid4(), time.perf_counter()
                try:
                    review.decide(store, one.example.id, verdict, "because", request=request)
                except StcError as error:
                    print("error", str(error).replace(" ", "_"), flush=True)
                print("done", request, time.perf_counter() - begun, flush=True)


def bystander(folder: Path) -> None:
    """One person who writes all the time, as reviewers do; says how long each act took."""
    with open_store(Target(folder / "store", "bystander")) as store:
        while True:
            begun = time.perf_counter()
            feedback.give(store, feedback.Feedback("Q", "A", rating=3))
            print(time.perf_counter() - begun, flush=True)
            time.sleep(0.2)


FIRST = """
import click, sys, time
from stc.cli import run
def key():
    print("first question after", time.time() - float(sys.argv[1]), file=sys.stderr)
    return "q"
click.getchar, sys.stdin.isatty = key, lambda: True
sys.exit(run(["store", "load", sys.argv[2]]) or run(["review"]))
"""


def bench_first(source: Path) -> int:
    """Nothing is there but the programs: load 1,000 samples and begin to review, until the first key is waited for."""
    with home() as folder:
        dataset = enlarged(source, folder / "first", 1000)
        command = [sys.executable, "-c", FIRST, str(time.time()), str(dataset)]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "STC_DATA": str(folder / "data")}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        (line,) = [line for line in done.stderr.splitlines() if line.startswith("first question")]
        seconds = float(line.rsplit(" ", 1)[1])
        load = os.getloadavg()[0]
        print(f"load and first question: {seconds:.1f} s by the clock, at load {load:.1f}; processor {used:.1f} s, less the server")
    return 1 if done.returncode or seconds > 10 else 0


def child(what: str, folder: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, what, str(folder), *words]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )


def main() -> int:
    if sys.argv[1:2] == ["reviewer"]:
        reviewer(Path(sys.argv[2]), sys.argv[3], float(sys.argv[4]))
        return 0
    if sys.argv[1:2] == ["bystander"]:
        bystander(Path(sys.argv[2]))
        return 0
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=["load", "reviewers", "first"])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=120)
    said = parser.parse_args()
    if said.what == "load":
        return bench_load(said.dataset, said.samples)
    if said.what == "reviewers":
        return bench_reviewers(said.dataset, said.people, said.seconds)
    return bench_first(said.dataset)


if __name__ == "__main__":
    sys.exit(main())
