"""Every command of the store as each role, with a login and a password of its own; and every text that it takes, as an attack."""

from __future__ import annotations

import io
import json
import sys
import uuid
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import click
import pytest
from commands import COMMANDS, KNOWS, OWNERS, Ready, command_of, make_ready, names
from storing import PEOPLE, Clone, clone
from test_store_rights import EVIL

from stc.cli import cli, run
from store import audit
from store.db import ROLES, clean, connect
from store.embedded import ADMIN, OWNER, USER, Embedded

DENIED = ("the store refuses this to", "the store shows ", "decided nothing in", "has no role yet", "may not make the store's")


@pytest.fixture(scope="module")
def ready(postgres: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    with clone(postgres) as made, pytest.MonkeyPatch.context() as patch:
        yield make_ready(made, tmp_path_factory.mktemp("ready"), patch)


def test_no_command_is_forgotten() -> None:
    assert set(names(cli)) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_who_may(ready: Ready, postgres: Embedded, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Asked as people do, of the server, as that login; who may not is told so, and nothing else goes wrong."""
    monkeypatch.setenv("STC_DEBUG", "1")
    # The owner of the tables may do all; asked where nobody else may.
    for role in (*ROLES, "", *(COMMANDS[name].may & {OWNERS})):
        # Who may not changes nothing, and needs no store of their own; to restore an empty one.
        may, empty = role in COMMANDS[name].may, name == "store restore"
        with clone(postgres, None if empty else ready.db.name) if may or empty else nullcontext(ready.db) as own:
            here = Ready(own, ready.places)
            if empty:
                monkeypatch.setenv("STC_DSN", Ready(ready.db, {}).conninfo(OWNERS))
                assert run(ready.words("store backup")) == 0
            if name == "review take-back" and may:
                monkeypatch.setenv("STC_DSN", here.conninfo("reviewers"))
                assert run(here.words("review batch")) == 0
            monkeypatch.setenv("STC_DSN", here.conninfo(role))
            monkeypatch.setattr(sys, "stdin", io.StringIO(COMMANDS[name].reads))
            capsys.readouterr()
            code, said = run(here.words(name)), capsys.readouterr().err
            if may:
                assert code == 0, (role, said)
            else:
                assert code == 2, role
                assert any(sign in said for sign in DENIED), (role, said)


STATE = (
    "SELECT oid::regclass::text, relacl::text, relrowsecurity FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
    "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
    "SELECT roleid, member FROM pg_auth_members WHERE member::regrole::text = ANY (%s) ORDER BY 1, 2",
    "SELECT oid, proacl::text, md5(prosrc) FROM pg_proc ORDER BY 1",
)


def state(db: Clone) -> list[object]:
    """Answer what no text may change: tables and their rights, triggers, roles, functions."""
    with connect(db.conninfo(ADMIN)) as admin:
        known = [USER, *PEOPLE, *ROLES]
        return [admin.execute(query.encode(), [known] if "%s" in query else None).fetchall() for query in STATE]


TEXTS = [
    (name, str(one.name))
    for name in COMMANDS
    for one in command_of(name).params
    if isinstance(one.type, type(click.STRING)) and not (isinstance(one, click.Option) and one.is_flag)
]
# Keys of age and gpg: they go to no server, and test_store_sealing has them.
TEXTS.remove(("store backup", "recipients"))


def test_every_text_is_known() -> None:
    assert {(name, one) for name, one in TEXTS if one not in COMMANDS[name].given} == set()
    assert len(TEXTS) > 15


@pytest.mark.parametrize(("name", "field"), TEXTS, ids=[f"{name} {one}" for name, one in TEXTS])
def test_texts_of_commands_are_texts(
    ready: Ready, postgres: Embedded, name: str, field: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STC_DEBUG", "1")
    with clone(postgres, ready.db.name) as own:
        here, before = Ready(own, {**ready.places, "batch": str(uuid.uuid4())}), state(own)
        monkeypatch.setenv("STC_DSN", own.conninfo(OWNER if OWNERS in COMMANDS[name].may - KNOWS else USER))
        for evil in EVIL:
            monkeypatch.setattr(sys, "stdin", io.StringIO(COMMANDS[name].reads))
            monkeypatch.setenv("STC_USER", clean(evil))
            sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # as main() does
            sys.stderr.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
            assert run(here.words(name, {field: evil})) in (0, 1, 2)
        assert "internal error" not in capsys.readouterr().err
        assert state(own) == before
        with own.store("ben") as store:
            assert audit.prove(store).failures == ()


def test_what_is_put_into_a_file_is_a_text_too(ready: Ready, postgres: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Corrections and answers come from files; feedback, of which each field is one, has its test among the functions."""
    with clone(postgres, ready.db.name) as own:
        before = state(own)
        monkeypatch.setenv("STC_DEBUG", "1")
        monkeypatch.setenv("STC_DSN", own.conninfo(USER))
        monkeypatch.setenv("STC_USER", "anna")
        for evil in EVIL:
            (tmp_path / "text").write_text(evil, encoding="utf-8", errors="surrogatepass")
            text, which = str(tmp_path / "text"), ready.places["example"]
            assert run(["review", "decide", which, "correct", "--correction", text]) in (0, 2)
            assert run(["store", "queue", ready.places["waits"], "--answer", text]) in (0, 2)
        assert state(own) == before


def test_what_a_developer_sees(ready: Ready, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Examples and models, and not who decided what about them; refusals name the login and not who sits at this machine."""
    monkeypatch.setenv("STC_DSN", ready.conninfo("developers"))
    monkeypatch.setenv("STC_USER", "somebody else")
    assert run(["review", "show", ready.places["example"], "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["example"]["id"] == ready.places["example"]
    assert (found["decisions"], found["versions"]) == ([], [])
    assert run(["store", "status"]) == 0
    out = capsys.readouterr().out
    assert out.endswith("as dora\n12 proposed\n0 disputed\n0 verified\n0 corrected\n0 rejected\n0 stale\n2 models\n")
    assert run(["store", "retain", "--days", "1", "--why", "x"]) == 2
    assert "refuses this to dora" in capsys.readouterr().err
