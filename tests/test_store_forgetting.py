"""Forgetting a person: the name goes, every decision and the whole proof stay; what nobody was asked to forget cannot be changed."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import psycopg
import pytest
from click.testing import CliRunner
from deeds import NAME
from storing import Clone, clone

from stc.cli import cli, run
from store import audit, feedback, forgetting, review, runs
from store.backup import TABLES, backup, restore
from store.db import connect
from store.embedded import ADMIN, OWNER, USER, Embedded
from store.examples import versions
from store.migrate import migrate, migrations
from store.people import give_roles
from stparse.issue import BadInputError, StcError


def everything(db: Clone) -> str:
    with db.store(user=OWNER) as store:
        return "\n".join(
            row for table in TABLES for (row,) in store.connection.execute(f"SELECT t::text FROM {table} t ORDER BY 1".encode()).fetchall()
        )


def forget(db: Clone, person: str = NAME, *, texts: bool = False) -> forgetting.Forgotten:
    with db.store("otto", user=OWNER) as owner:
        return forgetting.forget(owner, person, "asked in a letter", texts=texts)


def test_the_name_goes_and_everything_else_stays(used: Clone) -> None:
    with used.store("ben") as store:
        noted = audit.head(store)
    before = everything(used)
    assert NAME in before
    done = forget(used)
    after = everything(used)
    assert re.findall(f".*{NAME}.*", after) == [line for line in after.splitlines() if f"{NAME} is wrong" in line]
    assert done.mentions == {"example_decisions": 1, "audit_log": 2}
    with used.store("ben") as store:
        found = audit.prove(store, noted)
        assert found.failures == ()
        assert found.forgotten == (done.pseudonym,)
        query = "SELECT array_agg(verdict ORDER BY id) FROM example_decisions WHERE reviewer = %s"
        assert store.value(query, [done.pseudonym]) == ["verify", "reject", "correct"]
        which = store.value("SELECT example FROM example_decisions WHERE verdict = 'verify' ORDER BY id")
        assert [v.who for v in versions(store, which)] == [done.pseudonym] * 2 + ["otto"]
        assert store.value("SELECT why FROM forgotten_people") == "asked in a letter"
    # Who comes back is somebody new, and nobody is the pseudonym.
    with used.store(NAME) as store:
        review.decide(store, which, "verify")
    with used.store(done.pseudonym) as store, pytest.raises(StcError, match="was forgotten"):
        review.decide(store, which, "verify")
    with used.store("ben") as store:
        assert audit.prove(store, noted).failures == ()


def test_texts_are_erased_where_that_is_asked(used: Clone) -> None:
    assert "mine" in everything(used)
    assert forget(used, texts=True).erased == 2
    after = everything(used)
    assert "mine" not in after
    assert "And who?" not in after
    with used.store("ben") as store:
        assert store.value("SELECT array_agg(rating) FROM training_feedback") == [1, 1]
        assert store.value("SELECT array_agg(state ORDER BY state) FROM rag_to_training_queue") == ["candidate", "rejected"]
        assert audit.prove(store).failures == ()


def test_old_feedback_is_erased_by_its_age(used: Clone) -> None:
    with used.store("otto", user=OWNER) as owner:
        assert forgetting.erase_feedback(owner, 1, "a year is over") == 0
        assert forgetting.erase_feedback(owner, 0, "a year is over") == 2
        assert forgetting.erase_feedback(owner, 0, "a year is over") == 0
        assert owner.value("SELECT count(*) FROM training_feedback WHERE person = %s AND rating = 1", [NAME]) == 2
        assert audit.prove(owner).failures == ()


def test_what_cannot_be_forgotten(used: Clone) -> None:
    with used.store("otto", user=OWNER) as owner:
        for person, why, said in (
            ("nobody-here", "x", "nobody called"),
            (NAME, " ", "without the name"),
            (NAME, f"{NAME} asked", "without the name"),
        ):
            with pytest.raises(BadInputError, match=said):
                forgetting.forget(owner, person, why)
    with used.store(NAME, user=OWNER) as owner, pytest.raises(BadInputError, match="somebody else"):
        forgetting.forget(owner, NAME, "x")
    pseudonym = forget(used).pseudonym
    with pytest.raises(BadInputError, match="somebody forgotten"):
        forget(used, pseudonym)


@pytest.mark.parametrize("person", ["anna", "mia", "uli", "dora"])
def test_only_the_owner_forgets(used: Clone, person: str) -> None:
    with used.login(person) as store:
        for query in (
            "SELECT forget_person('ben', 'x')",
            "SELECT erase_feedback('ben', NULL)",
            "INSERT INTO forgotten_people VALUES ('person-000000000000', now(), 'x', 'y')",
            "UPDATE audit_names SET name = 'x'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                store.connection.execute(query.encode())


FORGERIES = [
    "UPDATE example_decisions SET reviewer = 'ben'",
    "UPDATE example_decisions SET reviewer = '{0}', verdict = 'verify' WHERE verdict = 'reject'",
    "UPDATE training_feedback SET question = 'x'",
    "UPDATE training_feedback SET rating = 5",
    "UPDATE models SET created_by = 'person-000000000000'",
    "UPDATE audit_log SET who = '{0}', action = 'delete'",
    "UPDATE audit_log SET who = 'ben'",
    "UPDATE forgotten_people SET why = 'x'",
    "UPDATE smalltalk_training_examples SET created_by = 'ben'",
    "UPDATE lora_training_runs SET created_by = 'ben'",
]


@pytest.mark.parametrize("query", FORGERIES)
def test_the_owner_cannot_say_forgetting_and_change_something_else(used: Clone, query: str) -> None:
    pseudonym = forget(used).pseudonym
    with used.store(user=OWNER) as owner, pytest.raises(psycopg.errors.InsufficientPrivilege, match="stays"):
        owner.connection.execute(query.format(pseudonym).encode())


BEHIND = [
    ("UPDATE audit_log SET who = 'ben' WHERE seq = 3", "entry 3 .* is not what was written"),
    ("UPDATE audit_names SET name = 'person-000000000000', salt = NULL WHERE name = 'ben'", "the seal of 'person-000000000000'"),
    ("UPDATE audit_names SET name = 'carl' WHERE name = 'ben'", "the seal of 'carl'"),
    ("DELETE FROM audit_names WHERE name = 'ben'", "is not what was written"),
    ("INSERT INTO forgotten_people VALUES ('person-000000000000', now(), 'x', 'y')", "nobody wrote it"),
    ("UPDATE audit_names SET seal = repeat('0', 64) WHERE salt IS NULL", "is not what was written"),
]


@pytest.mark.parametrize(("query", "failure"), BEHIND)
def test_a_superuser_who_swaps_names_is_found(used: Clone, query: str, failure: str) -> None:
    forget(used)
    with connect(used.conninfo(ADMIN)) as admin:
        for table in ("audit_log", "forgotten_people"):
            admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
        admin.execute(query.encode())
    with used.store("ben") as store:
        found = audit.prove(store).failures
    assert any(re.search(failure, said) for said in found), found


@pytest.fixture
def old(postgres: Embedded) -> Iterator[Clone]:
    """Answer a store of version 7 of the schema, in which names had no seals, with entries of three people."""
    with clone(postgres, None) as made:
        with made.store(user=OWNER) as store:
            migrate(store.connection, migrations()[:7])
            for person in ("anna", "carl", "Ж, 3:x"):
                store.person = person
                run = runs.begin(store, base_model="b", dataset="0" * 64, spec={}, seed=1)
                runs.finish(store, run, losses=[1.0], metrics={})
        yield made


@pytest.mark.parametrize("stop", [8, 9, len(migrations())])
def test_entries_from_before_names_had_seals(old: Clone, stop: int) -> None:
    """They are proved as ever, and who is named in them is forgotten like everybody: they have a second chain."""
    with old.store("otto", OWNER) as store:
        noted = audit.head(store)
        migrate(store.connection, migrations()[:stop])
        migrate(store.connection)
        assert audit.prove(store, noted).failures == ()
        for person in ("anna", "Ж, 3:x"):
            assert forgetting.forget(store, person, "because").mentions == {}
        found = audit.prove(store, noted)
        assert found.failures == ()
        assert len(found.forgotten) == 2
        names = store.value("SELECT array_agg(DISTINCT who) FROM audit_log")
        assert set(names) == {"carl", "otto", OWNER, *found.forgotten}
    assert not re.search("anna|Ж", everything(old))


@pytest.mark.parametrize("seq", [1, 3])
def test_what_a_superuser_changes_of_such_entries_is_found(old: Clone, seq: int) -> None:
    """Of who was forgotten, and of who was not; and that of the second chain, too."""
    with old.store("otto", OWNER) as store:
        migrate(store.connection)
        forgetting.forget(store, "anna", "because")
    for query, failure in (
        (f"UPDATE audit_log SET why = 'x' WHERE seq = {seq}", "seals in the place of names"),
        ("UPDATE audit_resealed SET hash = repeat('0', 64)", "audit_resealed 6: it is not as the trail says"),
        ("DELETE FROM audit_resealed", "entry 1 .* is not what was written"),
    ):
        with connect(old.conninfo(ADMIN)) as admin:
            for table in ("audit_log", "audit_resealed"):
                admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
            admin.execute(query.encode())
        with old.store("ben") as store:
            found = audit.prove(store).failures
        assert any(re.search(failure, said) for said in found), found


def test_a_trail_that_was_changed_before_gets_no_second_chain(old: Clone) -> None:
    with connect(old.conninfo(ADMIN)) as admin:
        admin.execute("ALTER TABLE audit_log DISABLE TRIGGER ALL")
        admin.execute("UPDATE audit_log SET why = 'x' WHERE seq = 3")
    with old.store("otto", OWNER) as store:
        migrate(store.connection)
        assert store.value("SELECT count(*) FROM audit_resealed") == 0
        with pytest.raises(BadInputError, match="did not hold"):
            forgetting.forget(store, "anna", "because")
        assert len(audit.prove(store).failures) == 1


def test_a_name_in_what_was_deleted_long_ago(postgres: Embedded) -> None:
    with clone(postgres, None) as made, made.store("anna", OWNER) as store:
        migrate(store.connection, migrations()[:7])
        runs.begin(store, base_model="b", dataset="0" * 64, spec={}, seed=1)
        store.connection.execute("DELETE FROM lora_training_runs")
        migrate(store.connection)
        store.person = "otto"
        with pytest.raises(BadInputError, match="deleted or signed anew"):
            forgetting.forget(store, "anna", "because")


def test_a_backup_of_a_store_that_forgot(used: Clone, postgres: Embedded) -> None:
    pseudonym, held = forget(used).pseudonym, io.BytesIO()
    with used.store(user=OWNER) as store:
        made = backup(store, held)
    held.seek(0)
    with clone(postgres, None) as other, other.store(user=OWNER) as store:
        restore(store, held)
        assert audit.prove(store, made.head).forgotten == (pseudonym,)
        assert audit.prove(store, made.head).failures == ()


def test_a_login_can_do_nothing_any_more(used: Clone) -> None:
    name = f"annabel_{used.name[-8:]}"
    with connect(used.conninfo(ADMIN)) as admin:
        admin.execute(f"CREATE ROLE {name} LOGIN".encode())
        admin.execute("GRANT users TO stc_owner WITH ADMIN OPTION")
        try:
            with used.store(user=OWNER) as owner:
                give_roles(owner, name, ("users",))
            with used.login(name) as store:
                feedback.give(store, feedback.Feedback("Q", "A", rating=3))
            assert forget(used, name).login == name
            with used.login(name) as store, pytest.raises(StcError, match="permission denied"):
                feedback.give(store, feedback.Feedback("Q", "A", rating=3))
        finally:
            admin.execute(f"DROP ROLE {name}".encode())
    with used.store("ben") as store:
        assert audit.prove(store).failures == ()


def test_applications_are_not_forgotten(used: Clone) -> None:
    """All that everybody did was done by such a login."""
    with pytest.raises(BadInputError, match="of an application"):
        forget(used, USER)


def test_what_a_person_takes_along(used: Clone) -> None:
    with used.store("ben") as store:
        found = list(forgetting.take_along(store, NAME))
        tables = [one["table"] for one in found]
        assert {table: tables.count(table) for table in tables if table != "audit_log"} == {
            "example_decisions": 3, "smalltalk_training_examples": 3, "training_feedback": 2, "datasets": 1, "exports": 1,
            "lora_training_runs": 1, "models": 1, "promotions": 1,
        }  # fmt: skip
        assert tables.count("audit_log") == store.value("SELECT count(*) FROM audit_log WHERE who = %s", [NAME])
    with used.login("uli") as store:
        feedback.give(store, feedback.Feedback("Q", "A", rating=3))
        assert [one["table"] for one in forgetting.take_along(store, "uli")] == ["training_feedback"]
        assert list(forgetting.take_along(store, NAME)) == []


# By the command line


def test_by_the_command_line(used: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("STC_DSN", used.conninfo(OWNER))
    monkeypatch.setenv("STC_USER", "otto")
    assert run(["store", "take-along", NAME, "-o", str(tmp_path / "mine.jsonl")]) == 0
    lines = (tmp_path / "mine.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["table"] for line in lines} > {"example_decisions", "audit_log"}
    capsys.readouterr()
    assert run(["store", "retain", "--days", "365", "--why", "the rule of the house", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"days": 365, "erased": 0}
    monkeypatch.setattr(click, "confirm", _no)
    assert run(["store", "forget", NAME, "--why", "asked"]) == 130
    assert NAME in everything(used)
    capsys.readouterr()
    # Where the name still stands in what others wrote, that is said, and the exit code says so too.
    result = CliRunner().invoke(cli, ["store", "forget", NAME, "--why", "asked", "--texts", "--yes", "--json"])
    assert result.exit_code == 1
    done = json.loads(result.stdout)
    assert (done["erased"], done["mentions"], done["login"]) == (2, {"example_decisions": 1, "audit_log": 2}, None)
    assert run(["store", "take-along", done["pseudonym"]]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(lines)
    assert run(["store", "verify"]) == 0
    assert "forgotten people: 1;" in capsys.readouterr().out


def _no(*_: object, **__: object) -> None:
    raise click.Abort
