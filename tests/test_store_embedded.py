"""The embedded server: it starts by itself, is shared, survives kill -9 of everybody, stops with the last, and trusts nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from storing import FOLDER, copy_of_a_new_store

from store import binaries
from store.binaries import Binaries, find_binaries
from store.db import Target, checked_dsn, connect, has_password, open_store, shown
from store.embedded import ADMIN, OWNER, Embedded, _socket_folder
from stparse.issue import BadInputError, StcError

posix = pytest.mark.skipif(os.name == "nt", reason="signals and sockets of files")
SYSTEM = [folder for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True) if binaries._major(folder)]

FAST = {"fsync": "off"}  # a commit that was answered must be there after a kill, so nothing more is switched off
CLIENT = """
import sys, time
from pathlib import Path
from store.embedded import Embedded
from store.db import connect
server = Embedded.open(Path(sys.argv[1]), {"fsync": "off"})
with connect(server.conninfo()) as connection:
    print(connection.execute("SELECT 1").fetchone()[0], flush=True)
    if len(sys.argv) > 2:
        time.sleep(600)
server.close()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """Answer a folder that the server's account can reach, with a name that is hard on shells and sockets."""
    with tempfile.TemporaryDirectory(dir=os.environ[FOLDER], prefix="it's é Ж, ") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "store"


def running(folder: Path) -> bool:
    return (folder / "data" / "postmaster.pid").is_file()


def client(folder: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CLIENT, str(folder), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent)


@posix
def test_its_whole_life(home: Path) -> None:
    """One story: start, trust nobody, share, survive, stop. How the data are made is in test_store_cli."""
    copy_of_a_new_store(home)
    with Embedded.open(home, FAST) as server:
        assert running(home)
        _nobody_is_trusted(home, server)
        with Embedded.open(home) as again, connect(again.conninfo()) as connection:
            assert connection.execute("SELECT current_user::text").fetchone() == ("stc",)
        assert running(home)
    assert not running(home)
    _a_killed_client_keeps_nothing_alive(home)
    _a_killed_server_comes_back(home)
    if sys.platform == "linux":
        _the_pid_of_a_stranger(home)
        _the_pid_of_a_zombie(home)
    _many_at_once(home)
    assert not running(home)


