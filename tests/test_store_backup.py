"""Backup and restore: everything comes back, from older schemas too, and a backup that is cut off changes nothing."""

from __future__ import annotations

import gzip
import io
import random
import subprocess
from pathlib import Path

import pytest
from storing import Clone, clone, sample, write_dataset

from store import audit, feedback, models, review
from store.backup import TABLES, backup, restore
from store.db import Store, connect
from store.embedded import OWNER, Embedded
from store.examples import load
from store.migrate import close_to_others, migrate, migrations, version
from stparse.issue import BadInputError


@pytest.fixture
def used(db: Clone, tmp_path: Path) -> Clone:
    with db.store("anna") as store:
        load(store, write_dataset(tmp_path / "rights", [sample(n, answer=f"Tab\t, \\N, line\n{n}") for n in range(30)]))
        one, two = [w.example.id for w in review.take(store, 2)]
        review.decide(store, one, "verify")
        review.decide(store, two, "correct", correction="Otherwise.")
        feedback.give(store, feedback.Feedback("Who?", "I", rating=1, corrected_answer="You"))
        feedback.make_candidates(store)
        models.register(store, "m-1", digest="1" * 64, path="x")
        models.promote(store, "m-1", passed=True, gate={}, reason="better")
    return db


def everything(store: Store) -> dict[str, list[object]]:
    return {
        table: [row for (row,) in store.connection.execute(f"SELECT t::text FROM {table} t ORDER BY 1".encode()).fetchall()]
        for table in TABLES
    }


def test_everything_comes_back(used: Clone, postgres: Embedded) -> None:
    held = io.BytesIO()
    with used.store(user=OWNER) as store:
        made = backup(store, held)
        before = everything(store)
    held.seek(0)
    with clone(postgres, None) as other:
        with other.store(user=OWNER) as store:
            assert restore(store, held) == made
            assert everything(store) == before
            assert audit.prove(store, made.head).failures == ()
            tables = store.value("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'")
            assert tables == 0
        with used.store(user=OWNER) as a, other.store(user=OWNER) as b:
            triggers = (
                "SELECT array_agg((tgrelid::regclass::text, tgname, tgenabled)::text ORDER BY 1) FROM pg_trigger WHERE NOT tgisinternal"
            )
            triggers = triggers.replace("ORDER BY 1", "ORDER BY tgrelid::regclass::text, tgname")
            assert a.value(triggers) == b.value(triggers)
        with other.store("ben") as store:
            review.decide(store, review.take(store, 1)[0].example.id, "verify")
            assert audit.prove(store).failures == ()


@pytest.mark.parametrize("part", [0.2, 0.6, 0.9])
def test_a_backup_that_is_cut_off_changes_nothing(used: Clone, postgres: Embedded, part: float) -> None:
    held = io.BytesIO()
    with used.store(user=OWNER) as store:
        backup(store, held)
    cut = io.BytesIO(held.getvalue()[: int(len(held.getvalue()) * part)])
    with clone(postgres, None) as other, other.store(user=OWNER) as store:
        with pytest.raises(BadInputError):
            restore(store, cut)
        assert version(store.connection) == 0


@pytest.mark.parametrize("seed", range(6))
def test_a_backup_with_changed_bytes_changes_nothing(used: Clone, postgres: Embedded, seed: int) -> None:
    """Changed before and after it was compressed: in names, lengths, rows, and what says how it must be."""
    held, chance = io.BytesIO(), random.Random(seed)
    with used.store(user=OWNER) as store:
        backup(store, held)
    with clone(postgres, None) as other, other.store(user=OWNER) as store:
        for plain in (True, False):
            data = bytearray(gzip.decompress(held.getvalue()) if plain else held.getvalue())
            places = [n for n, byte in enumerate(data) if byte] if plain else range(10, len(data) - 8)
            for place in chance.sample(places, 3):
                data[place] ^= 1 << chance.randrange(8)
            with pytest.raises(BadInputError):
                restore(store, io.BytesIO(bytes(data)))
            assert version(store.connection) == 0


def test_nothing_is_restored_over_something(used: Clone) -> None:
    held = io.BytesIO()
    with used.store(user=OWNER) as store:
        backup(store, held)
        held.seek(0)
        with pytest.raises(BadInputError, match="holds something"):
            restore(store, held)


def test_a_dump_of_an_administrator_is_as_whole_but_for_the_rights_on_the_database(used: Clone, postgres: Embedded, tmp_path: Path) -> None:
    """Whoever dumps all databases of a server has this one too; `stc store init` closes it again to those without a role."""
    dump, restore_it = (str(postgres.binaries.program(name)) for name in ("pg_dump", "pg_restore"))
    subprocess.run([dump, "-Fc", "-f", tmp_path / "dump", used.conninfo(OWNER)], check=True)
    temporary = "SELECT has_database_privilege('nemo', current_database(), 'TEMPORARY')"
    with used.store(user=OWNER) as store:
        before, head = everything(store), audit.head(store)
    with clone(postgres, None) as other:
        subprocess.run([restore_it, "--no-owner", "--single-transaction", "-d", other.conninfo(OWNER), tmp_path / "dump"], check=True)
        with other.store(user=OWNER) as store:
            assert everything(store) == before
            assert audit.prove(store, head).failures == ()
            assert store.connection.execute(temporary).fetchone() == (True,)
            close_to_others(store.connection)
            assert store.connection.execute(temporary).fetchone() == (False,)
        with other.store("ben") as store:
            review.decide(store, review.take(store, 1)[0].example.id, "verify")
            assert audit.prove(store, head).failures == ()


def test_what_is_no_backup(postgres: Embedded) -> None:
    with clone(postgres, None) as other, other.store(user=OWNER) as store, pytest.raises(BadInputError, match="no whole backup"):
        restore(store, io.BytesIO(b"Smalltalk at: #x put: 3"))


def test_every_table_is_in_the_backup(db: Clone) -> None:
    with connect(db.conninfo()) as connection:
        rows = connection.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'").fetchall()
    assert {name for (name,) in rows} - set(TABLES) == {"schema_migrations", "review_leases", "loading", "loading_stale"}


@pytest.mark.parametrize("number", range(3, len(migrations()) + 1))
def test_a_backup_of_an_older_schema_is_restored_and_brought_up_to_date(postgres: Embedded, number: int) -> None:
    held = io.BytesIO()
    with clone(postgres, None) as old, old.store("anna", OWNER) as store:
        migrate(store.connection, migrations()[:number])
        _put_something_in(store)
        assert backup(store, held).version == number
    held.seek(0)
    with clone(postgres, None) as new, new.store(user=OWNER) as store:
        restore(store, held)
        assert version(store.connection) == len(migrations())
        assert store.value("SELECT status FROM smalltalk_training_examples WHERE id = repeat('a', 20)") == "verified"
        assert audit.prove(store).failures == ()


def _put_something_in(store: Store) -> None:
    with store.transaction("old") as connection:
        connection.execute(
            "INSERT INTO smalltalk_training_examples "
            "(id, kind, part, form, question, answer, hierarchy, split, quality, tokens, dialect, record) "
            "SELECT repeat(x, 20), 'qa.role', 'sft', 'prose', 'q', 'a', '', 'train', 1, 1, 'pharo', '{}' FROM unnest(ARRAY['a', 'b']) x"
        )
        connection.execute(
            "INSERT INTO example_decisions (request, example, verdict) VALUES (gen_random_uuid(), repeat('a', 20), 'verify')"
        )
