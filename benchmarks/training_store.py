"""The store under load: rows/s, many reviewers at once, and kill -9 of client and server in the middle of every verb.

    python benchmarks/training_store.py load OUT [--samples 100000]
    python benchmarks/training_store.py reviewers OUT [--people 20] [--seconds 120]
    python benchmarks/training_store.py kills OUT [--times 50]

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
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from datagen.layout import file_digest, file_of, lines_of, parts_and_splits, record_of, written_of
from datagen.sample import Message, Prompt, line_of
from store import audit, backup, examples, exports, feedback, models, review, runs
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


def bench_kills(source: Path, times: int) -> int:
    chance, wrong, verbs = random.Random(1), [], list(VERBS)
    with home() as folder:
        target = Target(folder / "store", "bench")
        small = enlarged(source, folder / "small", 500)
        with open_store(target) as store:
            examples.load(store, small)
        slowest = 0.0
        for turn in range(times):
            verb, whom = verbs[turn // 2 % len(verbs)], ("client", "server")[turn % 2]
            worker = child("verb", folder, verb, str(turn))
            assert worker.stdout is not None
            said = [worker.stdout.readline().strip()]
            time.sleep(chance.random() * 1.0)
            if whom == "client":
                worker.kill()
            else:
                pid = (folder / "store" / "data" / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0]
                os.kill(int(pid), signal.SIGKILL)
            said += _last_words(worker)
            acknowledged = [line.split(" ", 1)[1] for line in said if line.startswith("done ")]
            begun = time.perf_counter()
            with open_store(target) as store:
                slowest = max(slowest, time.perf_counter() - begun)
                failures = [
                    *audit.prove(store).failures,
                    *half_done(store),
                    *(f"lost: {a}" for a in acknowledged if not VERBS[verb][1](store, a, folder)),
                ]
            said_so = failures or "all kept, nothing half done"
            print(f"{turn + 1:3}. kill -9 of the {whom} in {verb}: {len(acknowledged)} acknowledged; {said_so}", flush=True)
            wrong += failures
        print(f"{times} kills, {len(wrong)} faults; reopened in {slowest:.2f} s at most")
    return 1 if wrong else 0


HALF = {
    "a corrected example without its correction": """
        SELECT id FROM smalltalk_training_examples e WHERE status = 'corrected' AND NOT EXISTS (SELECT FROM example_decisions d
            JOIN smalltalk_training_examples c ON c.id = d.correction WHERE d.example = e.id)""",
    "a correction without its pair or its decision": """
        SELECT id FROM smalltalk_training_examples e WHERE origin = 'correction' AND (
            NOT EXISTS (SELECT FROM example_decisions d WHERE d.correction = e.id)
            OR part <> 'preference' AND NOT EXISTS (SELECT FROM smalltalk_training_examples p WHERE p.pair_of = e.id))""",
    "a decision without effect": """
        SELECT d.example FROM current_decisions d JOIN smalltalk_training_examples e ON e.id = d.example
            WHERE d.verdict IN ('verify', 'reject') AND e.status = 'proposed'""",
    "feedback without its place in the queue": """
        SELECT id::text FROM training_feedback f WHERE NOT EXISTS (SELECT FROM rag_to_training_queue q WHERE q.feedback = f.id)""",
    "a data set that is not all there": """
        SELECT digest FROM datasets d WHERE samples <> (SELECT count(*) FROM dataset_examples x WHERE x.dataset = d.digest)""",
    "an alias that nothing moved": """
        SELECT alias FROM model_aliases a
            WHERE model IS DISTINCT FROM (SELECT model FROM promotions p WHERE p.alias = a.alias ORDER BY id DESC LIMIT 1)""",
    "an export that is not all there": """
        SELECT digest FROM exports e WHERE examples <> (SELECT count(*) FROM export_examples x WHERE x.export = e.digest)""",
}


def _last_words(worker: subprocess.Popen[str]) -> list[str]:
    """Answer what a process still said. One that was just joining a server starts it again, and would go on for ever."""
    try:
        return worker.communicate(timeout=20)[0].split("\n")[:-1]
    except subprocess.TimeoutExpired:
        worker.kill()
        return worker.communicate()[0].split("\n")[:-1]


def half_done(store: Store) -> list[str]:
    """Answer what a verb left undone that must be whole."""
    with store.transaction() as connection:
        return [f"{what}: {row[0]}" for what, query in HALF.items() for row in connection.execute(query.encode()).fetchall()]


def _decide(store: Store, turn: str, verdict: str) -> Iterator[str]:
    while True:
        for one in review.take(store, 20):
            text = f"Turn {turn}, {uuid.uuid4()}." if verdict == "correct" else None
            if text and one.example.form in ("method", "expression", "class") and not one.example.kind.startswith("negative."):
                continue
            request = uuid.uuid4()
            review.decide(store, one.example.id, verdict, "because", correction=text, request=request)
            yield str(request)


def _load(store: Store, turn: str, folder: Path) -> Iterator[str]:
    for n in range(1000):
        manifest = folder / "small" / "manifest.json"
        said = json.loads(manifest.read_text(encoding="utf-8"))
        said["digest"] = uuid.uuid4().hex * 2
        manifest.write_text(json.dumps(said), encoding="utf-8")
        yield examples.load(store, folder / "small", f"{turn}-{n}").digest


def _feedback(store: Store, turn: str) -> Iterator[str]:
    while True:
        yield str(feedback.give(store, feedback.Feedback(f"{turn} {uuid.uuid4()}", "A", rating=1, corrected_answer=f"B {uuid.uuid4()}")))
        feedback.make_candidates(store)


def _runs(store: Store, turn: str) -> Iterator[str]:
    while True:
        which = runs.begin(store, base_model="b", dataset="0" * 64, spec={"turn": turn}, seed=1)
        runs.finish(store, which, losses=[1.0] * 100, metrics={})
        yield str(which)


def _promote(store: Store, turn: str) -> Iterator[str]:
    while True:
        name, request = f"m-{turn}-{uuid.uuid4()}", uuid.uuid4()
        models.register(store, name, digest="1" * 64, path="x")
        models.promote(store, name, passed=True, gate={}, reason="x", request=request)
        yield str(request)


def _export(store: Store, turn: str, folder: Path) -> Iterator[str]:
    while True:
        review.decide(store, review.take(store, 1)[0].example.id, "verify")
        yield exports.export(store, folder / f"out-{turn}", ("verified", "proposed")).digest


def _backup(store: Store, turn: str, folder: Path) -> Iterator[str]:
    with open_store(Target(folder / "store", "bench"), owner=True) as owner:
        while True:
            with (folder / f"b-{turn}").open("wb") as out:
                backup.backup(owner, out)
            yield "backup"


def _has(query: str) -> Callable[[Store, str, Path], bool]:
    return lambda store, which, _: store.value(query, [which]) == 1


_DECIDED = _has("SELECT count(*) FROM example_decisions WHERE request = %s")
VERBS: dict[str, tuple[Callable[[Store, str, Path], Iterator[str]], Callable[[Store, str, Path], bool]]] = {
    "verify": (lambda s, t, _: _decide(s, t, "verify"), _DECIDED),
    "reject": (lambda s, t, _: _decide(s, t, "reject"), _DECIDED),
    "correct": (lambda s, t, _: _decide(s, t, "correct"), _DECIDED),
    "load": (_load, _has("SELECT count(*) FROM datasets WHERE digest = %s")),
    "feedback": (lambda s, t, _: _feedback(s, t), _has("SELECT count(*) FROM training_feedback WHERE id = %s")),
    "run": (lambda s, t, _: _runs(s, t), _has("SELECT count(*) FROM lora_training_runs WHERE status = 'finished' AND id = %s")),
    "promote": (lambda s, t, _: _promote(s, t), _has("SELECT count(*) FROM promotions WHERE request = %s")),
    "export": (_export, _has("SELECT count(*) FROM exports WHERE digest = %s")),
    "backup": (_backup, lambda *_: True),
}


def verb(folder: Path, name: str, turn: str) -> None:
    """Do a verb again and again; say so each time when it is acknowledged."""
    with open_store(Target(folder / "store", "bench")) as store:
        print("ready", flush=True)
        for acknowledged in VERBS[name][0](store, turn, folder):
            print("done", acknowledged, flush=True)


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
    if sys.argv[1:2] == ["verb"]:
        verb(Path(sys.argv[2]), *sys.argv[3:5])
        return 0
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=["load", "reviewers", "kills"])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--times", type=int, default=50)
    said = parser.parse_args()
    if said.what == "load":
        return bench_load(said.dataset, said.samples)
    if said.what == "reviewers":
        return bench_reviewers(said.dataset, said.people, said.seconds)
    return bench_kills(said.dataset, said.times)


if __name__ == "__main__":
    sys.exit(main())
