"""Backups by pg_dump: everything comes back, closed to strangers; an older schema, a dump that is cut off, an owner of another name."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo
from storing import FOLDER, Clone, clone, copy_of_a_new_store, sample, write_dataset
from test_store_backup import _put_something_in, everything
from test_store_embedded import SYSTEM

from stc.cli import run
from store import audit, dumps, feedback, review
from store.binaries import _major
from store.db import Store, Target, connect, open_store
from store.embedded import ADMIN, OWNER, Embedded
from store.examples import load
from store.migrate import migrate, migrations, version
from stparse.issue import BadInputError, StcError

SECRET = "correct horse battery"


@pytest.fixture
def used(db: Clone, tmp_path: Path) -> Clone:
    with db.store("anna") as store:
        load(store, write_dataset(tmp_path / "rights", [sample(n, answer=f"Tab\t, \\N, line\n{n}") for n in range(30)]))
        review.decide(store, review.take(store, 1)[0].example.id, "verify")
        feedback.give(store, feedback.Feedback("Who?", "I", rating=1, corrected_answer="You"))
    return db


def backed_up(db: Clone, file: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> Path:
    monkeypatch.setenv("STC_DSN", db.conninfo(OWNER))
    assert run(["store", "backup", str(file), "--format", "pg_dump", *words]) == 0
    return file


def test_everything_comes_back(
    used: Clone, postgres: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = backed_up(used, tmp_path / "store.dump", monkeypatch)
    assert file.read_bytes().startswith(dumps.MAGIC)
    with used.store(user=OWNER) as store:
        before, head = everything(store), audit.head(store)
    assert f"the trail ends at {head.seq}:{head.hash}" in capsys.readouterr().err
    with clone(postgres, None) as other:
        monkeypatch.setenv("STC_DSN", other.conninfo(OWNER))
        assert run(["store", "restore", str(file)]) == 0
        assert "and the audit trail holds" in capsys.readouterr().out
        with other.store(user=OWNER) as store:
            assert everything(store) == before
            assert store.value("SELECT has_database_privilege('nemo', current_database(), 'TEMPORARY')") is False
        with other.store("ben") as store:
            review.decide(store, review.take(store, 1)[0].example.id, "verify")
            assert audit.prove(store, head).failures == ()
        assert run(["store", "restore", str(file)]) == 2
        assert "a new STC_DATA" in capsys.readouterr().err


def test_a_folder_of_them(used: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "backups").mkdir()
    for day in (1, 2):
        (tmp_path / "backups" / f"stc-store-2026010{day}T000000Z.tar.gz").touch()
    backed_up(used, tmp_path / "backups", monkeypatch, "--keep", "2")
    first, second = sorted(path.name for path in (tmp_path / "backups").iterdir())
    assert (first, second[-5:]) == ("stc-store-20260102T000000Z.tar.gz", ".dump")


def test_what_is_written_while_it_is_dumped_is_not_in_it(used: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told of a dump, rows and the end of the trail, is of the moment that was dumped."""

    def first_something_else(name: str, connection: object) -> tuple[list[str], dict[str, str]]:
        with used.store("carl") as other:
            feedback.give(other, feedback.Feedback("Late", "A", rating=3))
        return command(name, connection)  # type: ignore[arg-type]

    command = dumps._command
    monkeypatch.setattr(dumps, "_command", first_something_else)
    with used.store(user=OWNER) as store, (tmp_path / "dump").open("wb") as out:
        before = audit.head(store)
        made = dumps.dump(store, out)
        assert audit.head(store) != before
    assert made.head == before
    assert made.rows["training_feedback"] == 1


@pytest.mark.parametrize("number", [5, 8, len(migrations()) - 1])
def test_a_dump_of_an_older_schema_is_brought_up_to_date(postgres: Embedded, tmp_path: Path, number: int) -> None:
    with clone(postgres, None) as old, old.store("anna", OWNER) as store:
        migrate(store.connection, migrations()[:number])
        _put_something_in(store)
        with (tmp_path / "dump").open("wb") as out:
            assert dumps.dump(store, out).version == number
    with clone(postgres, None) as new, new.store(user=OWNER) as store:
        with (tmp_path / "dump").open("rb") as source:
            assert dumps.restore_dump(store, source).version == number
        assert version(store.connection) == len(migrations())
        assert audit.prove(store).failures == ()


