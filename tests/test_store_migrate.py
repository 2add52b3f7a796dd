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


def test_several_processes_at_once(postgres: Embedded) -> None:
    with clone(postgres, None) as made:
        command = [sys.executable, "-c", APPLY, made.conninfo(OWNER)]
        workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent) for _ in range(3)]
        assert sorted(int(worker.communicate(timeout=120)[0]) for worker in workers) == [0, 0, len(migrations())]
