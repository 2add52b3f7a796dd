"""`stc store` and `stc review` as people and programs call them, against an embedded store; settings, passwords, keys."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

import click
import psycopg
import pytest
from click.testing import CliRunner
from psycopg.conninfo import make_conninfo
from storing import FOLDER, Clone, copy_of_a_new_store, sample, write_dataset

from datagen.folders import put_back
from stc import storing as stc_storing
from stc.cli import cli, run
from stc.cli.review import _Session
from store import audit, examples, exports, people, review
from store.db import Target, _refuse_other_schema, connect
from store.embedded import ADMIN, OWNER, USER
from stparse.issue import BadInputError, StcError

METHOD = "isOpen\n\t^start isNil"


@pytest.fixture
def here(db: Clone, monkeypatch: pytest.MonkeyPatch) -> Clone:
    """Let the commands open the test's database: as a server on this machine, with the passfile of the embedded one."""
    monkeypatch.setenv("STC_DSN", db.conninfo(USER))
    monkeypatch.setenv("STC_USER", "anna")
    return db


@pytest.fixture
def loaded(here: Clone, tmp_path: Path) -> Clone:
    samples = [sample(n) for n in range(4)] + [sample(9, "completion.method_body", answer=METHOD)]
    with here.store() as store:
        examples.load(store, write_dataset(tmp_path / "rights", samples))
    return here


def said(*arguments: str, code: int = 0, text: str | None = None) -> Any:
    result = CliRunner().invoke(cli, [*arguments, "--json"], input=text)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_load_status_verify(here: Clone, tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "rights", [sample(1), sample(2)])
    found = said("store", "load", str(folder))
    assert [found[key] for key in ("name", "samples", "fresh", "known", "stale", "fits")] == ["rights", 2, 2, 0, 0, 0]
    assert said("store", "load", str(folder))["fresh"] == 0
    status = said("store", "status")
    assert list(status) == ["where", "server", "person", "kinds", "policy", "agreement", "runs", "models", "audit"]
    assert (status["person"], status["kinds"][0]["proposed"]) == ("anna", 2)
    found = said("store", "verify")
    assert found["failures"] == []
    head = f"{found['head']['seq']}:{found['head']['hash']}"
    assert said("store", "verify", "--head", head)["failures"] == []
    with connect(here.conninfo(ADMIN)) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("ALTER TABLE smalltalk_training_examples DISABLE TRIGGER ALL")
        admin.execute("UPDATE smalltalk_training_examples SET status = 'verified'")
    assert len(said("store", "verify", code=1)["failures"]) == 2


def test_review_by_verbs(loaded: Clone, tmp_path: Path) -> None:
    (one,) = said("review", "next")
    assert {"id", "kind", "question", "answer", "record", "value"} <= set(one)
    assert said("review", "decide", one["id"], "verify")["status"] == "verified"
    (code,) = said("review", "next", "--kind", "completion.method_body")
    right = tmp_path / "right.st"
    right.write_text("isOpen\n\t^self start isNil\n", encoding="utf-8")
    made = said("review", "decide", code["id"], "correct", "--correction", str(right))
    assert made["status"] == "corrected"
    shown = said("review", "show", made["correction"])
    assert shown["example"]["answer"] == "isOpen\n\t^self start isNil"
    assert shown["versions"][0]["who"] == "anna"
    kinds = {kind["kind"]: kind for kind in said("review", "progress")["kinds"]}
    assert kinds["completion.method_body"]["corrected"] == 1
    for command in (("review", "next"), ("review", "show", one["id"]), ("review", "progress"), ("store", "status")):
        result = CliRunner().invoke(cli, list(command))
        assert result.exit_code == 0, result.output
        assert result.stdout.strip()


