"""A team's server over TLS, with a certificate of a CA made here: who it is is verified, and no password is seen anywhere."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import psycopg
import pytest
from click.testing import CliRunner
from psycopg.conninfo import make_conninfo
from storing import FOLDER, copy_of_a_new_store, sample, write_dataset
from test_store_embedded import SYSTEM

from stc.cli import cli, run
from store.db import Target, connect, open_store
from store.embedded import DATABASE, OWNER, Embedded
from store.keyring import password_of
from stparse.issue import StcError

pytestmark = pytest.mark.skipif(not SYSTEM or shutil.which("openssl") is None, reason="a PostgreSQL with TLS and the program openssl")
HOST, SECRET = "db.house.example", "correct-horse-battery"


@dataclass(frozen=True, slots=True)
class Team:
    """A server with TLS: its folder, where it listens, the passwords of its logins, and two CAs, of which one signed its certificate."""

    folder: Path
    address: str
    passwords: dict[str, str]
    ca: Path
    other_ca: Path

    def dsn(self, user: str = OWNER, host: str = HOST, **more: str) -> str:
        told = {"host": host, "hostaddr": self.address, "port": "5432", "dbname": DATABASE, "user": user, "sslrootcert": str(self.ca)}
        return make_conninfo(**{**told, **more})


def _openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)


def _certificates(folder: Path) -> None:
    for name in ("ca", "other"):
        made = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
        _openssl(folder, *made, "-subj", f"/CN=the {name} of the tests", "-keyout", f"{name}.key", "-out", f"{name}.crt")
    asked = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={HOST}")
    _openssl(folder, *asked, "-keyout", "server.key", "-out", "server.csr")
    (folder / "names").write_text(f"subjectAltName=DNS:{HOST}\n", encoding="utf-8")
    signed = ("x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2")
    _openssl(folder, *signed, "-extfile", "names", "-out", "server.crt")


@pytest.fixture(scope="module")
def team() -> Iterator[Team]:
    """Answer a server that listens on a loopback address of its own, as a server of a team does on its network."""
    with tempfile.TemporaryDirectory(dir=os.environ[FOLDER]) as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        folder.chmod(0o711)
        patch.setenv("STC_PG_BIN", str(SYSTEM[-1]))
        _certificates(folder)
        copy_of_a_new_store(folder / "store")
        data = folder / "store" / "data"
        for file in ("server.crt", "server.key"):
            shutil.copyfile(folder / file, data / file)
            os.chown(data / file, data.stat().st_uid, data.stat().st_gid)
            (data / file).chmod(0o600)
        with (data / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write("hostssl all all 127.0.0.0/8 scram-sha-256\n")
        address = f"127.{random.randint(1, 250)}.{random.randint(1, 250)}.{random.randint(2, 250)}"
        (data / "stc.conf").unlink()
        settings = {"fsync": "off", "listen_addresses": address, "log_statement": "all", "log_min_error_statement": "error"}
        with Embedded.open(folder / "store", {**settings, "ssl": "on"}):
            lines = (folder / "store" / "pgpass").read_text(encoding="ascii").splitlines()
            passwords = dict(line.split(":")[3:5] for line in lines)
            yield Team(folder, address, passwords, folder / "ca.crt", folder / "other.crt")


@pytest.fixture
def apart(team: Team, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Team:
    """Answer the server, seen from an environment that knows nothing of it."""
    for name in [name for name in os.environ if name.startswith("PG") or name in ("STC_DSN", "STC_INSECURE", "STC_CONFIG")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("STC_USER", "anna")
    monkeypatch.chdir(tmp_path)
    return team


def test_the_right_server_is_spoken_to_over_tls(apart: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", apart.passwords[OWNER])
    with open_store(Target(Path(), "anna", apart.dsn()), owner=True) as store:
        row = store.connection.execute("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
        assert row is not None
        assert row[0] is True
        assert row[1] in ("TLSv1.2", "TLSv1.3")


def test_a_ca_in_the_home_folder_is_taken(apart: Team, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PGPASSWORD", apart.passwords[OWNER])
    dsn = make_conninfo(host=HOST, hostaddr=apart.address, dbname=DATABASE, user=OWNER)
    (tmp_path / ".postgresql").mkdir()
    shutil.copyfile(apart.ca, tmp_path / ".postgresql" / "root.crt")
    with open_store(Target(Path(), "anna", dsn), owner=True) as store:
        assert store.connection.execute("SELECT 1").fetchone() == (1,)


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "another name": ({"host": "db.other.example"}, "does not match host name"),
    "another CA": ({"sslrootcert": "other"}, "certificate verify failed"),
    "the CAs of the system": ({"sslrootcert": "system"}, "certificate verify failed"),
    "no such CA": ({"sslrootcert": "/nowhere"}, "does not exist"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_who_is_not_the_server_gets_no_password(apart: Team, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", apart.passwords[OWNER])
    changed, said = REFUSED[case]
    if changed.get("sslrootcert") == "other":
        changed = {"sslrootcert": str(apart.other_ca)}
    with pytest.raises(StcError, match=said) as refused, open_store(Target(Path(), "anna", apart.dsn(**changed)), owner=True):
        pass
    assert apart.passwords[OWNER] not in str(refused.value)


def test_a_server_without_tls_is_not_spoken_to(apart: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", apart.passwords[OWNER])
    dsn = make_conninfo(host=str(apart.folder / "store" / "run"), dbname=DATABASE, user=OWNER)
    with psycopg.connect(dsn, autocommit=True) as plain, psycopg.connect(_as_superuser(apart), autocommit=True) as admin:
        assert plain.execute("SELECT 1").fetchone() == (1,)
        try:
            admin.execute("ALTER SYSTEM SET ssl = off")
            admin.execute("SELECT pg_reload_conf()")
            for _ in range(100):
                with psycopg.connect(_as_superuser(apart)) as again:
                    if again.execute("SHOW ssl").fetchone() == ("off",):
                        break
            with pytest.raises(StcError, match="does not support SSL"), open_store(Target(Path(), "anna", apart.dsn()), owner=True):
                pass
        finally:
            admin.execute("ALTER SYSTEM RESET ssl")
            admin.execute("SELECT pg_reload_conf()")


def _as_superuser(team: Team) -> str:
    return make_conninfo(host=str(team.folder / "store" / "run"), dbname="postgres", user="postgres", password=team.passwords["postgres"])


def said(*arguments: str) -> Any:
    result = CliRunner().invoke(cli, [*arguments, "--json"])
    assert result.exit_code == 0, result.output + repr(result.exception)
    return json.loads(result.stdout)


def test_a_team_at_work(apart: Team, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The owner makes the store and the login of the web pages, which speaks for whom it names; a person's login does not."""
    (tmp_path / "passes").write_text(f"*:*:*:{OWNER}:{apart.passwords[OWNER]}\n*:*:*:web:{SECRET}\n*:*:*:carl:{SECRET}\n", encoding="utf-8")
    (tmp_path / "passes").chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "passes"))
    monkeypatch.setenv("STC_NEW_PASSWORD", SECRET)
    monkeypatch.setenv("STC_DSN", apart.dsn())
    assert said("store", "init")["version"] > 8
    roles = ("developers", "users", "reviewers", "ml_engineers")
    assert run(["store", "grant", "web", "stc_app", *roles, "--new"]) == 0
    assert run(["store", "grant", "carl", "reviewers", "ml_engineers", "--new"]) == 0
    folder = write_dataset(tmp_path / "rights", [sample(n) for n in range(3)])
    monkeypatch.setenv("STC_DSN", apart.dsn("web"))
    assert said("store", "load", str(folder))["fresh"] == 3
    one, two, _ = said("review", "next", "--count", "3")
    assert said("review", "decide", one["id"], "verify")["reviewer"] == "anna"
    monkeypatch.setenv("STC_DSN", apart.dsn("carl"))
    assert said("review", "decide", two["id"], "verify")["reviewer"] == "carl"
    assert said("store", "verify")["failures"] == []
    assert run(["store", "grant", "carl", "stc_app"]) == 2
    monkeypatch.setenv("STC_DSN", apart.dsn())
    assert run(["store", "revoke", "carl", "reviewers"]) == 0
    monkeypatch.setenv("STC_DSN", apart.dsn("carl"))
    assert run(["review", "decide", two["id"], "reject", "--reason", "x"]) == 2
    printed = capsys.readouterr()
    log = (apart.folder / "store" / "server.log").read_text(encoding="utf-8", errors="replace")
    assert "CREATE ROLE" in log
    for password in (SECRET, apart.passwords[OWNER]):
        assert password not in printed.out + printed.err + log


