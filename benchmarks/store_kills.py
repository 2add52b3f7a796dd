"""kill -9 of client and server in the middle of every verb of the store: what was acknowledged is kept, nothing is half done.

    python benchmarks/store_kills.py OUT [--times 50] [--only load --only verify]

OUT is a data set that `stc compile-dataset` wrote. Each verb (store_verbs.py) is done again and again by a client that says when it begins
and when it is acknowledged, and is killed so many times at any moment: every second time the client, every second time the server, with
all its processes at once. The table says how many kills fell into the verb itself. It runs on a new embedded server in a temporary folder,
which may be in memory (TMPDIR=/dev/shm), because what a process wrote outlives it there as it does on a disk; a loss of power is another
matter. Exit code 1 if anything that was acknowledged is lost, or anything is half done.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg
import training_store
from store_verbs import VERBS, Scene, clear, half_done, prepare

from store import examples
from store.db import Store, Target, connect, open_store
from store.embedded import OWNER, USER, Embedded
from stparse.issue import StcError


@dataclass(slots=True)
class Row:
    """What came of the kills of one verb: how many fell into the verb, how much was acknowledged and kept, how long it took to reopen."""

    kills: int = 0
    inside: int = 0
    acknowledged: int = 0
    faults: int = 0
    slowest: float = 0.0


@contextmanager
def opened(folder: Path, turn: str = "") -> Iterator[Scene]:
    with (
        Embedded.open(folder / "store") as server,
        connect(server.conninfo(USER)) as user,
        connect(server.conninfo(OWNER)) as owner,
    ):
        yield Scene(Store(user, "bench"), Store(owner, "owner"), server, folder, turn)


def bench(source: Path, times: int, verbs: list[str]) -> int:
    chance = random.Random(1)
    # Clients are made by a process that has everything imported and no connection, and takes no part in the store.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["store_verbs"])
    table: dict[str, Row] = {}
    print("| verb | kills | inside the verb | acknowledged | faults | reopened in |\n|---|---|---|---|---|---|", flush=True)
    for verb in verbs:
        row = table[verb] = Row()
        with training_store.home() as folder:
            small = training_store.enlarged(source, folder / "small", 500)
            # Somebody else is there all the time, so that the server is not stopped and started by each client.
            with open_store(Target(folder / "store", "bench")) as store:
                examples.load(store, small)
                with opened(folder) as scene:
                    prepare(scene)
                for turn in range(times):
                    mouth, ear = context.Pipe(duplex=False)[::-1]
                    worker = context.Process(target=client, args=(folder, verb, str(turn), mouth))
                    worker.start()
                    mouth.close()
                    said = _kill(worker, ear, folder / "store" if turn % 2 else None, chance)
                    _look(row, verb, said, folder, str(turn))
        print(f"| {verb} | {row.kills} | {row.inside} | {row.acknowledged} | {row.faults} | {row.slowest:.1f} s |", flush=True)
    kills, faults, inside = (sum(getattr(row, name) for row in table.values()) for name in ("kills", "faults", "inside"))
    print(f"{kills} kills, {inside} of them inside the verb, {faults} faults")
    return 1 if faults else 0


def client(folder: Path, verb: str, turn: str, mouth: Connection) -> None:
    """Do a verb again and again; say when it begins and when it is acknowledged."""
    # The server went away, as it must: what was said until then counts.
    with suppress(StcError, psycopg.OperationalError), opened(folder, turn) as scene:
        for acknowledged in VERBS[verb].does(scene):
            mouth.send(acknowledged)


def _kill(worker: multiprocessing.process.BaseProcess, ear: Connection, data: Path | None, chance: random.Random) -> list[str | None]:
    """Kill the client, or the server in `data`, in the middle of the verb; answer all that the client said."""
    said: list[str | None] = []
    begun, took = time.monotonic(), 0.0
    # After it was acknowledged some times, when it has begun again: at any moment of the time that it takes.
    wanted = chance.randint(1, 3)
    while (len(said) < 2 * wanted or said[-1] is not None) and ear.poll(60):
        said.append(ear.recv())
        begun, took = time.monotonic(), time.monotonic() - begun if said[-1] is not None else took
    time.sleep(chance.random() * took)
    if data is not None:
        _kill_server(data)
        # It ends by itself when it sees that the server has gone; one that was just joining starts it again, and would go on for ever.
        worker.join(0.5)
    worker.kill()
    worker.join()
    with suppress(EOFError, OSError):
        while ear.poll(0):
            said.append(ear.recv())
    ear.close()
    return said


def _kill_server(folder: Path) -> None:
    first = int((folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    for pid in (first, *_children(first)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if stat.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1] == str(parent):
                found.append(int(stat.parent.name))
    return found


def _look(row: Row, verb: str, said: list[str | None], folder: Path, turn: str) -> None:
    """Reopen the store and look whether all is there."""
    begun = time.perf_counter()
    with opened(folder, turn) as scene:
        row.slowest = max(row.slowest, time.perf_counter() - begun)
        acknowledged = [one for one in said if one is not None]
        wrong = half_done(scene) + [f"lost: {one}" for one in acknowledged if not VERBS[verb].kept(scene, one)]
        clear(scene)
    row.kills += 1
    row.inside += bool(said) and said[-1] is None
    row.acknowledged += len(acknowledged)
    row.faults += len(wrong)
    for one in wrong:
        print(f"FAULT in {verb}, kill {row.kills}: {one}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--times", type=int, default=50, help="How many kills of each verb.")
    parser.add_argument("--only", action="append", choices=list(VERBS), help="Only this verb; may be given several times.")
    said = parser.parse_args()
    return bench(said.dataset, said.times, said.only or list(VERBS))


if __name__ == "__main__":
    sys.exit(main())