def test_what_goes_wrong_is_one_line(loaded: Clone, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    broken = tmp_path / "broken.st"
    broken.write_text("isOpen ^[", encoding="utf-8")
    (code,) = said("review", "next", "--kind", "completion.method_body")
    for command, message in (
        (["review", "decide", code["id"], "correct", "--correction", str(broken)], "does not compile"),
        (["review", "decide", code["id"], "reject"], "say why"),
        (["review", "decide", "0" * 20, "verify"], "no example"),
        (["store", "load", str(tmp_path)], "no data set"),
        (["store", "verify", "--head", "x"], "SEQ:HASH"),
        (["store", "restore", str(tmp_path / "nothing")], "cannot be read"),
        (["review"], "needs a terminal"),
        (["store", "backup", str(tmp_path / "nowhere" / "b")], "cannot be written: No such file"),
        (["store", "forget", "x", "--why", "y", "--yes"], "only the login that owns the store"),
    ):
        assert run(command) == 2, command
        assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("dsn", "message"),
    [
        ("nonsense", "cannot be read; write postgresql://"),
        ("host=127.0.0.1 port=1 dbname=stc", "is STC_DSN (or [store] of stc.toml) right, and does the server run?"),
        ("host=/nowhere dbname=stc", "does the server run?"),
        ("host=db.house.example sslmode=require", "read along"),
    ],
)
def test_a_way_in_that_is_none_names_the_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], dsn: str, message: str
) -> None:
    monkeypatch.setenv("STC_DSN", dsn)
    assert run(["store", "status"]) == 2
    assert message in capsys.readouterr().err


