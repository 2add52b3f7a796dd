"""The verbs of the store as `store_kills.py` interrupts them: how each is done again and again, and whether it was kept.

A verb is a generator: it yields None when all that it needs is ready and the verb itself begins, and then what was acknowledged.
"""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from psycopg import sql
from psycopg.conninfo import make_conninfo

from datagen.folders import put_back
from store import audit, backup, batches, dumps, examples, exports, feedback, forgetting, models, queue, reports, review, runs
from store.db import Store, connect
from store.embedded import ADMIN, OWNER
from store.migrate import migrate, migrations, version
from store.people import make_login, take_roles

OLD = 5
"""The version of the schema that `migrate` begins with, filled by `prepare`."""
_OLD = "old"


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a verb is done: the store, the same as its owner, how to reach the server, a folder, and a name that no other turn has."""

    store: Store
    owner: Store
    server: str
    folder: Path
    turn: str

    def conninfo(self, user: str, dbname: str) -> str:
        return make_conninfo(self.server, user=user, dbname=dbname)


Acts = Iterator[str | None]


@dataclass(frozen=True, slots=True)
class Verb:
    """`does` it for ever; `kept` says whether what was acknowledged is there, in a scene that was opened afterwards."""

    does: Callable[[Scene], Acts]
    kept: Callable[[Scene, str], bool]


def prepare(scene: Scene) -> None:
    """Make what verbs start from: backups, and a database of an older schema with something in it."""
    for name, write in (("backup", backup.backup), ("dump", dumps.dump)):
        with (scene.folder / name).open("wb") as out:
            write(scene.owner, out)
    _database(scene, _OLD)
    with connect(scene.conninfo(OWNER, _OLD)) as connection:
        migrate(connection, migrations()[:OLD])
        with Store(connection, "bench").transaction("old"):
            for n in range(200):
                feedback_of = "INSERT INTO training_feedback (id, question, answer, rating) VALUES (gen_random_uuid(), %s, 'A', 1)"
                connection.execute(feedback_of, [f"Q {n}"])


def half_done(scene: Scene) -> list[str]:
    """Answer what a verb left undone that must be whole."""
    wrong = list(audit.prove(scene.store).failures)
    with scene.store.transaction() as connection:
        wrong += [f"{what}: {row[0]}" for what, query in HALF.items() for row in connection.execute(query.encode()).fetchall()]
        names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'turn%'").fetchall()
    for (name,) in names:
        with connect(scene.conninfo(OWNER, name)) as connection:
            disabled = connection.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D' AND NOT tgisinternal").fetchone()
            found, newest = version(connection), len(migrations())
            whole = found in (0, OLD, newest) and (found != newest or _restored(scene, name))
            if disabled != (0,) or not whole:
                wrong.append(f"{name} is half done")
    return wrong


def clear(scene: Scene) -> None:
    """Drop the databases and logins of a turn that was looked at."""
    with connect(scene.conninfo(ADMIN, "postgres")) as admin:
        for (name,) in admin.execute("SELECT datname FROM pg_database WHERE datname LIKE 'turn%'").fetchall():
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        for (name,) in admin.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'login-%' OR rolname LIKE 'leaver-%'").fetchall():
            admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


HALF = {
    "a corrected example without its correction": """
        SELECT id FROM smalltalk_training_examples e WHERE status = 'corrected' AND NOT EXISTS (SELECT FROM example_decisions d
            JOIN smalltalk_training_examples c ON c.id = d.correction WHERE d.example = e.id)""",
    "a correction without its pair or its decision": """
        SELECT id FROM smalltalk_training_examples e WHERE origin = 'correction' AND (
            NOT EXISTS (SELECT FROM example_decisions d WHERE d.correction = e.id)
            OR part <> 'preference' AND NOT EXISTS (SELECT FROM smalltalk_training_examples p WHERE p.pair_of = e.id))""",
    "a decision without effect": """
        SELECT d.example FROM current_decisions d JOIN smalltalk_training_examples e ON e.id = d.example
            WHERE d.verdict IN ('verify', 'reject') AND e.status = 'proposed'""",
    "feedback without its place in the queue": """
        SELECT id::text FROM training_feedback f WHERE NOT EXISTS (SELECT FROM rag_to_training_queue q WHERE q.feedback = f.id)""",
    "a candidate without its example": """
        SELECT feedback::text FROM rag_to_training_queue WHERE state IN ('candidate', 'verified') AND example IS NULL""",
    "a data set that is not all there": """
        SELECT digest FROM datasets d WHERE samples <> (SELECT count(*) FROM dataset_examples x WHERE x.dataset = d.digest)""",
    "an alias that nothing moved": """
        SELECT alias FROM model_aliases a
            WHERE model IS DISTINCT FROM (SELECT model FROM promotions p WHERE p.alias = a.alias ORDER BY id DESC LIMIT 1)""",
    "an export that is not all there": """
        SELECT digest FROM exports e WHERE examples <> (SELECT count(*) FROM export_examples x WHERE x.export = e.digest)""",
    "a login without its roles": """
        SELECT rolname FROM pg_roles
            WHERE rolname LIKE 'login-%' AND NOT (pg_has_role(oid, 'users', 'MEMBER') AND pg_has_role(oid, 'reviewers', 'MEMBER'))""",
    "a login that lost half of its roles": """
        SELECT rolname FROM pg_roles
            WHERE rolname LIKE 'leaver-%' AND pg_has_role(oid, 'users', 'MEMBER') <> pg_has_role(oid, 'reviewers', 'MEMBER')""",
    "rules that are half new": """
        SELECT reviewers::text FROM review_policy WHERE own_corrections <> (reviewers % 2 = 0)""",
    "half of what was erased": """
        SELECT id::text FROM training_feedback WHERE (question = '(erased)') <> (answer = '(erased)')""",
}


def _decide(scene: Scene, verdict: str) -> Acts:
    while True:
        found = review.take(scene.store, 20)
        if not found:
            review.decide(scene.store, _again(scene), "withdraw")
        for one in found:
            code = one.example.form in ("method", "expression", "class") and not one.example.kind.startswith("negative.")
            if verdict == "correct" and code:
                continue
            request, text = uuid.uuid4(), f"Turn {scene.turn}, {uuid.uuid4()}." if verdict == "correct" else None
            yield None
            review.decide(scene.store, one.example.id, verdict, "because", correction=text, request=request)
            yield str(request)


def _again(scene: Scene) -> str:
    return str(scene.store.value("SELECT example FROM current_decisions WHERE reviewer = stc_person() AND verdict <> 'withdraw' LIMIT 1"))


def _withdraw(scene: Scene) -> Acts:
    while True:
        which = review.take(scene.store, 1)[0].example.id
        review.decide(scene.store, which, "verify")
        request = uuid.uuid4()
        yield None
        review.decide(scene.store, which, "withdraw", request=request)
        yield str(request)


def _load(scene: Scene) -> Acts:
    manifest = scene.folder / "small" / "manifest.json"
    while True:
        said = json.loads(manifest.read_text(encoding="utf-8")) | {"digest": uuid.uuid4().hex * 2}
        manifest.write_text(json.dumps(said), encoding="utf-8")
        yield None
        yield examples.load(scene.store, scene.folder / "small", f"code-{scene.turn}").digest


def _feedback(scene: Scene) -> Acts:
    while True:
        said = feedback.Feedback(f"{scene.turn} {uuid.uuid4()}", "A", rating=1, corrected_answer=f"B {uuid.uuid4()}")
        yield None
        yield str(feedback.give(scene.store, said))


def _given(scene: Scene) -> uuid.UUID:
    return feedback.give(
        scene.store, feedback.Feedback(f"{scene.turn} {uuid.uuid4()}", "A", rating=1, corrected_answer=f"B {uuid.uuid4()}")
    )


def _candidate(scene: Scene) -> Acts:
    while True:
        which = _given(scene)
        yield None
        feedback.make_candidates(scene.store)
        yield str(which)


def _answer(scene: Scene) -> Acts:
    while True:
        which = _given(scene)
        yield None
        queue.answer(scene.store, which, f"C {uuid.uuid4()}")
        yield str(which)


def _close(scene: Scene) -> Acts:
    while True:
        which = _given(scene)
        yield None
        queue.close(scene.store, which, "because")
        yield str(which)


def _runs(scene: Scene) -> Acts:
    while True:
        yield None
        which = runs.begin(scene.store, base_model="b", dataset="0" * 64, spec={"turn": scene.turn}, seed=1)
        runs.finish(scene.store, which, losses=[1.0] * 100, metrics={})
        yield str(which)


def _promote(scene: Scene) -> Acts:
    while True:
        name, request = f"m-{scene.turn}-{uuid.uuid4()}", uuid.uuid4()
        yield None
        models.register(scene.store, name, digest="1" * 64, path="x")
        models.promote(scene.store, name, passed=True, gate={}, reason="x", request=request)
        yield str(request)


def _rollback(scene: Scene) -> Acts:
    """An alias of its own, so that what it goes back to is what this client promoted."""
    alias = f"alias-{scene.turn}"
    while True:
        for _ in range(2):
            name = f"r-{scene.turn}-{uuid.uuid4()}"
            models.register(scene.store, name, digest="1" * 64, path="x")
            models.promote(scene.store, name, passed=True, gate={}, reason="x", alias=alias)
        request = uuid.uuid4()
        yield None
        models.roll_back(scene.store, "because", alias=alias, request=request)
        yield str(request)


def _report(scene: Scene) -> Acts:
    models.register(scene.store, f"m-{scene.turn}", digest="1" * 64, path="x")
    while True:
        yield None
        yield reports.file_report(scene.store, f"m-{scene.turn}", "0" * 64, {"one": str(uuid.uuid4())})


def _export(scene: Scene) -> Acts:
    while True:
        review.decide(scene.store, review.take(scene.store, 1)[0].example.id, "verify")
        yield None
        yield exports.export(scene.store, scene.folder / "out" / scene.turn, ("verified", "proposed")).digest


def _exported(scene: Scene, digest: str) -> bool:
    """Whether the store knows it, and the folder holds it, or a later one, whole; where that was being replaced, it is beside."""
    out = scene.folder / "out" / scene.turn
    put_back(out)
    said = json.loads((out / exports.MANIFEST).read_text(encoding="utf-8"))
    lines = {name: (out / name).read_bytes().count(b"\n") for name in said["files"]}
    known = scene.store.value("SELECT count(*) FROM exports WHERE digest IN (%s, %s)", [digest, said["digest"]])
    return lines == said["files"] and bool(known == len({digest, said["digest"]}))


def _backup(scene: Scene, write: Callable[[Store, IO[bytes]], backup.Backup] = backup.backup) -> Acts:
    file = scene.folder / f"{scene.turn}.{write.__name__}"
    partial = file.with_name(f"{file.name}.partial")
    while True:
        feedback.give(scene.store, feedback.Feedback(scene.turn, "A", rating=3))
        yield None
        with partial.open("wb") as out:
            done = write(scene.owner, out)
        partial.replace(file)
        yield f"{done.head.seq}:{done.head.hash}"


def _backed_up(scene: Scene, said: str, ending: str, read: Callable[[Store, IO[bytes]], backup.Backup]) -> bool:
    """Whether the last backup that was acknowledged, or the one after it, can be restored whole, and the store still has its end."""
    seq, _, digest = said.partition(":")
    if audit.prove(scene.store, audit.Head(int(seq), digest)).failures:
        return False
    name = f"turn_{uuid.uuid4().hex}"
    _database(scene, name)
    with connect(scene.conninfo(OWNER, name)) as connection, (scene.folder / f"{scene.turn}.{ending}").open("rb") as source:
        restored = read(Store(connection, "bench"), source)
        return restored.head.seq >= int(seq) and not audit.prove(Store(connection, "bench"), audit.Head(int(seq), digest)).failures


def _restore(scene: Scene, file: str, read: Callable[[Store, IO[bytes]], backup.Backup]) -> Acts:
    """Into one new database after the other; migrations are part of it."""
    while True:
        name = f"turn_{uuid.uuid4().hex}"
        _database(scene, name)
        with connect(scene.conninfo(OWNER, name)) as connection, (scene.folder / file).open("rb") as source:
            yield None
            read(Store(connection, "bench"), source)
            yield name


def _restored(scene: Scene, name: str) -> bool:
    with connect(scene.conninfo(OWNER, name)) as connection:
        other = Store(connection, "bench")
        whole = version(connection) == len(migrations()) and not audit.prove(other).failures and audit.head(other).seq > 0
        # A database that was cloned does not take over who may connect.
        return whole and (_OLD in name or bool(other.value("SELECT NOT has_database_privilege('public', current_database(), 'CONNECT')")))


def _migrate(scene: Scene) -> Acts:
    while True:
        name = f"turn_{_OLD}_{uuid.uuid4().hex}"
        _database(scene, name, _OLD)
        with connect(scene.conninfo(OWNER, name)) as connection:
            yield None
            migrate(connection)
            yield name


def _database(scene: Scene, name: str, template: str = "template1") -> None:
    made = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
    with connect(scene.conninfo(ADMIN, "postgres")) as admin:
        admin.execute(made.format(sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)))


def _batch(scene: Scene) -> Acts:
    kinds = [kind.kind for kind in review.progress(scene.store)]
    while True:
        for kind in kinds:
            yield None
            made = batches.decide_all(scene.store, kind, "reject", f"turn {scene.turn}", most=50)
            yield f"{made.batch} {made.decided}"
            if made.decided:
                yield None
                yield f"{made.batch} {batches.take_back(scene.store, made.batch)}"


def _batch_kept(scene: Scene, said: str) -> bool:
    which, decided = said.split()
    return int(scene.store.value("SELECT count(DISTINCT example) FROM example_decisions WHERE batch = %s", [which])) == int(decided)


def _forget(scene: Scene) -> Acts:
    while True:
        scene.store.person = f"passer-by {uuid.uuid4()}"
        for _ in range(3):
            feedback.give(scene.store, feedback.Feedback(scene.turn, "A", rating=3))
        yield None
        yield f"{scene.store.person}/{forgetting.forget(scene.owner, scene.store.person, 'because', texts=True).pseudonym}"


def _forgotten(scene: Scene, said: str) -> bool:
    name, pseudonym = said.split("/")
    people = scene.store.value("SELECT array_agg(DISTINCT person) FROM training_feedback WHERE person IN (%s, %s)", [name, pseudonym])
    return bool(people == [pseudonym]) and scene.store.value("SELECT count(*) FROM audit_log WHERE who = %s", [name]) == 0


def _retain(scene: Scene) -> Acts:
    while True:
        which = _given(scene)
        yield None
        forgetting.erase_feedback(scene.owner, 0, "because")
        yield str(which)


def _grant(scene: Scene) -> Acts:
    """One new login after the other, with two roles: it has both of them, or is not there."""
    for n in itertools.count():
        login = f"login-{scene.turn}-{n}"
        yield None
        make_login(scene.owner, login, "a password of some length", ("users", "reviewers"))
        yield login


def _revoke(scene: Scene) -> Acts:
    """Two roles of one login after the other: both are taken, or none."""
    for n in itertools.count():
        login, roles = f"leaver-{scene.turn}-{n}", ("users", "reviewers")
        make_login(scene.owner, login, "a password of some length", roles)
        yield None
        take_roles(scene.owner, login, roles)
        yield login


def _policy(scene: Scene) -> Acts:
    """The rules: two columns that come together."""
    for n in itertools.count():
        reviewers = n % 4 + 1
        yield None
        review.set_policy(scene.owner, review.Policy(reviewers, reviewers % 2 == 0))
        yield str(scene.store.value(_RULES))


def _has(query: str) -> Callable[[Scene, str], bool]:
    return lambda scene, which: scene.store.value(query, [which]) == 1


_DECIDED = _has("SELECT count(*) FROM example_decisions WHERE request = %s")
_BOTH = "SELECT (pg_has_role(which, 'users', 'MEMBER') AND pg_has_role(which, 'reviewers', 'MEMBER'))::int FROM (SELECT %s::name) x (which)"
_NEITHER = "SELECT (NOT (pg_has_role(w, 'users', 'MEMBER') OR pg_has_role(w, 'reviewers', 'MEMBER')))::int FROM (SELECT %s::name) x (w)"
_ROLLED_BACK = "SELECT count(*) FROM promotions WHERE action = 'rollback' AND request = %s"
_RULES = "SELECT count(*) FROM audit_log WHERE relation = 'review_policy'"
_IN_QUEUE = "SELECT count(*) FROM rag_to_training_queue WHERE state = '{}' AND feedback = %s"
VERBS = {
    "load": Verb(_load, _has("SELECT count(*) FROM datasets WHERE digest = %s")),
    "verify": Verb(lambda s: _decide(s, "verify"), _DECIDED),
    "correct": Verb(lambda s: _decide(s, "correct"), _DECIDED),
    "reject": Verb(lambda s: _decide(s, "reject"), _DECIDED),
    "skip": Verb(lambda s: _decide(s, "skip"), _DECIDED),
    "withdraw": Verb(_withdraw, _DECIDED),
    "batch": Verb(_batch, _batch_kept),
    "feedback": Verb(_feedback, _has("SELECT count(*) FROM training_feedback WHERE id = %s")),
    "candidate": Verb(_candidate, _has(_IN_QUEUE.format("candidate"))),
    "answer": Verb(_answer, _has(_IN_QUEUE.format("candidate"))),
    "close": Verb(_close, _has(_IN_QUEUE.format("rejected"))),
    "run": Verb(_runs, _has("SELECT count(*) FROM lora_training_runs WHERE status = 'finished' AND id = %s")),
    "promote": Verb(_promote, _has("SELECT count(*) FROM promotions WHERE request = %s")),
    "rollback": Verb(_rollback, _has(_ROLLED_BACK)),
    "report": Verb(_report, _has("SELECT count(*) FROM evaluation_reports WHERE digest = %s")),
    "export": Verb(_export, _exported),
    "backup": Verb(_backup, lambda s, said: _backed_up(s, said, "backup", backup.restore)),
    "dump": Verb(lambda s: _backup(s, dumps.dump), lambda s, said: _backed_up(s, said, "dump", dumps.restore_dump)),
    "restore": Verb(lambda s: _restore(s, "backup", backup.restore), _restored),
    "restore-dump": Verb(lambda s: _restore(s, "dump", dumps.restore_dump), _restored),
    "migrate": Verb(_migrate, _restored),
    "forget": Verb(_forget, _forgotten),
    "retain": Verb(_retain, _has("SELECT count(*) FROM training_feedback WHERE question = '(erased)' AND id = %s")),
    "grant": Verb(_grant, _has(_BOTH)),
    "revoke": Verb(_revoke, _has(_NEITHER)),
    "policy": Verb(_policy, lambda s, said: int(s.store.value(_RULES)) >= int(said)),
}