# Passwords

SECRET_TOOL = """#!/bin/sh
[ "$*" = "lookup service stc host {host} user {user}" ] && printf '%s\\n' '{password}' && exit 0
exit 1
"""


@pytest.fixture
def keyring(apart: Team, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Answer a keyring of the system in which the owner's password lies."""
    program = tmp_path / "bin" / "secret-tool"
    program.parent.mkdir()
    program.write_text(SECRET_TOOL.format(host=HOST, user=OWNER, password=apart.passwords[OWNER]), encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("sys.platform", "linux")
    return program


@pytest.mark.usefixtures("keyring")
def test_the_keyring_is_asked_and_its_password_used(apart: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STC_DSN", apart.dsn())
    assert said("store", "init")["version"] > 8
    monkeypatch.setenv("STC_DSN", apart.dsn("postgres"))
    assert run(["store", "init"]) == 2


def test_the_keyring_is_asked_last(apart: Team, keyring: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert password_of(apart.dsn()) == apart.passwords[OWNER]
    assert password_of(apart.dsn("nobody")) is None
    assert password_of(apart.dsn(password="x")) is None
    assert password_of(apart.dsn(passfile="x")) is None
    assert password_of(make_conninfo(dbname="stc")) is None
    keyring.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    assert password_of(apart.dsn()) is None
    monkeypatch.setenv("PGPASSWORD", "x")
    assert password_of(apart.dsn()) is None


def test_a_wrong_password_is_not_told(apart: Team) -> None:
    with pytest.raises(StcError, match="password authentication failed") as refused, connect(apart.dsn(), "hush-hush"):
        pass
    assert "hush" not in str(refused.value)


def test_no_option_takes_a_password() -> None:
    def below(command: click.Command) -> Iterator[click.Command]:
        yield command
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                yield from below(command.get_command(context, name) or command)

    options = [p for group in ("store", "review") for c in below(cli.get_command(click.Context(cli), group) or cli) for p in c.params]
    taking = [
        p.name for p in options if isinstance(p, click.Option) and not p.is_flag and p.name and ("pass" in p.name or "secret" in p.name)
    ]
    assert len(options) > 30
    assert taking == []