def _nobody_is_trusted(home: Path, server: Embedded) -> None:
    rules = [line.split() for line in (home / "data" / "pg_hba.conf").read_text(encoding="utf-8").splitlines()]
    assert {rule[-1] for rule in rules if rule and not rule[0].startswith("#")} == {"scram-sha-256"}
    assert (home / "pgpass").stat().st_mode & 0o777 == 0o600
    assert _socket_folder(home).stat().st_mode & 0o777 == 0o700
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.conninfo(ADMIN, "postgres"), passfile=os.devnull, password="no")
    with psycopg.connect(server.conninfo(ADMIN, "postgres")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW log_statement").fetchone() == ("none",)


def _a_killed_client_keeps_nothing_alive(home: Path) -> None:
    killed = client(home, "stay")
    assert killed.stdout is not None
    assert killed.stdout.readline() == "1\n"
    killed.kill()
    killed.wait()
    killed.stdout.close()
    assert running(home)
    Embedded.open(home, FAST).close()
    assert not running(home)


def _a_killed_server_comes_back(home: Path) -> None:
    with Embedded.open(home, FAST) as server:
        with connect(server.conninfo(OWNER)) as connection:
            connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        pid = int((home / "data" / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        os.kill(pid, signal.SIGKILL)
        with Embedded.open(home, FAST) as again, connect(again.conninfo(OWNER)) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


def _the_pid_of_a_stranger(home: Path) -> None:
    """After a reboot the number of the old server may be that of any program: it is neither believed nor killed."""
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        _starts_though_this_is_said_to_run(home, stranger.pid)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def _the_pid_of_a_zombie(home: Path) -> None:
    """Nobody has asked how the killed server ended, and so its number is still taken, by its own name."""
    named = "import ctypes; ctypes.CDLL(None).prctl(15, b'postgres')"
    zombie = subprocess.Popen([sys.executable, "-c", named])
    try:
        while "Z" not in Path(f"/proc/{zombie.pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1]:
            time.sleep(0.01)
        _starts_though_this_is_said_to_run(home, zombie.pid)
    finally:
        zombie.wait()


def _starts_though_this_is_said_to_run(home: Path, pid: int) -> None:
    said = f"{pid}\n{home / 'data'}\n{int(time.time())}\n5432\n"
    (home / "data" / "postmaster.pid").write_text(said, encoding="utf-8")
    (_socket_folder(home) / ".s.PGSQL.5432.lock").write_text(said, encoding="utf-8")
    with Embedded.open(home, FAST) as server, connect(server.conninfo()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@posix
def test_a_server_that_was_killed_while_a_table_without_a_log_was_made(home: Path) -> None:
    """The first start after that fails, in all versions of PostgreSQL until now (bug 17731); the second does not."""
    copy_of_a_new_store(home)
    with Embedded.open(home, FAST) as server, psycopg.connect(server.conninfo(ADMIN, "postgres")) as made:
        made.execute("CREATE UNLOGGED TABLE loading (x text)")
        with connect(server.conninfo(ADMIN, "postgres")) as other:
            other.execute("CREATE TABLE flushed ()")
        os.kill(int((home / "data" / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0]), signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            made.execute("SELECT pg_sleep(60)")
        with Embedded.open(home, FAST) as again, connect(again.conninfo(ADMIN, "postgres")) as connection:
            assert connection.execute("SELECT count(*) FROM flushed").fetchone() == (0,)


@posix
def test_what_is_left_of_a_killed_server_keeps_a_second_one_out(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of its processes lives on: two servers on the same data would ruin them, so the new one waits, with lock files or without."""
    copy_of_a_new_store(home)
    monkeypatch.setattr("store.embedded._WAIT", 0.5)
    with Embedded.open(home, FAST) as server, connect(server.conninfo(ADMIN, "postgres")) as connection:
        left = connection.info.backend_pid
        os.kill(left, signal.SIGSTOP)
        os.kill(int((home / "data" / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0]), signal.SIGKILL)
        for lock in (home / "data" / "postmaster.pid", _socket_folder(home) / ".s.PGSQL.5432.lock"):
            lock.unlink()
        try:
            with pytest.raises(StcError, match=r"shared memory block .* is still in use"):
                Embedded.open(home, FAST)
        finally:
            os.kill(left, signal.SIGKILL)
        Embedded.open(home, FAST).close()


def _many_at_once(home: Path) -> None:
    clients = [client(home) for _ in range(4)]
    assert [process.communicate(timeout=120)[0] for process in clients] == ["1\n"] * 4


@pytest.mark.skipif(not SYSTEM, reason="no PostgreSQL of the system on this machine")
def test_a_postgresql_of_the_system_does_as_well(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STC_PG_BIN", str(SYSTEM[-1]))
    # What speaks to other servers must not disturb this one.
    for name, value in {"PGHOST": "nowhere", "PGPASSWORD": "x", "PGUSER": "x", "PGPORT": "1", "PGSSLMODE": "require"}.items():
        monkeypatch.setenv(name, value)
    copy_of_a_new_store(home)
    with open_store(Target(home, "anna")) as store:
        assert store.value("SELECT current_setting('server_version_num')::int / 10000") == find_binaries().major
        assert store.value("SELECT stc_person()") == "anna"
        assert store.value("SELECT count(*) FROM smalltalk_training_examples") == 0
    assert not running(home)
    monkeypatch.setattr("store.binaries._all", lambda: iter([Binaries(Path("/nowhere"), 99)]))
    with pytest.raises(StcError, match="here is 99"), open_store(Target(home, "anna")):
        pass


def test_a_long_path_gets_a_short_socket(home: Path) -> None:
    deep = home / ("d" * 60) / ("e" * 60)
    deep.parent.mkdir(parents=True, mode=0o711)
    home.chmod(0o711)
    copy_of_a_new_store(deep)
    with Embedded.open(deep, FAST) as server, connect(server.conninfo()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="about root")
def test_root_is_told_where_its_server_cannot_reach(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(StcError, match="STC_DATA"):
        Embedded.open(tmp_path / "store")


def test_no_postgresql_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STC_PG_BIN", str(tmp_path))
    with pytest.raises(StcError, match=r"stc\[store\]"):
        find_binaries()


# Servers of a team


@pytest.mark.parametrize(
    "dsn", ["postgresql://db.house.example/stc", "host=db.house.example", "host=localhost,db.house.example", "service=stc"]
)
def test_another_machine_must_show_who_it_is(dsn: str) -> None:
    assert psycopg.conninfo.conninfo_to_dict(checked_dsn(dsn))["sslmode"] == "verify-full"


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca"])
def test_less_needs_a_reason(mode: str) -> None:
    with pytest.raises(BadInputError, match="read along"):
        checked_dsn(f"host=db.house.example sslmode={mode}")
    assert f"sslmode={mode}" in checked_dsn(f"host=db.house.example sslmode={mode}", "a wire of our own")


@pytest.mark.parametrize(
    "dsn", ["", "dbname=stc", "host=localhost", "host=127.0.0.1", "postgresql://[::1]/stc", "host=/var/run/postgresql"]
)
def test_this_machine_needs_no_certificate(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    assert "sslmode" not in checked_dsn(dsn)


def test_the_environment_can_lead_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db.house.example")
    assert "verify-full" in checked_dsn("dbname=stc")


def test_passwords_are_seen_and_not_shown() -> None:
    dsn = "postgresql://anna:hush@db.house.example:5433/stc"
    assert has_password(dsn)
    assert not has_password("postgresql://anna@db.house.example/stc")
    assert shown(dsn) == "host=db.house.example port=5433 dbname=stc user=anna"
    assert "hush" not in shown("postgresql://anna:hush@[broken")
    assert "hush" not in repr(Target(Path(), "anna", dsn, password="hush"))
    with pytest.raises(BadInputError) as refused:
        checked_dsn("postgresql://anna:hush@[broken")
    assert "hush" not in str(refused.value)


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(StcError, match=r"host=127\.0\.0\.1 port=1 "), connect("host=127.0.0.1 port=1 user=anna password=hush"):
        pass
