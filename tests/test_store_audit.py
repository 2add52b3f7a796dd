"""The audit trail: whole while nobody meddles, and what a superuser does behind its back is found."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import psycopg
import pytest
from deeds import NAME, WHY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storing import Clone

from store import audit, feedback
from store.db import connect
from store.embedded import ADMIN
from store.examples import versions


def test_a_trail_that_nobody_touched_is_whole(used: Clone) -> None:
    with used.store("ben") as store:
        found = audit.prove(store)
        assert found.failures == ()
        assert found.entries == found.head.seq > 15
        assert found.head == audit.head(store)


def test_every_audited_table_is_proved(db: Clone) -> None:
    with connect(db.conninfo(ADMIN)) as admin:
        rows = admin.execute("SELECT DISTINCT tgrelid::regclass::text, tgargs FROM pg_trigger WHERE tgname = 'audit_i'").fetchall()
    assert {table: bytes(key).rstrip(b"\0").decode() for table, key in rows} == audit.TABLES


def test_versions_say_who_what_when_and_why(used: Clone) -> None:
    with used.store("ben") as store:
        which = store.value("SELECT example FROM example_decisions WHERE verdict = 'verify'")
        came, changed = versions(store, which)
        assert (came.version, came.who, came.action, came.change, came.why) == (1, NAME, "insert", None, "load rights")
        assert changed.change is not None
        assert changed.change["status"] == ["proposed", "verified"]
        assert changed.why == WHY


FORGED_DECISION = "INSERT INTO example_decisions (request, example, reviewer, verdict) SELECT gen_random_uuid(), example, 'ben', 'verify'"
FORGED_ENTRY = (
    "INSERT INTO audit_log SELECT seq + 1, at, who, login, action, relation, key, row_digest, change, why, hash, hash "
    "FROM audit_log ORDER BY seq DESC LIMIT 1"
)
SWAPPED = (
    "UPDATE example_decisions d SET (verdict, reason) = (SELECT o.verdict, o.reason FROM example_decisions o "
    "WHERE o.id <> d.id AND o.correction IS NULL AND o.verdict <> d.verdict LIMIT 1) WHERE d.correction IS NULL"
)
OTHER_MEMBER = (
    "UPDATE export_examples SET example = (SELECT min(id) FROM smalltalk_training_examples WHERE status IN ('corrected', 'disputed')) "
    "WHERE example = (SELECT max(example) FROM export_examples)"
)
BEHIND_ITS_BACK = [
    ("UPDATE smalltalk_training_examples SET status = 'verified' WHERE status = 'disputed'", "is not as the trail says"),
    ("UPDATE example_decisions SET reviewer = 'ben'", "is not as the trail says"),
    ("DELETE FROM example_decisions WHERE verdict = 'reject'", "the row is gone"),
    (FORGED_DECISION + " FROM example_decisions LIMIT 1", "nobody wrote it"),
    ("UPDATE training_feedback SET rating = 5", "is not as the trail says"),
    ("UPDATE promotions SET gate = '{}'", "is not as the trail says"),
    ("UPDATE model_aliases SET alias = 'other'", "the row is gone"),
    ("UPDATE lora_training_runs SET losses = '[0.1]'", "is not as the trail says"),
    ("UPDATE datasets SET name = 'x'", "is not as the trail says"),
    ("UPDATE audit_log SET who = 'ben' WHERE seq = 3", "entry 3 .* is not what was written"),
    ("UPDATE audit_log SET at = at + interval '1 second' WHERE seq = 3", "entry 3 .* is not what was written"),
    ("UPDATE audit_log SET why = NULL WHERE seq = 3", "entry 3 .* is not what was written"),
    ("UPDATE audit_log SET row_digest = repeat('0', 64) WHERE seq = 3", "entry 3 .* is not what was written"),
    ("DELETE FROM audit_log WHERE seq = 4", "what was between them is gone"),
    ("DELETE FROM audit_log WHERE seq = (SELECT max(seq) FROM audit_log)", "its end is missing"),
    (FORGED_ENTRY, "is not what was written"),
    # Two decisions changed places, and two entries.
    (SWAPPED, "is not as the trail says"),
    ("UPDATE audit_log SET seq = CASE seq WHEN 3 THEN -4 ELSE -3 END WHERE seq IN (3, 4); UPDATE audit_log SET seq = -seq WHERE seq < 0",
        "entry 3 does not continue the one before it"),
    # The end was cut off, and the head says so: then rows are left that nobody wrote.
    ("DELETE FROM audit_log WHERE seq > 5; UPDATE audit_head SET (seq, hash) = (SELECT seq, hash FROM audit_log WHERE seq = 5)",
        "nobody wrote it"),
    ("DELETE FROM audit_names WHERE name = 'ben'", "is not what was written"),
    ("UPDATE audit_names SET salt = repeat('0', 64) WHERE name = 'ben'", "the seal of 'ben' is not that of the name"),
    ("DELETE FROM dataset_examples WHERE example = (SELECT min(example) FROM dataset_examples)", "datasets .*: the examples in it are not"),
    ("DELETE FROM dataset_examples", "datasets .*: the examples in it are not"),
    ("DELETE FROM export_examples", "exports .*: the examples in it are not"),
    (OTHER_MEMBER, "exports .*: the examples in it are not"),
    ("UPDATE audit_members SET digest = repeat('0', 64)", "audit_members .*: it is not as the trail says"),
    ("UPDATE audit_head SET seq = seq + 1", "its head says otherwise"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "failure"), BEHIND_ITS_BACK)
def test_what_a_superuser_changes_is_found(used: Clone, query: str, failure: str) -> None:
    with connect(used.conninfo(ADMIN)) as admin:
        tables = [
            row[0]
            for row in admin.execute(
                "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname IN ('stays', 'audit_i')"
            ).fetchall()
        ]
        for table in tables:
            admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
        admin.execute(query.encode())
    with used.store("ben") as store:
        found = audit.prove(store).failures
    assert any(re.search(failure, said) for said in found), found


COLUMNS = {
    "audit_log": "why",
    "example_decisions": "reason",
    "training_feedback": "rating",
    "promotions": "gate",
    "datasets": "name",
    "models": "path",
}


@pytest.mark.parametrize("table", COLUMNS)
@pytest.mark.parametrize("verb", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
def test_a_superuser_must_take_the_triggers_away_first(done: Clone, table: str, verb: str) -> None:
    with connect(done.conninfo(ADMIN)) as admin:
        admin.execute("SET session_replication_role = replica")
        with pytest.raises(Exception, match="what was decided stays"):
            admin.execute(verb.format(table, COLUMNS[table]).encode())


def test_a_trail_that_was_cut_off_with_all_that_came_after_it_is_found_by_the_head_that_was_noted(used: Clone) -> None:
    with used.store("ben") as store:
        before = audit.head(store)
        feedback.give(store, feedback.Feedback("And?", "So", rating=3))
        noted = audit.head(store)
    with connect(used.conninfo(ADMIN)) as admin:
        for table in ("audit_log", "training_feedback", "rag_to_training_queue"):
            admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
        admin.execute("DELETE FROM rag_to_training_queue WHERE feedback IN (SELECT id FROM training_feedback WHERE question = 'And?')")
        admin.execute("DELETE FROM training_feedback WHERE question = 'And?'")
        admin.execute("DELETE FROM audit_log WHERE seq > %s", [before.seq])
        admin.execute("UPDATE audit_head SET seq = %s, hash = %s", [before.seq, before.hash])
    with used.store("ben") as store:
        assert audit.prove(store).failures == ()
        assert "is not in the trail" in audit.prove(store, noted).failures[0]


def test_a_trail_that_was_made_anew_is_found_by_the_head_that_was_noted(used: Clone) -> None:
    with used.store("ben") as store:
        noted = audit.head(store)
        assert audit.prove(store, noted).failures == ()
        feedback.give(store, feedback.Feedback("And?", "So", rating=3))
        assert audit.prove(store, noted).failures == ()
        assert "made anew" in audit.prove(store, audit.Head(noted.seq, "f" * 64)).failures[0]


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts=st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=4))
def test_the_trail_holds_whatever_is_written(db: Clone, texts: list[str]) -> None:
    with db.store() as store:
        for text in texts:
            store.person = text.strip() or "x"
            feedback.give(store, feedback.Feedback(f"Q {text}", text, comment=f"- {text}", rating=3))
        assert audit.prove(store).failures == ()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(st.sampled_from("(),;a'Ж\n\u2028\U0001f600 x"), max_size=40))
def test_the_digest_of_a_row_does_not_depend_on_empty_columns_at_its_end(owner: psycopg.Connection[object], text: str) -> None:
    expected = hashlib.sha256(text.rstrip(")").rstrip(",").encode()).hexdigest()
    assert owner.execute("SELECT audit_digest(%s), audit_digest(%s || ',,)')", [text, text.rstrip("),")]).fetchone() == (
        expected, hashlib.sha256(text.rstrip("),").encode()).hexdigest()
    )  # fmt: skip


@pytest.fixture
def owner(db: Clone) -> Iterator[psycopg.Connection[object]]:
    with connect(db.conninfo(ADMIN)) as connection:
        yield connection