@pytest.mark.parametrize("part", [0.1, 0.3, 0.45])  # behind the rows, in the second half, the table of contents stands once more
def test_a_dump_that_is_cut_off_changes_nothing(
    used: Clone, postgres: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: float
) -> None:
    data = backed_up(used, tmp_path / "dump", monkeypatch).read_bytes()
    (tmp_path / "dump").write_bytes(data[: int(len(data) * part)])
    with clone(postgres, None) as other, other.store(user=OWNER) as store:
        with (tmp_path / "dump").open("rb") as source, pytest.raises(BadInputError, match="nothing was"):
            dumps.restore_dump(store, source)
        assert version(store.connection) == 0


def test_it_is_never_there_open_to_all(used: Clone, postgres: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed when the tables have just come: strangers are kept out already, and the next call of stc brings it up to date."""

    def killed(connection: object) -> None:
        raise KeyboardInterrupt

    file = backed_up(used, tmp_path / "dump", monkeypatch)
    with clone(postgres, None) as other, other.store(user=OWNER) as store:
        monkeypatch.setattr(dumps, "migrate", killed)
        with file.open("rb") as source, pytest.raises(KeyboardInterrupt):
            dumps.restore_dump(store, source)
        assert version(store.connection) == len(migrations())
        assert store.value("SELECT has_database_privilege('nemo', current_database(), 'CONNECT')") is False
        assert audit.prove(store).failures == ()


def test_an_owner_of_another_name_is_told(used: Clone, postgres: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, name = backed_up(used, tmp_path / "dump", monkeypatch), f"owner_{used.name[-8:]}"
    with clone(postgres, None) as other, connect(postgres.conninfo(ADMIN, "postgres")) as admin:
        admin.execute(f"CREATE ROLE {name} LOGIN CREATEROLE PASSWORD '{SECRET}'".encode())
        try:
            admin.execute(f"ALTER DATABASE {other.name} OWNER TO {name}".encode())
            with connect(make_conninfo(other.conninfo(OWNER), user=name, password=SECRET)) as connection:
                with (
                    file.open("rb") as source,
                    pytest.raises(BadInputError, match=f"default privileges.* an owner who is called {name}"),
                ):
                    dumps.restore_dump(Store(connection, "x"), source)
                assert version(connection) == 0
                words, env = dumps._command("pg_dump", connection)
                assert SECRET not in " ".join(words)
                assert env["PGPASSWORD"] == SECRET
        finally:
            admin.execute(f"ALTER DATABASE {other.name} OWNER TO {OWNER}".encode())
            admin.execute(f"DROP ROLE {name}".encode())


def test_without_a_pg_dump_of_the_servers_version(used: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STC_PG_BIN", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with used.store(user=OWNER) as store, (tmp_path / "dump").open("wb") as out, pytest.raises(StcError, match="--format copy"):
        dumps.dump(store, out)


@pytest.mark.skipif(not SYSTEM, reason="no PostgreSQL of the system on this machine")
def test_from_an_older_postgresql_to_a_newer_one_and_not_back(
    used: Clone, postgres: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = _major(SYSTEM[-1])
    if older is None or older >= postgres.binaries.major:
        pytest.skip("the PostgreSQL of the system is not the older one")
    newest = backed_up(used, tmp_path / "newest", monkeypatch)
    monkeypatch.setenv("STC_PG_BIN", str(SYSTEM[-1]))
    with tempfile.TemporaryDirectory(dir=os.environ[FOLDER]) as folder:
        Path(folder).chmod(0o711)
        copy_of_a_new_store(Path(folder) / "store")
        with open_store(Target(Path(folder) / "store", "anna"), owner=True) as store:
            feedback.give(store, feedback.Feedback("Q", "A", rating=3))
            with (tmp_path / "older").open("wb") as out:
                made = dumps.dump(store, out)
        with Embedded.open(Path(folder) / "store") as server, connect(server.conninfo(ADMIN, "postgres")) as admin:
            admin.execute(f"CREATE DATABASE empty OWNER {OWNER}".encode())
            with connect(server.conninfo(OWNER, "empty")) as connection:
                with newest.open("rb") as source, pytest.raises(BadInputError, match=r"unsupported version .* in file header"):
                    dumps.restore_dump(Store(connection, "x"), source)
                assert version(connection) == 0
    monkeypatch.delenv("STC_PG_BIN")
    with clone(postgres, None) as other, other.store(user=OWNER) as store, (tmp_path / "older").open("rb") as source:
        assert dumps.restore_dump(store, source) == made
        assert audit.prove(store, made.head).failures == ()
