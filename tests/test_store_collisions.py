"""Two who wait for each other: one of them is ended, and begun anew. Where the order of locks allows it, it never happens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from storing import Clone, sample, write_dataset

from store import audit, batches, examples, feedback, forgetting, review
from store.db import CollisionError, connect
from store.embedded import ADMIN, OWNER
from stparse.issue import StcError


@pytest.fixture
def loaded(db: Clone, tmp_path: Path) -> Clone:
    with db.store() as store:
        examples.load(store, write_dataset(tmp_path / "rights", [sample(n) for n in range(120)]))
    return db


@contextmanager
def beside(act: Callable[[], object]) -> Iterator[list[Any]]:
    """Do something in another thread; what it answered, or raised, stands in the list when the block is over."""
    found: list[Any] = []

    def done() -> None:
        try:
            found.append(act())
        except StcError as error:
            found.append(error)

    thread = threading.Thread(target=done)
    thread.start()
    yield found
    thread.join(60)
    assert not thread.is_alive()


@contextmanager
def patient(db: Clone) -> Iterator[psycopg.Connection[Any]]:
    """Answer a transaction that does not look for deadlocks, so that the other one finds it, and is ended."""
    with connect(db.conninfo(ADMIN)) as admin:
        admin.execute("SET deadlock_timeout = '60s'")
        with admin.transaction():
            yield admin


def until_somebody_waits(db: Clone) -> None:
    with connect(db.conninfo(ADMIN)) as admin:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        until = time.monotonic() + 10
        while admin.execute(query).fetchone() == (0,):
            assert time.monotonic() < until
            time.sleep(0.002)


def deadlocks(db: Clone) -> int:
    with connect(db.conninfo(ADMIN)) as admin:
        admin.execute("SELECT pg_stat_force_next_flush()")
        row = admin.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
        assert row is not None
        return int(row[0])


def collide(db: Clone, act: Callable[[str], object]) -> Any:
    """Let what `act` does to an example collide with a transaction that has its lease and wants the place in the chain."""
    with db.store("anna") as store:
        which = review.take(store, 1)[0].example.id
    with patient(db) as admin:
        admin.execute("SELECT FROM review_leases WHERE example = %s FOR UPDATE", [which])
        with beside(lambda: act(which)) as found:
            until_somebody_waits(db)
            admin.execute("SELECT FROM audit_head FOR UPDATE")
            # The other one was ended; it comes again, and waits for this transaction.
            admin.execute("COMMIT")
    return found[0]


def test_a_verb_is_begun_anew(loaded: Clone) -> None:
    def decide(which: str) -> review.Decision:
        with loaded.store("anna") as store:
            return review.decide(store, which, "verify")

    assert collide(loaded, decide).status == "verified"
    assert deadlocks(loaded) == 1
    with loaded.store("ben") as store:
        assert store.value("SELECT count(*) FROM example_decisions") == 1
        assert audit.prove(store).failures == ()


def test_but_not_for_a_caller_who_began_more(loaded: Clone) -> None:
    def decide(which: str) -> None:
        with loaded.store("anna") as store, store.transaction("two things"):
            store.connection.execute("SELECT 1")
            review.decide(store, which, "verify")

    found = collide(loaded, decide)
    assert isinstance(found, CollisionError)
    assert "nothing was done: do it again" in str(found)
    with loaded.store("ben") as store:
        assert store.value("SELECT count(*) FROM example_decisions") == 0


def test_a_load_and_a_correction_that_say_the_same(db: Clone, tmp_path: Path) -> None:
    """A load writes its rows before it takes its place in the chain, so that others do not wait for it; so here they can collide."""
    folder = write_dataset(tmp_path / "rights", [sample(n) for n in range(3)])

    def load() -> examples.Loaded:
        with db.store() as store:
            return examples.load(store, folder)

    values = "%s, 'qa.role', 'sft', 'prose', 'q', 'a', '', 'train', 1, 1, 'pharo', '{}'"
    insert = f"INSERT INTO smalltalk_training_examples ({', '.join(examples.COLUMNS)}) VALUES ({values}) ON CONFLICT DO NOTHING"
    with patient(db) as admin:
        admin.execute("SELECT FROM audit_head FOR UPDATE")
        with beside(load) as found:
            until_somebody_waits(db)
            admin.execute(insert.encode(), [sample(0).id])
            admin.execute("COMMIT")
    assert deadlocks(db) == 1
    assert (found[0].samples, found[0].fresh, found[0].known) == (3, 2, 1)
    with db.store("ben") as store:
        assert audit.prove(store).failures == ()


def test_who_takes_and_who_decides_about_many_never_collide(loaded: Clone) -> None:
    """Both touch the leases of many examples, in no order; all of it at once, with a server that looks for deadlocks every moment."""
    with connect(loaded.conninfo(ADMIN)) as admin:
        admin.execute(f"ALTER DATABASE {loaded.name} SET deadlock_timeout = '1ms'".encode())
        # The best are taken first, and the first are decided about first: in two orders.
        admin.execute("UPDATE smalltalk_training_examples SET quality = random()")
    until = time.monotonic() + 2

    def take(person: str) -> None:
        with loaded.store(person) as store:
            while time.monotonic() < until:
                # For no time at all: so what one has taken, another can take too.
                review.take(store, 60, minutes=0)

    def batch() -> None:
        with loaded.store("carl") as store:
            while time.monotonic() < until:
                batches.take_back(store, batches.decide_all(store, "qa.role", "reject", "because").batch)

    def forget() -> None:
        with loaded.store("otto", OWNER) as owner, loaded.store("dora") as store:
            while time.monotonic() < until:
                feedback.give(store, feedback.Feedback("Q", "A", rating=3))
                review.take(store, 60, minutes=0)
                forgetting.forget(owner, "dora", "because")

    with beside(lambda: take("anna")) as a, beside(lambda: take("ben")) as b, beside(batch) as c, beside(forget) as d:
        pass
    assert (a, b, c, d) == ([None], [None], [None], [None])
    assert deadlocks(loaded) == 0
