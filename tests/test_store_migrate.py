"""Migrations: in order, once, whole or not at all; from every earlier version with data in it; by several processes at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from storing import Clone, clone
from test_store_backup import _put_something_in

from store import audit
from store.db import connect
from store.embedded import OWNER, Embedded
from store.migrate import Migration, migrate, migrations, version
from stparse.issue import StcError


def test_numbers_have_no_gap(tmp_path: Path) -> None:
    (tmp_path / "001_a.sql").write_text("")
    (tmp_path / "003_c.sql").write_text("")
    with pytest.raises(StcError, match="002_something"):
        migrations(tmp_path)


def test_line_ends_are_not_the_content(tmp_path: Path) -> None:
    (tmp_path / "001_a.sql").write_bytes(b"SELECT 1;\r\n")
    assert migrations(tmp_path) == [Migration(1, "001_a", b"SELECT 1;\n")]


def test_every_file_is_applied_once(postgres: Embedded) -> None:
    with clone(postgres, None) as made, connect(made.conninfo(OWNER)) as connection:
        assert version(connection) == 0
        assert [file.number for file in migrate(connection)] == list(range(1, len(migrations()) + 1))
        assert migrate(connection) == []
        assert version(connection) == len(migrations())


# Before the third there is no table for data.
@pytest.mark.parametrize("number", range(3, len(migrations())))
def test_data_of_every_earlier_version_is_kept(postgres: Embedded, number: int) -> None:
    with clone(postgres, None) as made, made.store("anna", OWNER) as store:
        migrate(store.connection, migrations()[:number])
        _put_something_in(store)
        migrate(store.connection)
        assert store.value("SELECT array_agg(status ORDER BY id) FROM smalltalk_training_examples") == ["verified", "proposed"]
        assert store.value("SELECT reviewer FROM example_decisions") == "anna"
        assert audit.prove(store).failures == ()


def test_a_file_that_was_edited_is_refused(db: Clone) -> None:
    first, *others = migrations()
    edited = [Migration(first.number, first.name, first.text + b"-- more"), *others]
    with connect(db.conninfo(OWNER)) as connection, pytest.raises(StcError, match="001_people is not what was applied"):
        migrate(connection, edited)


def test_a_newer_store_is_refused(db: Clone) -> None:
    with connect(db.conninfo(OWNER)) as connection, pytest.raises(StcError, match="newer stc"):
        migrate(connection, migrations()[:-1])


def test_a_file_that_fails_leaves_nothing_not_even_of_those_before_it(db: Clone) -> None:
    good = Migration(len(migrations()) + 1, "good", b"CREATE TABLE half (x int);")
    bad = Migration(len(migrations()) + 2, "bad", b"CREATE TABLE more (x int); SELECT 1 / 0;")
    with connect(db.conninfo(OWNER)) as connection:
        with pytest.raises(Exception, match="division by zero"):
            migrate(connection, [*migrations(), good, bad])
        assert version(connection) == len(migrations())
        assert connection.execute("SELECT to_regclass('half')").fetchone() == (None,)
        assert migrate(connection) == []


APPLY = """
import sys
from store.db import connect
from store.migrate import migrate
with connect(sys.argv[1]) as connection:
    print(len(migrate(connection)))
"""


@pytest.mark.parametrize("before", [0, 5])
def test_several_processes_at_once(postgres: Embedded, before: int) -> None:
    """On an empty database, and on an older one with data in it: one of them does it all, and the others find it done."""
    with clone(postgres, None) as made, made.store("anna", OWNER) as store:
        if before:
            migrate(store.connection, migrations()[:before])
            _put_something_in(store)
        command = [sys.executable, "-c", APPLY, made.conninfo(OWNER)]
        workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent) for _ in range(3)]
        assert sorted(int(worker.communicate(timeout=120)[0]) for worker in workers) == [0, 0, len(migrations()) - before]
        assert audit.prove(store).failures == ()
        assert store.value("SELECT count(*) FROM example_decisions") == bool(before)


def test_what_a_data_set_held_before_its_members_were_proved(postgres: Embedded) -> None:
    """Version 11 takes them as they are, as entries of their own; from then on another member is found."""
    with clone(postgres, None) as made, made.store("anna", OWNER) as store:
        migrate(store.connection, migrations()[:10])
        _put_something_in(store)
        with store.transaction("old") as connection:
            connection.execute("INSERT INTO datasets (digest, name, samples, manifest) VALUES (repeat('1', 64), 'x', 2, '{}')")
            connection.execute("INSERT INTO dataset_examples SELECT repeat('1', 64), id FROM smalltalk_training_examples")
        migrate(store.connection)
        assert audit.prove(store).failures == ()
        assert store.value("SELECT why FROM audit_log ORDER BY seq DESC LIMIT 1") == "the members of what was there"
        with pytest.raises(StcError, match="what was decided stays"):
            store.value("DELETE FROM dataset_examples WHERE example = repeat('b', 20) RETURNING 1")
        store.connection.execute("ALTER TABLE dataset_examples DISABLE TRIGGER USER")
        store.connection.execute("DELETE FROM dataset_examples WHERE example = repeat('b', 20)")
        (failure,) = audit.prove(store).failures
        assert "the examples in it are not those that were written" in failure
