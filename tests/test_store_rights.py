"""Who may do what, asked of the server as each of them: every grant, every denial, and texts that try to be SQL."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from storing import PEOPLE, Clone, clone, sample, write_dataset

from store import audit, batches, exports, feedback, forgetting, models, queue, reports, review, runs
from store.db import ROLES, Store, clean, connect, give
from store.embedded import ADMIN, OWNER, Embedded
from store.examples import example, load
from store.migrate import migrate
from store.people import give_roles
from stparse.issue import BadInputError, StcError

SEES = {"developers", "ml_engineers", "reviewers"}
KNOWS = {"ml_engineers", "reviewers"}
GRANTS: dict[str, dict[str, set[str]]] = {
    "smalltalk_training_examples": {"SELECT": SEES, "INSERT": {"reviewers"}},
    "training_feedback": {"SELECT": KNOWS | {"users"}, "INSERT": {"users"}},
    "rag_to_training_queue": {"SELECT": KNOWS | {"users"}},
    "lora_training_runs": {
        "SELECT": KNOWS,
        **{right: {"ml_engineers"} for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")},
    },
    "datasets": {"SELECT": SEES},
    "dataset_examples": {"SELECT": SEES},
    "example_decisions": {"SELECT": KNOWS, "INSERT": {"reviewers"}},
    "current_decisions": {"SELECT": KNOWS},
    "example_versions": {"SELECT": KNOWS},
    "feedback_trace": {"SELECT": KNOWS},
    "review_policy": {"SELECT": KNOWS},
    "review_leases": {},
    "models": {"SELECT": SEES, "INSERT": {"ml_engineers"}},
    "model_aliases": {"SELECT": SEES},
    "evaluation_reports": {"SELECT": SEES, "INSERT": {"ml_engineers"}},
    "promotions": {"SELECT": KNOWS, "INSERT": {"ml_engineers"}},
    "exports": {"SELECT": KNOWS, "INSERT": {"ml_engineers"}},
    "export_examples": {"SELECT": KNOWS, "INSERT": {"ml_engineers"}},
    "loading": {"INSERT": {"ml_engineers"}},
    "loading_stale": {"INSERT": {"ml_engineers"}},
    "audit_log": {"SELECT": KNOWS},
    "audit_head": {"SELECT": KNOWS},
    "audit_names": {"SELECT": KNOWS},
    "audit_resealed": {"SELECT": KNOWS},
    "audit_members": {"SELECT": KNOWS},
    "forgotten_people": {"SELECT": KNOWS},
    "schema_migrations": {"SELECT": {*ROLES, "stc_app"}},
}
FUNCTIONS = {
    "stc_person": {*ROLES, "stc_app"},
    "stc_why": {*ROLES, "stc_app"},
    "load_dataset": {"ml_engineers"},
    "queue_candidate": KNOWS,
    "queue_close": KNOWS,
    "queue_answer": KNOWS,
    "load_ended": {"ml_engineers"},
    "review_take": {"reviewers"},
    "may_verify": {"reviewers"},
    "review_free": {"reviewers"},
    "audit_digest": KNOWS,
    "audit_name_columns": KNOWS,
    "audit_forgets": KNOWS,
}
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
NOBODY = "nemo"


@pytest.fixture(scope="module")
def shared(postgres: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """Answer a store with some examples, in which the tests change nothing."""
    with clone(postgres) as made:
        with made.store() as store:
            load(store, write_dataset(tmp_path_factory.mktemp("rights") / "rights", [sample(n) for n in range(4)]))
        yield made


def test_every_grant_and_no_other(db: Clone) -> None:
    """The table above is the whole truth: what is not in it is denied."""
    with connect(db.conninfo(ADMIN)) as admin:
        relations = admin.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')"
        ).fetchall()
        assert {name for (name,) in relations} == set(GRANTS)
        wrong = []
        for role in (*ROLES, "stc_app", NOBODY):
            for relation, granted in GRANTS.items():
                for right in RIGHTS:
                    row = admin.execute("SELECT has_table_privilege(%s, %s, %s)", [role, relation, right]).fetchone()
                    if row != (role in granted.get(right, set()),):
                        wrong.append(f"{role} {right} {relation}: {row}")
        assert wrong == []


def test_every_function_is_granted_by_name(db: Clone) -> None:
    with connect(db.conninfo(ADMIN)) as admin:
        rows = admin.execute(
            "SELECT p.proname, r.rolname, has_function_privilege(r.oid, p.oid, 'EXECUTE') FROM pg_proc p, pg_roles r "
            "WHERE p.pronamespace = 'public'::regnamespace AND r.rolname = ANY (%s)",
            [[*ROLES, "stc_app"]],
        ).fetchall()
    assert [(f, r) for f, r, may in rows if may != (r in FUNCTIONS.get(f, set()))] == []


def test_no_column_is_granted_beside_the_tables(db: Clone) -> None:
    with connect(db.conninfo(ADMIN)) as admin:
        assert admin.execute("SELECT count(*) FROM pg_attribute WHERE attacl IS NOT NULL AND attrelid > 16383").fetchone() == (0,)


@pytest.mark.parametrize("right", RIGHTS[:5])
@pytest.mark.parametrize("person", PEOPLE)
def test_the_server_keeps_to_it(shared: Clone, person: str, right: str) -> None:
    """The same rights, not as the catalogue tells them but by trying, as that login."""
    queries = {
        "SELECT": "SELECT FROM {} LIMIT 1",
        "INSERT": "INSERT INTO {} DEFAULT VALUES",
        "UPDATE": "UPDATE {} SET {column} = {column}",
        "DELETE": "DELETE FROM {}",
        "TRUNCATE": "TRUNCATE {}",
    }
    columns = {}
    with connect(shared.conninfo(ADMIN)) as admin:
        for relation in GRANTS:
            row = admin.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND attidentity = '' LIMIT 1", [relation]
            ).fetchone()
            columns[relation] = row[0] if row else ""
    allowed = set()
    with shared.login(person) as store:
        for relation in GRANTS:
            query = queries[right].replace("{}", relation).replace("{column}", columns[relation])
            try:
                store.connection.execute(query.encode())
                allowed.add(relation)
            except psycopg.errors.InsufficientPrivilege as error:
                # That what was decided stays, or a policy for rows, is another refusal: the right itself is there.
                if "permission denied" not in str(error):
                    allowed.add(relation)
            except psycopg.errors.UndefinedTable:
                assert person == NOBODY
            except psycopg.Error:
                allowed.add(relation)
    views = {"current_decisions", "example_versions", "feedback_trace"}
    expected = {relation for relation, granted in GRANTS.items() if PEOPLE[person] in granted.get(right, set())}
    assert allowed - views == expected - views


MAKING = (
    b"CREATE TABLE public.x (y int)",
    b"CREATE FUNCTION public.x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    b"ALTER TABLE public.audit_log DISABLE TRIGGER ALL",
    b"SET session_replication_role = replica",
)


def test_nobody_makes_tables_or_functions(db: Clone) -> None:
    for person in PEOPLE:
        with db.login(person) as store:
            for query in MAKING:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    store.connection.execute(query)


def test_nobody_makes_anything_temporary(postgres: Embedded) -> None:
    """A trigger, which `ALL` on the runs lets an engineer make, needs a function. Clones do not take this right over."""
    with clone(postgres, None) as made:
        with connect(made.conninfo(OWNER)) as owner:
            migrate(owner)
        for person in PEOPLE:
            with made.login(person) as store:
                for query in (b"CREATE TEMP TABLE x (y int)", b"CREATE FUNCTION pg_temp.x() RETURNS int LANGUAGE sql AS 'SELECT 1'"):
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        store.connection.execute(query)


@pytest.fixture
def loaded(postgres: Embedded, shared: Clone) -> Iterator[Clone]:
    """Answer a store with some examples."""
    with clone(postgres, shared.name) as made:
        yield made


# What people with logins of their own do by a program, and not by a command (those are in test_store_commands): (what, who may)
VERBS: list[tuple[str, set[str], Callable[[Store, str], object]]] = [
    ("correct", {"reviewers"}, lambda s, which: review.decide(s, which, "correct", correction="Otherwise.")),
    ("make candidates", KNOWS, lambda s, _: s.value("SELECT queue_candidate(gen_random_uuid(), '', '', '', 1, '', '', '')")),
    ("answer", KNOWS, lambda s, _: s.value("SELECT queue_answer(gen_random_uuid(), '', '', '', 1, '', '', '')")),
    ("begin a run", {"ml_engineers"}, lambda s, _: runs.begin(s, base_model="b", dataset="0" * 64, spec={}, seed=1)),
    ("register a model", {"ml_engineers"}, lambda s, _: models.register(s, "m", digest="1" * 64, path="x")),
    ("promote", {"ml_engineers"}, lambda s, _: models.promote(s, "known", passed=True, gate={}, reason="x")),
    ("file a report", {"ml_engineers"}, lambda s, _: reports.file_report(s, "known", "0" * 64, {})),
]


@pytest.fixture(scope="module")
def busy(postgres: Embedded, shared: Clone) -> Iterator[Clone]:
    with clone(postgres, shared.name) as made:
        with made.store() as store:
            models.register(store, "known", digest="2" * 64, path="x")
        yield made


@pytest.mark.parametrize(("verb", "may", "does"), VERBS, ids=[verb for verb, _, _ in VERBS])
def test_verbs_by_role(busy: Clone, verb: str, may: set[str], does: Callable[[Store, str], object]) -> None:
    with busy.store() as store:
        which = store.value("SELECT id FROM smalltalk_training_examples LIMIT 1")
    for person, role in PEOPLE.items():
        with busy.login(person) as store:
            if role in may:
                does(store, which)
            else:
                with pytest.raises(StcError, match="permission denied"):
                    does(store, which)


def test_a_login_of_ones_own_cannot_speak_for_another(loaded: Clone) -> None:
    with loaded.login("anna") as store:
        store.person = "ben"
        which = store.value("SELECT id FROM smalltalk_training_examples LIMIT 1")
        assert review.decide(store, which, "verify").reviewer == "anna"
        assert store.value("SELECT who FROM audit_log ORDER BY seq DESC LIMIT 1") == "anna"


LIKE = (
    "INSERT INTO smalltalk_training_examples SELECT (x).* FROM (SELECT jsonb_populate_record(e, '{}') AS x "
    "FROM smalltalk_training_examples e LIMIT 1) y"
)
FORGED = {
    "decides in another's name": "INSERT INTO example_decisions (request, example, reviewer, verdict) "
    "SELECT gen_random_uuid(), id, 'ben', 'verify' FROM smalltalk_training_examples LIMIT 1",
    "adds to a data set": LIKE.replace("{}", '{"id": "00000000000000000000"}'),
    "corrects in another's name": LIKE.replace("{}", '{"id": "00000000000000000000", "origin": "correction", "created_by": "ben"}'),
    "corrects nothing": LIKE.replace("{}", '{"id": "00000000000000000000", "origin": "correction", "created_by": "anna"}'),
    "verifies at once": LIKE.replace("{}", '{"id": "00000000000000000000", "origin": "pair", "created_by": "anna", "status": "verified"}'),
}


@pytest.mark.parametrize("forged", FORGED)
def test_rows_that_a_reviewer_may_not_write(loaded: Clone, forged: str) -> None:
    with loaded.login("anna") as store, pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        store.connection.execute(FORGED[forged].encode())


def test_users_see_their_own_feedback_only(loaded: Clone) -> None:
    with loaded.login("uli") as store:
        feedback.give(store, feedback.Feedback("Q", "A", rating=1))
    with loaded.store("ulla") as store:
        feedback.give(store, feedback.Feedback("Q2", "A", rating=5))
    with loaded.login("uli") as store:
        assert store.value("SELECT array_agg(question) FROM training_feedback") == ["Q"]
        assert store.value("SELECT count(*) FROM rag_to_training_queue") == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            store.connection.execute(
                "INSERT INTO training_feedback (id, person, question, answer, rating) VALUES (gen_random_uuid(), 'mia', 'Q', 'A', 5)"
            )
    with loaded.login("mia") as store:
        assert store.value("SELECT count(*) FROM training_feedback") == 2


def test_a_run_that_is_over_stays_even_for_who_has_all_rights(loaded: Clone) -> None:
    with loaded.login("mia") as store:
        run = runs.begin(store, base_model="b", dataset="0" * 64, spec={}, seed=1)
        runs.finish(store, run, losses=[1.0], metrics={})
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="stays"):
            store.connection.execute("UPDATE lora_training_runs SET losses = '[0]'")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="denied"):
            store.connection.execute("TRUNCATE lora_training_runs CASCADE")


def test_aliases_move_by_promotions_that_passed_only(loaded: Clone) -> None:
    with loaded.login("mia") as store:
        for name in ("one", "two"):
            models.register(store, name, digest="1" * 64, path="x")
        with pytest.raises(BadInputError, match="did not pass"):
            models.promote(store, "one", passed=False, gate={}, reason="x")
        with pytest.raises(psycopg.errors.CheckViolation):
            store.connection.execute(
                "INSERT INTO promotions (request, action, alias, model, passed, reason) "
                "VALUES (gen_random_uuid(), 'promote', 'champion', 'one', false, 'x')"
            )
        models.promote(store, "one", passed=True, gate={}, reason="x")
        with pytest.raises(BadInputError, match="never been"):
            models.roll_back(store, "x", to="two")
        models.promote(store, "two", passed=True, gate={}, reason="x")
        assert models.model_as(store, "champion") == "two"
        assert models.roll_back(store, "worse").model == "one"
        assert models.model_as(store, "champion") == "one"
        with pytest.raises(BadInputError, match="another model"):
            models.register(store, "one", digest="2" * 64, path="x")
        assert reports.file_report(store, "one", "0" * 64, {"a": 1}) == reports.file_report(store, "one", "0" * 64, {"a": 1})


EVIL = [
    "'; DROP TABLE example_decisions; --",
    "x' OR '1'='1",
    '"; DELETE FROM audit_log; --',
    "$$; SELECT pg_sleep(10); $$",
    "%s %(x)s {} \\'; \\x27",
    "\x00'\ud800",
    "1); GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC; --",
]


@pytest.mark.parametrize("evil", EVIL)
def test_texts_are_texts(loaded: Clone, tmp_path: Path, evil: str) -> None:
    """Whatever stands in a field, it is stored as it is (but for what PostgreSQL cannot hold), and nothing else happens."""
    with loaded.store(evil) as store:
        which = store.value("SELECT id FROM smalltalk_training_examples LIMIT 1")
        review.decide(store, which, "reject", f"- {evil}")
        review.decide(store, which, "correct", f"- {evil}", correction=f"Otherwise: {evil}")
        assert review.take(store, 1, [evil]) == []
        with pytest.raises(BadInputError):
            example(store, evil)
        feedback.give(store, feedback.Feedback(evil, evil, 3, "up", f"- {evil}", evil, evil, (evil,)))
        feedback.make_candidates(store)
        assert len(queue.places(store)) == 1
        feedback.satisfaction(store)
        run = runs.begin(
            store, base_model=evil, base_digest=evil, dataset="0" * 64, spec={evil: evil}, seed=1, code_version=evil, hardware={evil: evil}
        )
        runs.finish(store, run, losses=[1.0], metrics={evil: evil})
        with pytest.raises(BadInputError):
            runs.begin(store, base_model="b", dataset=evil.replace("\0", "").replace("\ud800", ""), spec={}, seed=1)
        with pytest.raises(BadInputError):
            models.register(store, evil, digest="1" * 64, path=evil)
        models.register(store, "m", digest="1" * 64, path=f"- {evil}")
        models.promote(store, "m", passed=True, gate={evil: evil}, reason=f"- {evil}")
        with pytest.raises(BadInputError):
            models.promote(store, "m", passed=True, gate={}, reason="x", alias=evil)
        assert models.model_as(store, evil) is None
        assert models.promotions(store, evil) == []
        with pytest.raises(BadInputError):
            models.roll_back(store, f"- {evil}", alias=evil)
        with pytest.raises(BadInputError):
            models.roll_back(store, f"- {evil}", to=evil)
        reports.file_report(store, "m", "0" * 64, {evil: evil})
        assert reports.reports(store, evil) == []
        other = feedback.give(store, feedback.Feedback("Q", "A", rating=1))
        assert queue.places(store, evil) == []
        assert queue.answer(store, other, f"- {evil}").state == "candidate"
        closed = feedback.give(store, feedback.Feedback("Q", "A", rating=1))
        queue.close(store, closed, f"- {evil}")
        assert queue.steps(store, closed)[-1].why == clean(f"- {evil}")
        assert batches.decide_all(store, evil, "reject", evil).decided == 0
        assert batches.decide_all(store, "qa.role", "reject", f"- {evil}", most=1).decided == 1
        load(store, write_dataset(tmp_path / "evil", [sample(7, answer=f"- {evil}", group=evil)]), f"- {evil}")
        exports.export(store, tmp_path / "out", ("verified", "proposed"))
        assert store.value("SELECT count(*) FROM example_decisions") == 3
        assert store.value("SELECT count(*) FROM audit_log") > 10
        taken = list(forgetting.take_along(store, evil))
        assert len(taken) > 10
    with loaded.store("otto", user=OWNER) as owner:
        for person, why in ((evil + "x", "because"), (evil, "")):
            with pytest.raises(BadInputError):
                forgetting.forget(owner, person, why)
        assert forgetting.erase_feedback(owner, 365, f"- {evil}") == 0
        done = forgetting.forget(owner, evil, "because '; DROP TABLE audit_log; --", texts=True)
        assert len(list(forgetting.take_along(owner, done.pseudonym))) == len(taken)
        for role in (evil, "reviewers"):
            with pytest.raises(BadInputError):
                give_roles(owner, evil, (role,))
        assert audit.prove(owner).failures == ()


def test_the_owner_of_the_tables_is_no_superuser(db: Clone) -> None:
    with connect(db.conninfo(OWNER)) as owner:
        assert (
            owner.execute(
                "SELECT rolsuper, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
            == (False,) * 4
        )


def test_a_password_is_asked_for(db: Clone) -> None:
    told = psycopg.conninfo.make_conninfo(db.conninfo(), passfile="", password="wrong")
    with pytest.raises(StcError, match=r"password authentication failed.*; put the password of this login into ~/.pgpass"), connect(told):
        pass


def test_the_store_says_nothing_of_passwords(db: Clone) -> None:
    told = psycopg.conninfo.make_conninfo(db.conninfo(), passfile="", password="hush-hush")
    with pytest.raises(StcError) as refused, connect(told):
        pass
    assert "hush" not in str(refused.value)


def test_identifiers_of_grants_are_quoted(db: Clone) -> None:
    with connect(db.conninfo(ADMIN)) as admin:
        name = f'x"; DROP TABLE audit_log; -- {uuid.uuid4().hex[:8]}'
        admin.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
        try:
            give(admin, name, ("users",))
            assert admin.execute("SELECT pg_has_role(%s, 'users', 'MEMBER')", [name]).fetchone() == (True,)
        finally:
            admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))
