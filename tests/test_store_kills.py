"""kill -9 in the middle of a verb: what was acknowledged is there, nothing is half done; fifty times in store_kills.py."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from storing import Clone, sample, write_dataset

from store import audit, review
from store.db import connect
from store.embedded import ADMIN
from store.examples import load
from stparse.issue import StcError

CLIENT = """
import sys, uuid
from store import review
from store.db import Store, connect
with connect(sys.argv[1]) as connection:
    store = Store(connection, "anna")
    for one in review.take(store, 60):
        request = uuid.uuid4()
        review.decide(store, one.example.id, "correct", correction=f"Otherwise, {request}.", request=request)
        print(request, flush=True)
"""


@pytest.fixture
def loaded(db: Clone, tmp_path: Path) -> Clone:
    with db.store() as store:
        load(store, write_dataset(tmp_path / "rights", [sample(n) for n in range(60)]))
    return db


def begun(db: Clone) -> tuple[subprocess.Popen[str], list[str]]:
    """Answer a process that corrects one example after the other, and the first that were acknowledged."""
    command = [sys.executable, "-c", CLIENT, db.conninfo()]
    client = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=Path(__file__).parent.parent)
    assert client.stdout is not None
    return client, [client.stdout.readline().strip() for _ in range(3)]


def must_be_whole(db: Clone, acknowledged: list[str]) -> None:
    with db.store("ben") as store:
        stored = store.value("SELECT array_agg(request::text) FROM example_decisions")
        assert set(acknowledged) <= set(stored)
        assert len(stored) <= len(acknowledged) + 1
        for what in ("'correction'", "'pair'"):
            assert store.value(f"SELECT count(*) FROM smalltalk_training_examples WHERE origin = {what}") == len(stored)
        assert store.value("SELECT count(*) FROM smalltalk_training_examples WHERE status = 'corrected'") == len(stored)
        assert audit.prove(store).failures == ()


def test_a_client(loaded: Clone) -> None:
    client, acknowledged = begun(loaded)
    client.kill()
    acknowledged += client.communicate()[0].split()
    must_be_whole(loaded, acknowledged)


def test_the_servers_side_of_a_connection(loaded: Clone) -> None:
    client, acknowledged = begun(loaded)
    with connect(loaded.conninfo(ADMIN)) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    acknowledged += client.communicate()[0].split()
    assert client.returncode != 0
    must_be_whole(loaded, acknowledged)


def test_a_server_that_goes_away_is_said_so(loaded: Clone) -> None:
    with loaded.store("anna") as store:
        (one,) = review.take(store)
        with connect(loaded.conninfo(ADMIN)) as admin:
            admin.execute("SELECT pg_terminate_backend(%s)", [store.connection.info.backend_pid])
        with pytest.raises(StcError, match="went away"):
            review.decide(store, one.example.id, "verify")
