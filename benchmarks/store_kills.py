"""kill -9 of client and server in the middle of every verb of the store: what was acknowledged is kept, nothing is half done.

    python benchmarks/store_kills.py OUT [--times 50] [--only load --only verify]

OUT is a data set that `stc compile-dataset` wrote. Each verb (store_verbs.py) is done again and again by a client that says when it begins
and when it is acknowledged. Clients of several verbs are at work at once. In every second turn each client is killed in the middle of its
verb, in the others the server with all its processes; then everything is looked at. That goes on until so many kills fell into each verb,
for it may be over at just that moment. How far each verb was when it was killed is told in fifths of what it takes (the median of those
that were acknowledged, at work beside the others). It runs on a new embedded server in a temporary folder, which may be in memory
(TMPDIR=/dev/shm), because what a process wrote outlives it there as it does on a disk; a loss of power is another matter.
Exit code 1 if anything that was acknowledged is lost, or anything is half done.
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
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import median

import psycopg
import training_store
from psycopg.conninfo import make_conninfo
from store_verbs import VERBS, Scene, clear, half_done, prepare

from store import examples
from store.db import Store, Target, connect, open_store
from store.embedded import OWNER, Embedded
from stparse.issue import StcError

GROUPS = (
    ("verify", "correct", "reject", "skip", "withdraw"),
    ("feedback", "candidate", "run", "promote", "rollback", "report", "grant", "revoke"),
    ("load", "export", "backup", "dump", "restore", "restore-dump", "migrate", "policy"),
    ("answer", "close", "batch", "forget"),
    ("retain",),
)
"""Verbs that can be at work at once, and do not take away what another needs."""

_READY = 3
"""What a client has said when it waits for the others: that the verb began, that it was acknowledged, that it is ready to begin again."""
_PARTS = 5


@dataclass(slots=True)
class Row:
    """What came of the kills of one verb: how many fell into the verb, by whom was killed, and how much was acknowledged and kept.

    `took` are the seconds of those that were acknowledged, `at` how long those were at work that were killed.
    """

    client: int = 0
    server: int = 0
    between: int = 0
    acknowledged: int = 0
    lost: int = 0
    took: list[float] = field(default_factory=list)
    at: list[float] = field(default_factory=list)

    def parts(self) -> list[int]:
        """Answer how many were killed in each fifth of what the verb takes, and, last, how many after that time."""
        usual, found = median(self.took or [1.0]), [0] * (_PARTS + 1)
        for seconds in self.at:
            found[min(int(seconds / usual * _PARTS), _PARTS)] += 1
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Client:
    """A client at work, and what it said until now."""

    verb: str
    process: multiprocessing.process.BaseProcess
    ear: Connection
    said: list[str | None]
    moments: list[float]

    def listen(self) -> int:
        """Take in all that was said, and answer how much that was."""
        with suppress(EOFError, OSError):
            while self.ear.poll(0):
                said, moment = self.ear.recv()
                self.said.append(said)
                self.moments.append(moment)
        return len(self.said)

    def took(self) -> list[float]:
        """Answer the seconds of each act that was acknowledged; the first, which made its plans, only where it is the only one."""
        both = [end - begin for said, begin, end in zip(self.said[1:], self.moments, self.moments[1:], strict=False) if said is not None]
        return both[1:] or both

    def at_work(self, killed: float) -> float | None:
        """Answer how long the verb was at work when it was killed; None if it had not begun, or was over."""
        inside = len(self.said) > _READY and self.said[-1] is None and self.moments[-1] <= killed
        return killed - self.moments[-1] if inside else None


@contextmanager
def opened(folder: Path, turn: str = "") -> Iterator[Scene]:
    """Start the server where it does not run, and answer a scene."""
    with Embedded.open(folder / "store") as server, scene_at(server.conninfo(), folder, turn) as scene:
        yield scene


@contextmanager
def scene_at(server: str, folder: Path, turn: str) -> Iterator[Scene]:
    with connect(server) as user, connect(make_conninfo(server, user=OWNER)) as owner:
        yield Scene(Store(user, "bench"), Store(owner, "owner"), server, folder, turn)


def bench(source: Path, times: int, verbs: list[str]) -> int:
    # Clients are made by a process that has everything imported and no connection, and takes no part in the store.
    context = multiprocessing.get_context("forkserver")
    # Until Python 3.12 it does not look where this script is, says nothing, and each client imports everything anew.
    os.environ["PYTHONPATH"] = os.pathsep.join((str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")))
    context.set_forkserver_preload(["store_verbs"])
    print("| verb | client killed | server killed | between two | acknowledged | lost | ms | in each fifth, and after |", flush=True)
    print("|---|---|---|---|---|---|---|---|", flush=True)
    return 1 if sum(_group(context, source, times, [verb for verb in group if verb in verbs]) for group in GROUPS) else 0


def _group(context: ForkServerContext, source: Path, times: int, verbs: list[str]) -> int:
    """Kill verbs until it is enough, or somebody ends this; print what came of it, and answer how many faults there were."""
    if not verbs:
        return 0
    chance, table = random.Random(1), {verb: Row() for verb in verbs}
    slowest, half, turn = 0.0, 0, 0
    # Somebody else is there all the time, so that the server is not stopped and started by each client.
    with training_store.home() as folder, open_store(Target(folder / "store", "bench")) as store:
        examples.load(store, training_store.enlarged(source, folder / "small", 500))
        with opened(folder) as scene:
            prepare(scene)
        try:
            while wanting := [verb for verb, row in table.items() if 2 * min(row.client, row.server) < times]:
                rows = {verb: table[verb] for verb in wanting}
                killed = _turn(context, replace(scene, turn=str(turn)), rows, chance, server=turn % 2 == 1)
                took, wrong = _look(table, killed, folder, turn)
                slowest, half, turn = max(slowest, took), half + wrong, turn + 1
        finally:
            for verb, row in table.items():
                done = f"| {verb} | {row.client} | {row.server} | {row.between} | {row.acknowledged} | {row.lost} "
                print(f"{done}| {median(row.took or [0]) * 1000:.1f} | {' '.join(map(str, row.parts()))} |", flush=True)
            print(f"{turn} turns; reopened in {slowest:.1f} s at most; {half} things half done", flush=True)
    return half + sum(row.lost for row in table.values())


def client(server: str, folder: Path, verb: str, turn: str, mouth: Connection, go: Event) -> None:
    """Do a verb again and again, from the second time on together with the others; say when it begins and when it is acknowledged."""
    # The server went away, as it must: what was said until then counts.
    with suppress(StcError, psycopg.OperationalError), scene_at(server, folder, turn) as scene:
        for n, acknowledged in enumerate(VERBS[verb].does(scene), 1):
            mouth.send((acknowledged, time.monotonic()))
            if n == _READY:
                go.wait()
                mouth.send((None, time.monotonic()))


def _turn(context: ForkServerContext, scene: Scene, verbs: dict[str, Row], chance: random.Random, *, server: bool) -> dict[Client, float]:
    """Let clients work, and kill each of them in the middle of its verb, or the server; answer when that was of each."""
    go, clients = context.Event(), list[Client]()
    for verb in verbs:
        ear, mouth = context.Pipe(duplex=False)
        process = context.Process(target=client, args=(scene.server, scene.folder, verb, scene.turn, mouth, go))
        process.start()
        mouth.close()
        clients.append(Client(verb, process, ear, [], []))
    _until(clients, _READY)
    go.set()
    killed = dict[Client, float]()
    if server:
        # In the middle of any one of them, while the quick ones go on.
        victim = chance.choice(clients)
        _sleep_into(victim, verbs[victim.verb], chance)
        killed = dict.fromkeys(clients, time.monotonic())
        _kill_server(scene.folder / "store")
    for one in clients:
        if not server:
            _sleep_into(one, verbs[one.verb], chance)
            killed[one] = time.monotonic()
        one.process.kill()
        one.process.join()
        one.listen()
        one.ear.close()
    return killed


def _until(clients: list[Client], said: int) -> None:
    """Wait until all of them said so much; a minute at most."""
    until = time.monotonic() + 60
    while any(one.listen() < said and one.process.is_alive() for one in clients) and time.monotonic() < until:
        time.sleep(0.001)


def _sleep_into(one: Client, row: Row, chance: random.Random) -> None:
    """Wait until a client began its verb, and then for a part of the time that it takes."""
    _until([one], _READY + 1)
    usual = median(row.took) if row.took else one.moments[1] - one.moments[0] if len(one.moments) > 1 else 0.0
    time.sleep(max(0.0, one.moments[-1] + chance.random() * usual - time.monotonic()) if one.moments else 0.0)


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


def _look(table: dict[str, Row], killed: dict[Client, float], folder: Path, turn: int) -> tuple[float, int]:
    """Reopen the store and look whether all is there. Answer how long it took to reopen, and how much is half done."""
    begun = time.perf_counter()
    with opened(folder, str(turn)) as scene:
        took, wrong = time.perf_counter() - begun, half_done(scene)
        for one, moment in killed.items():
            row, acknowledged = table[one.verb], [said for said in one.said if said is not None]
            lost = [f"{one.verb}: {said} is lost" for said in acknowledged if not _kept(scene, one.verb, said)]
            seconds = one.at_work(moment)
            row.took += one.took()
            row.at += [] if seconds is None else [seconds]
            row.client += seconds is not None and turn % 2 == 0
            row.server += seconds is not None and turn % 2 == 1
            row.between += seconds is None
            row.acknowledged += len(acknowledged)
            row.lost += len(lost)
            for said in lost:
                print(f"FAULT in turn {turn}: {said}", flush=True)
        clear(scene)
    for said in wrong:
        print(f"FAULT in turn {turn}: {said}", flush=True)
    return took, len(wrong)


def _kept(scene: Scene, verb: str, said: str) -> bool:
    try:
        return VERBS[verb].kept(scene, said)
    except (StcError, OSError) as error:
        print(f"FAULT: {verb}: {error}", flush=True)
        return False


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--times", type=int, default=50, help="How many kills in each verb, half of them of the client.")
    parser.add_argument("--only", action="append", choices=list(VERBS), help="Only this verb; may be given several times.")
    said = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    return bench(said.dataset, said.times, said.only or list(VERBS))


if __name__ == "__main__":
    sys.exit(main())
