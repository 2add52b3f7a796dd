"""The embedded store as it works on Windows and macOS, as far as Linux can show it: on a port, with locks on bytes, told by `ps`."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from storing import FOLDER, copy_of_a_new_store

from stc import storing as stc_storing
from store import binaries, embedded
from store.accounts import Account
from store.db import connect
from store.embedded import Embedded
from stparse.issue import StcError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it is shown on Linux, and is so elsewhere")
FAST = {"fsync": "off"}


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Answer a folder with the data of a new store, whose launcher takes this machine for one with Windows."""
    with tempfile.TemporaryDirectory(dir=os.environ[FOLDER]) as folder:
        Path(folder).chmod(0o711)
        copy_of_a_new_store(Path(folder) / "store")
        (Path(folder) / "store" / "data" / "stc.conf").unlink(missing_ok=True)
        monkeypatch.setattr("store.embedded.sys", SimpleNamespace(platform="win32"))
        yield Path(folder) / "store"


def port_of(server: Embedded) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(server.conninfo())["port"])


def test_a_server_on_a_port(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One story: the port that was free a moment ago is taken, others join, it is killed and comes back, and it stops."""
    free = embedded._free_port
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = iter([taken.getsockname()[1]])
        monkeypatch.setattr(embedded, "_free_port", lambda: next(ports, None) or free())
        with Embedded.open(home, FAST) as server, Embedded.open(home) as other:
            assert port_of(server) == port_of(other) != str(taken.getsockname()[1])
            with connect(server.conninfo()) as connection:
                assert connection.execute("SELECT inet_server_addr()::text").fetchone() == ("127.0.0.1/32",)
            os.kill(int((home / "data" / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0]), signal.SIGKILL)
            with Embedded.open(home, FAST) as again, connect(again.conninfo()) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not (home / "data" / "postmaster.pid").exists()


def test_a_stranger_on_its_port_is_not_told_the_password(home: Path) -> None:
    """After a restart of the machine another program listens there, and asks for the password in plain text."""
    heard = []

    def ask(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                with listening.accept()[0] as client:
                    heard.append(client.recv(4096))
                    client.sendall(b"R" + struct.pack("!ii", 8, 3))
                    heard.append(client.recv(4096))

    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        (home / "data" / "stc.conf").write_text(f"port = '{stranger.getsockname()[1]}'\n", encoding="utf-8")
        listening = threading.Thread(target=ask, args=(stranger,), daemon=True)
        listening.start()
        with Embedded.open(home, FAST) as server, connect(server.conninfo()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            assert port_of(server) != str(stranger.getsockname()[1])
        stranger.shutdown(socket.SHUT_RDWR)
        listening.join()
    passwords = [line.split(":")[4] for line in (home / "pgpass").read_text(encoding="ascii").splitlines()]
    assert len(heard) >= 2
    assert not any(password.encode() in said for said in heard for password in passwords)


# Windows locks bytes, and each process its own: here by the locks that POSIX has on bytes, which processes do not share either.
ON_BYTES = """
import fcntl, os, sys, types
def locking(file, mode, size):
    kind = {0: fcntl.LOCK_UN, 1: fcntl.LOCK_EX, 2: fcntl.LOCK_EX | fcntl.LOCK_NB}[mode]
    fcntl.lockf(file, kind, size, os.lseek(file, 0, os.SEEK_CUR))
sys.modules["msvcrt"] = types.SimpleNamespace(locking=locking, LK_UNLCK=0, LK_LOCK=1, LK_NBLCK=2)
sys.platform = "win32"
from pathlib import Path
from store.locks import Presence, alone
here = Presence(Path(sys.argv[1]) / "clients")
print("here", flush=True)
for line in sys.stdin:
    with alone(Path(sys.argv[1]) / "lock"):
        print(here.close(), flush=True)
"""


def test_the_last_of_three_is_told_so_by_locks_on_bytes(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    command = [sys.executable, "-c", ON_BYTES, str(tmp_path)]
    people = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) for _ in range(3)]
    for one in people:
        assert one.stdout is not None
        assert one.stdout.readline() == "here\n"
    people[1].kill()
    people[1].communicate()
    told = [one.communicate("leave\n")[0] for one in (people[0], people[2])]
    assert told == ["True\n" if n else "False\n" for n in range(2)]


@pytest.mark.skipif(shutil.which("ps") is None, reason="no program ps")
def test_a_process_as_macos_tells_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "Path", lambda said: Path("/nowhere" if said == "/proc" else said))
    monkeypatch.setattr("store.embedded.sys", SimpleNamespace(platform="darwin"))
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        assert embedded._process(str(stranger.pid))[0] == "sleep"
        stranger.kill()
        while not embedded._process(str(stranger.pid))[1].startswith("Z"):
            pass
    finally:
        stranger.wait()
    assert embedded._process(str(stranger.pid)) == ("", "")


def test_postgresql_is_found_by_patterns_that_begin_at_the_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for version in ("15", "16"):
        (tmp_path / "Program Files" / version / "bin").mkdir(parents=True)
    monkeypatch.delenv("STC_PG_BIN", raising=False)
    monkeypatch.setattr(binaries, "_SYSTEM", (str(tmp_path / "Program Files" / "*" / "bin"),))
    found = [folder for folder in binaries._folders() if tmp_path in folder.parents]
    assert [folder.parent.name for folder in found] == ["16", "15"]


def test_a_name_where_nothing_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STC_USER", "LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(sys.modules, "pwd", None)
    assert stc_storing.speaker() == "unknown"


def test_a_program_that_does_not_end(tmp_path: Path) -> None:
    with pytest.raises(StcError, match="sleep did not end within 0 s"):
        Account().run(["sleep", "60"], tmp_path / "log", timeout=0.1)