def test_what_else_names_the_remedy(here: Clone, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for dsn, message in (
        (here.conninfo(USER).replace(here.name, "nothing_here"), "its owner makes it (createdb)"),
        (make_conninfo(here.conninfo(USER), user="somebody"), "put the password of this login"),
        (here.conninfo(USER), "its owner runs: stc store init"),
    ):
        monkeypatch.setenv("STC_DSN", dsn)
        assert run(["store", "init"]) == 2
        assert message in capsys.readouterr().err
    with here.store() as store, pytest.raises(StcError, match="make room there"), store.transaction():
        raise psycopg.errors.DiskFull("could not extend file")


def test_export_says_where_everything_comes_from(loaded: Clone, tmp_path: Path) -> None:
    which = said("review", "next")[0]["id"]
    said("review", "decide", which, "verify")
    found = said("store", "export", "-o", str(tmp_path / "out"))
    assert (found["examples"], found["files"]["sft/train.jsonl"]) == (1, 1)
    (line,) = (tmp_path / "out" / "sft" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    record = json.loads(line)
    assert record["id"] == which
    assert record["provenance"]["status"] == "verified"
    assert [d["reviewer"] for d in record["provenance"]["decisions"]] == ["anna"]
    assert len(record["provenance"]["datasets"]) == 1
    assert said("store", "export", "-o", str(tmp_path / "again"))["digest"] == found["digest"]
    assert said("store", "export", "-o", str(tmp_path / "out"), "--proposed")["examples"] == 5
    with loaded.store("ben") as store:
        head = json.loads((tmp_path / "out" / "store-export.json").read_text(encoding="utf-8"))["audit"]
        assert audit.prove(store, audit.Head(**head)).failures == ()


def test_init_and_the_rules(here: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STC_DSN", here.conninfo(OWNER))
    found = said("store", "init", "--reviewers", "2", "--own-corrections")
    assert found["applied"] == []
    assert found["policy"] == {"reviewers": 2, "own_corrections": True}
    assert said("store", "status")["policy"] == found["policy"]


def test_who_has_no_role_is_told_so(here: Clone) -> None:
    with here.login("nemo") as store, pytest.raises(StcError, match="no role yet"):
        _refuse_other_schema(store.connection)


def test_grant_makes_a_login_with_a_password_that_nobody_sees(here: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STC_DSN", here.conninfo(OWNER))
    name = f"p_{here.name[-8:]}"
    with connect(here.conninfo(ADMIN)) as admin:
        admin.execute("GRANT reviewers, users TO stc_owner WITH ADMIN OPTION")
        try:
            result = CliRunner().invoke(
                cli, ["store", "grant", name, "reviewers", "users", "--new"], input="correct horse\ncorrect horse\n"
            )
            assert result.exit_code == 0, result.output
            row = admin.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [name]).fetchone()
            assert row is not None
            assert row[0].startswith("SCRAM-SHA-256$")
            assert "horse" not in result.output
            roles = "SELECT pg_has_role(%s, 'reviewers', 'MEMBER'), pg_has_role(%s, 'developers', 'MEMBER')"
            assert admin.execute(roles, [name, name]).fetchone() == (True, False)
            for arguments, message in (([name, "users", "--new"], "already"), (["nobody-here", "users"], "no login")):
                assert message in str(CliRunner().invoke(cli, ["store", "grant", *arguments], input="correct horse\n" * 2).exception)
            monkeypatch.setenv("STC_NEW_PASSWORD", "short")
            assert "fewer than 12" in str(CliRunner().invoke(cli, ["store", "grant", "x", "users", "--new"]).exception)
        finally:
            admin.execute(f"DROP ROLE IF EXISTS {name}".encode())


def test_a_backup_is_for_its_owner_alone(loaded: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STC_DSN", loaded.conninfo(OWNER))
    assert run(["store", "backup", str(tmp_path / "b.tar.gz")]) == 0
    assert stat.S_IMODE((tmp_path / "b.tar.gz").stat().st_mode) == 0o600 or os.name == "nt"
    assert [path.name for path in tmp_path.glob("*b.tar*")] == ["b.tar.gz"]


# Keys


def at_the_keys(db: Clone, keys: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **more: Any) -> str:
    waiting = iter(keys)
    monkeypatch.setattr(click, "getchar", lambda: next(waiting))
    for name, answer in more.items():
        monkeypatch.setattr(click, name, answer)
    with db.store("anna") as store:
        _Session(store, None, None).run()
    assert next(waiting, None) is None
    return capsys.readouterr().out


def states(db: Clone) -> list[str]:
    with db.store() as store:
        return list(store.value("SELECT array_agg(status ORDER BY status) FROM smalltalk_training_examples WHERE origin = 'dataset'"))


def test_keys(loaded: Clone, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    out = at_the_keys(loaded, "?zaxsq", monkeypatch, capsys, prompt=lambda *_, **__: "3")
    assert "take back your last decision" in out
    assert states(loaded) == ["proposed", "proposed", "proposed", "rejected", "verified"]
    with loaded.store() as store:
        assert store.value("SELECT reason FROM example_decisions WHERE verdict = 'reject'") == "trivial"
        assert store.value("SELECT count(*) FROM example_decisions WHERE verdict = 'skip'") == 1


def test_undo_shows_it_again(loaded: Clone, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    at_the_keys(loaded, "auxq", monkeypatch, capsys, prompt=lambda *_, **__: "own words")
    with loaded.store() as store:
        rows = store.rows(review.Decision, review._DECISION + " ORDER BY d.id")
    assert [row.verdict for row in rows] == ["verify", "withdraw", "reject"]
    assert len({row.example for row in rows}) == 1
    assert states(loaded).count("rejected") == 1


def test_editing_until_it_compiles(loaded: Clone, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with loaded.store("anna") as store:
        for one in review.take(store, 10, ["qa.role"]):
            review.decide(store, one.example.id, "skip")
    texts = iter([None, "isOpen ^[", "isOpen\n\t^self start isNil\n"])
    out = at_the_keys(loaded, "eee", monkeypatch, capsys, edit=lambda *_, **__: next(texts))
    assert "not saved" in out
    assert "does not compile" in out
    assert states(loaded).count("corrected") == 1
    assert out.rstrip().endswith("nothing is left to review")


def test_next_leaves_it_for_now(loaded: Clone, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert "nothing is left" in at_the_keys(loaded, "nnnnn", monkeypatch, capsys)
    assert states(loaded) == ["proposed"] * 5


# Settings


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("STC_DSN", "STC_INSECURE", "STC_USER", "STC_DATA", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STC_CONFIG", str(tmp_path / "stc.toml"))
    (tmp_path / "stc.toml").write_text("", encoding="utf-8")
    return tmp_path / "stc.toml"


def test_nothing_configured_means_embedded(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STC_DATA", str(plain.parent / "data"))
    monkeypatch.setenv("STC_USER", "anna")
    assert stc_storing.target() == Target(plain.parent / "data" / "postgres", "anna")


def test_the_file_and_the_environment(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain.write_text('[store]\ndsn = "postgresql://db.house.example/stc"\ninsecure = "a wire of our own"\n', encoding="utf-8")
    found = stc_storing.target()
    assert (found.dsn, found.insecure) == ("postgresql://db.house.example/stc", "a wire of our own")
    monkeypatch.setenv("STC_DSN", "postgresql://anna:hush@other.example/stc")
    assert stc_storing.target().dsn == "postgresql://anna:hush@other.example/stc"


@pytest.mark.parametrize(
    "text", ['dsn = "postgresql://anna:hush@db.house.example/stc"', 'dsn = "host=x password=hush"', "dsn = 3", 'password = "hush"']
)
def test_no_password_in_a_file(plain: Path, text: str) -> None:
    plain.write_text(f"[store]\n{text}\n", encoding="utf-8")
    with pytest.raises(BadInputError) as refused:
        stc_storing.target()
    assert "hush" not in str(refused.value)


def test_the_embedded_store_by_the_command_line(plain: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing configured, nothing made before: the first question of a review is there, and nothing runs on afterwards."""
    with tempfile.TemporaryDirectory(dir=os.environ[FOLDER]) as folder:
        Path(folder).chmod(0o711)
        monkeypatch.setenv("STC_DATA", str(Path(folder) / "data"))
        said("store", "load", str(write_dataset(tmp_path / "rights", [sample(1)])))
        assert len(said("review", "next")) == 1
        assert run(["store", "backup", str(tmp_path / "b.tar.gz")]) == 0
        assert not (Path(folder) / "data" / "postgres" / "data" / "postmaster.pid").exists()
        monkeypatch.setenv("STC_DATA", str(Path(folder) / "other"))
        copy_of_a_new_store(Path(folder) / "other" / "postgres")
        assert run(["store", "restore", str(tmp_path / "b.tar.gz")]) == 0
        assert said("store", "status")["kinds"][0]["proposed"] == 1


def test_an_export_that_was_being_replaced_is_put_back(loaded: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between two steps of the replacing, of which the first moves the old one aside."""

    def killed(self: Path, target: Path) -> Path:
        if self.name.endswith(".partial"):
            raise KeyboardInterrupt
        return rename(self, target)

    rename, out = Path.rename, tmp_path / "out"
    with loaded.store("anna") as store:
        first = exports.export(store, out, ("proposed",))
        review.decide(store, review.take(store)[0].example.id, "verify")
        with monkeypatch.context() as patch:
            patch.setattr(Path, "rename", killed)
            with pytest.raises(KeyboardInterrupt):
                exports.export(store, out, ("proposed",))
        assert not out.exists()
        with pytest.raises(BadInputError, match="is not for training"):
            exports.export(store, out, ("rejected",))
        put_back(out)
        assert json.loads((out / exports.MANIFEST).read_text(encoding="utf-8"))["digest"] == first.digest
        assert exports.export(store, out, ("proposed",)).digest != first.digest
        assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == ["out"]


def test_a_login_comes_with_its_roles_or_not_at_all(here: Clone) -> None:
    name, query = f"login-{here.name[-8:]}", "SELECT count(*) FROM pg_roles WHERE rolname = %s"
    with here.store(user=OWNER) as store:
        for roles, message in ((("users", "kings"), "no role kings"), (("users", "users; DROP"), "no role users; DROP")):
            with pytest.raises(BadInputError, match=message):
                people.make_login(store, name, "a password of some length", roles)
            assert store.value(query, [name]) == 0
        people.make_login(store, name, "a password of some length", ("users",))
        assert store.value("SELECT pg_has_role(%s, 'users', 'MEMBER')", [name]) is True
        store.connection.execute(f'DROP ROLE "{name}"'.encode())
