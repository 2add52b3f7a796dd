"""kill -9 of client and server in the middle of every verb of the store: what was acknowledged is kept, nothing is half done.

    python benchmarks/store_kills.py OUT [--times 50]

OUT is a data set that `stc compile-dataset` wrote. It runs on a new embedded server in a temporary folder, as it is shipped: every
commit is flushed to the disk. Exit code 1 if anything acknowledged is lost, anything is half done, or the audit trail does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import training_store
from psycopg import sql

from store import audit, backup, batches, examples, exports, feedback, forgetting, models, queue, review, runs
from store.db import Store, Target, connect, open_store
from store.embedded import ADMIN, OWNER, Embedded
from store.migrate import version


def bench(source: Path, times: int, verbs: list[str]) -> int:
    chance, wrong = random.Random(1), []
    with training_store.home() as folder:
        target = Target(folder / "store", "bench")
        small = training_store.enlarged(source, folder / "small", 500)
        with open_store(target) as store:
            examples.load(store, small)
        slowest = 0.0
        for turn in range(times):
            verb, whom = verbs[turn // 2 % len(verbs)], ("client", "server")[turn % 2]
            worker = child(folder, verb, str(turn))
            assert worker.stdout is not None
            said = [worker.stdout.readline().strip()]
            time.sleep(chance.random() * 2.0)
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
                    *_half_restored(store, folder),
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


def _batch(store: Store, turn: str) -> Iterator[str]:
    kinds = [kind.kind for kind in review.progress(store)]
    while True:
        for kind in kinds:
            made = batches.decide_all(store, kind, "reject", f"turn {turn}", most=50)
            yield f"{made.batch} {made.decided}"
            if made.decided:
                yield f"{made.batch} {batches.take_back(store, made.batch)}"


def _batch_kept(store: Store, said: str, _: Path) -> bool:
    which, decided = said.split()
    return int(store.value("SELECT count(DISTINCT example) FROM example_decisions WHERE batch = %s", [which])) == int(decided)


def _answer(store: Store, turn: str) -> Iterator[str]:
    while True:
        which = feedback.give(store, feedback.Feedback(f"{turn} {uuid.uuid4()}", "A", rating=1))
        queue.answer(store, which, f"B {uuid.uuid4()}")
        yield str(which)
        closed = feedback.give(store, feedback.Feedback(f"{turn} {uuid.uuid4()}", "A", rating=1))
        queue.close(store, closed, "because")


def _forget(store: Store, turn: str, folder: Path) -> Iterator[str]:
    with open_store(Target(folder / "store", "bench"), owner=True) as owner:
        while True:
            store.person = f"passer-by {uuid.uuid4()}"
            for _ in range(5):
                feedback.give(store, feedback.Feedback(turn, "A", rating=3))
            yield f"{store.person}/{forgetting.forget(owner, store.person, 'because', texts=True).pseudonym}"


def _forgotten(store: Store, said: str, _: Path) -> bool:
    name, pseudonym = said.split("/")
    people = store.value("SELECT array_agg(DISTINCT person) FROM training_feedback WHERE person IN (%s, %s)", [name, pseudonym])
    return bool(people == [pseudonym]) and store.value("SELECT count(*) FROM audit_log WHERE who = %s", [name]) == 0


def _restore(store: Store, turn: str, folder: Path) -> Iterator[str]:
    """Restore into one new database after the other; migrations are part of it."""
    with open_store(Target(folder / "store", "bench"), owner=True) as owner, (folder / f"r-{turn}").open("wb") as out:
        backup.backup(owner, out)
    with Embedded.open(folder / "store") as server:
        for n in range(1000):
            name = f"restored_{turn}_{n}"
            with connect(server.conninfo(ADMIN, "postgres")) as admin:
                admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER)))
            with connect(server.conninfo(OWNER, name)) as connection, (folder / f"r-{turn}").open("rb") as source:
                backup.restore(Store(connection, "bench"), source)
            yield name


def _restored(_store: Store, name: str, folder: Path) -> bool:
    """Whether a database is whole: with all its rows where it was acknowledged, with all or none where it was not."""
    with Embedded.open(folder / "store") as server, connect(server.conninfo(OWNER, name)) as connection:
        return (
            version(connection) > 0
            and not audit.prove(Store(connection, "bench")).failures
            and audit.head(Store(connection, "bench")).seq > 0
        )


def _half_restored(store: Store, folder: Path) -> list[str]:
    with Embedded.open(folder / "store") as server:
        names = store.connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'restored%'").fetchall()
        wrong = []
        for (name,) in names:
            with connect(server.conninfo(OWNER, name)) as connection:
                rows = connection.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D' AND NOT tgisinternal").fetchone()
                if rows != (0,) or (version(connection) and audit.prove(Store(connection, "bench")).failures):
                    wrong.append(f"{name} is half restored")
    return wrong


_CANDIDATE = "SELECT count(*) FROM rag_to_training_queue WHERE state = 'candidate' AND feedback = %s"
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
    "batch": (lambda s, t, _: _batch(s, t), _batch_kept),
    "answer": (
        lambda s, t, _: _answer(s, t),
        _has("SELECT count(*) FROM rag_to_training_queue WHERE state = 'candidate' AND feedback = %s"),
    ),
    "forget": (_forget, _forgotten),
    "restore": (_restore, _restored),
}


def verb(folder: Path, name: str, turn: str) -> None:
    """Do a verb again and again; say so each time when it is acknowledged."""
    with open_store(Target(folder / "store", "bench")) as store:
        print("ready", flush=True)
        for acknowledged in VERBS[name][0](store, turn, folder):
            print("done", acknowledged, flush=True)


def child(folder: Path, verb: str, turn: str) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, "verb", str(folder), verb, turn]
    env = {**os.environ, "PYTHONPATH": str(training_store.ROOT)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env)


def main() -> int:
    if sys.argv[1:2] == ["verb"]:
        verb(Path(sys.argv[2]), *sys.argv[3:5])
        return 0
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--only", action="append", choices=list(VERBS), help="Only this verb; may be given several times.")
    said = parser.parse_args()
    return bench(said.dataset, said.times, said.only or list(VERBS))


if __name__ == "__main__":
    sys.exit(main())
