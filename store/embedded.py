"""A PostgreSQL of one's own that starts when stc needs it and stops with the last stc process: nothing to install, no service, no root.

    with Embedded.open(folder) as server:
        psycopg.connect(server.conninfo(USER))

The folder holds the data, the passwords (0600, a passfile of libpq), the log, and two locks: `lock`, who starts or stops it; `clients`,
who uses it. Both end with their process, so a client that was killed keeps nothing alive, and the next one to leave stops the server.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from store.accounts import Account, server_account
from store.binaries import Binaries, find_binaries
from store.locks import Presence, alone
from stparse.issue import StcError

ADMIN, OWNER, USER = "postgres", "stc_owner", "stc"
"""The superuser, for nothing but this module; who owns the tables; who does the daily work, with the rights of all four roles."""
DATABASE = "stc"
_WAIT = 60.0
_LONGEST_SOCKET = 90
# The last is a fault of PostgreSQL (bug 17731): a table without a log was being made when the server was killed. The next start succeeds.
_PASSES = r"lock file .* already exists|shared memory block|starting up|could not create file .*: File exists|could not bind"
_LAUNCHER = "launcher.log"
_SOCKET = ".s.PGSQL.5432"


class Embedded:
    """A server that runs, and that this process uses until `close`."""

    def __init__(self, launcher: _Launcher, folder: Path, presence: Presence, port: int) -> None:
        self.folder, self.binaries = folder, launcher.binaries
        self._launcher, self._presence, self._port = launcher, presence, port

    @classmethod
    def open(cls, folder: Path, settings: dict[str, str] | None = None) -> Embedded:
        """Start the server of `folder`, or join it. `settings` are added to its configuration when it starts.

        Raises StcError, with the last lines of the server's log, if it does not start.
        """
        launcher = _Launcher(folder.absolute(), settings or {})
        launcher.prepare()
        with alone(folder / "lock"):
            presence = Presence(folder / "clients")
            try:
                port = launcher.start()
            except BaseException:
                presence.close()
                raise
        return cls(launcher, folder.absolute(), presence, port)

    def conninfo(self, user: str = USER, dbname: str = DATABASE) -> str:
        """Answer how to connect as one of ADMIN, OWNER, USER; the password is in the passfile that it names."""
        return _conninfo(self.folder, self._port, user, dbname)

    def close(self) -> None:
        """Leave the server; the last one to leave stops it."""
        with alone(self.folder / "lock"):
            if self._presence.close():
                self._launcher.stop()

    def __enter__(self) -> Embedded:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class _Launcher:
    """Makes, starts and stops the server of one folder; whoever calls it is alone."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self._folder, self._settings = folder, settings
        self._account: Account = server_account()
        self._data, self._log = folder / "data", folder / "server.log"
        self.binaries = self._reachable(find_binaries(self._major()))

    def prepare(self) -> None:
        """Make the folder, where nobody but its owner (and the server's account) can come in."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._folder.chmod(0o700 if self._account.uid is None else 0o711)
        except OSError as error:
            raise StcError(f"{self._folder} cannot be used for the store ({error.strerror}); name another folder with STC_DATA") from error
        if self._account.uid is not None and not _reaches(self._account, self._folder):
            raise StcError(
                f"the server does not run as root, and its account cannot reach {self._folder}; set STC_DATA, say to /var/lib/stc"
            )

    def start(self) -> int:
        """Answer the port of the running server; start it where it does not run."""
        if not (self._data / "PG_VERSION").is_file():
            self._make()
        port = self._answers()
        if port is None:
            port = self._start()
        if not (self._folder / "ready").is_file():
            self._provision(port)
        return port

    def stop(self) -> None:
        """Stop the server, and only if it answers: the process that postmaster.pid names may by now be somebody else's."""
        if self._answers() is not None:
            self._control("stop", "-m", "fast", "-w", "-t", "60")

    def _major(self) -> int | None:
        version = self._data / "PG_VERSION"
        return int(version.read_text(encoding="ascii")) if version.is_file() else None

    def _reachable(self, binaries: Binaries) -> Binaries:
        """Answer binaries that the server's account may run: the very ones, or a copy where a folder above them is closed to it."""
        if self._account.uid is None or self._account.can_run(binaries.program("postgres")):
            return binaries
        copy = self._folder / f"postgresql-{binaries.major}"
        if not copy.is_dir():
            partial = copy.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            shutil.copytree(binaries.folder.parent, partial, symlinks=True)
            partial.rename(copy)
        return Binaries(copy / "bin", binaries.major)

    def _make(self) -> None:
        """Make the data in a folder beside, and move it to its place when it is whole."""
        partial = self._folder / "data.partial"
        shutil.rmtree(partial, ignore_errors=True)
        passwords = {user: secrets.token_urlsafe(32) for user in (ADMIN, OWNER, USER)}
        _write_private(self._folder / "pgpass", "".join(f"*:*:*:{user}:{password}\n" for user, password in passwords.items()))
        told = self._folder / "password.partial"
        _write_private(told, passwords[ADMIN])
        self._account.own(told)
        partial.mkdir(mode=0o700)
        self._account.own(partial)
        try:
            command = ("-D", partial, "-U", ADMIN, "--auth=scram-sha-256", f"--pwfile={told}", "--locale=C", "--encoding=UTF8")
            fast = ("--no-sync",) if self._settings.get("fsync") == "off" else ()
            if self._run("initdb", *command, *fast, "--no-instructions", "--data-checksums") != 0:
                raise StcError(f"the store's data could not be made in {self._folder} (STC_DATA names another):\n{self._last_words()}")
        finally:
            told.unlink()
        with (partial / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\ninclude 'stc.conf'\n")
        (self._folder / "ready").unlink(missing_ok=True)
        partial.rename(self._data)

    def _start(self) -> int:
        deadline = time.monotonic() + _WAIT
        while True:
            # Another program may be given the port between this moment and the start.
            port = 5432 if sys.platform != "win32" else _free_port()
            self._configure(port)
            self._forget_stranger()
            begun = _size(self._log), _size(self._folder / _LAUNCHER)
            code = self._control("start", "-w", "-t", "60", "-l", self._log)
            if code == 0 or self._answers() is not None:
                return port
            said = self._last_words(*begun)
            if time.monotonic() > deadline or not re.search(_PASSES, said):
                todo = f"; make room in {self._folder}, or name another folder with STC_DATA" if "No space left" in said else ""
                raise StcError(f"the store's server does not start{todo}:\n{said}")
            time.sleep(0.2)

    def _configure(self, port: int) -> None:
        place = _socket_folder(self._folder)
        if sys.platform != "win32":
            _make_socket_folder(place, self._account)
        settings = {
            "listen_addresses": "127.0.0.1" if sys.platform == "win32" else "",
            "port": str(port),
            "unix_socket_directories": "" if sys.platform == "win32" else '"' + str(place).replace('"', '""') + '"',
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "password_encryption": "scram-sha-256",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "lc_messages": "C",
            # What people write, and their passwords, have no business in a log.
            "log_statement": "none",
            "log_min_error_statement": "panic",
            "log_parameter_max_length_on_error": "0",
            **self._settings,
        }
        path = self._data / "stc.conf"
        path.write_text(
            "".join(f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items()), encoding="utf-8"
        )
        self._account.own(path)
        self._log.touch(mode=0o600)
        self._account.own(self._log)

    def _provision(self, port: int) -> None:
        """Make the two logins and the database; may be done again after an interruption."""
        passwords = dict(line.split(":")[3:5] for line in (self._folder / "pgpass").read_text(encoding="ascii").splitlines())
        with psycopg.connect(_conninfo(self._folder, port, ADMIN, "postgres"), autocommit=True) as connection:
            for user, rights in ((OWNER, sql.SQL("CREATEROLE")), (USER, sql.SQL("NOCREATEROLE"))):
                if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [user]).fetchone():
                    connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(user)))
                secret = connection.pgconn.encrypt_password(passwords[user].encode(), user.encode(), b"scram-sha-256").decode()
                command = sql.SQL("ALTER ROLE {} LOGIN {} PASSWORD {}")
                connection.execute(command.format(sql.Identifier(user), rights, sql.Literal(secret)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
        (self._folder / "ready").touch()

    def _answers(self) -> int | None:
        """Answer the port on which the server of this folder answers, None where none does. It keeps trying while one starts up or ends."""
        port = self._port_now()
        deadline = time.monotonic() + _WAIT
        while port is not None:
            try:
                with psycopg.connect(_conninfo(self._folder, port, ADMIN, "postgres"), connect_timeout=10) as connection:
                    found = connection.execute("SHOW data_directory").fetchone()
                return port if found and Path(found[0]).resolve() == self._data.resolve() else None
            except psycopg.OperationalError as error:
                if not re.search("starting up|shutting down|recovery mode|too many clients", str(error)) or time.monotonic() > deadline:
                    return None
                time.sleep(0.1)
        return None

    def _port_now(self) -> int | None:
        """Answer the port that the last server was given."""
        if sys.platform != "win32":
            return 5432 if (_socket_folder(self._folder) / _SOCKET).exists() else None
        path = self._data / "stc.conf"
        said = re.search(r"^port = '(\d+)'", path.read_text(encoding="utf-8") if path.is_file() else "", re.MULTILINE)
        return int(said[1]) if said else None

    def _forget_stranger(self) -> None:
        """Remove the lock files of a server that is long gone: its number now belongs to another program, or to nothing but a zombie.

        A zombie stays where nobody asks how a process ended, as in a container whose first process is no init. Nothing is killed, and
        as long as a process of that server still has its shared memory, PostgreSQL does not start on these data, lock file or not.
        """
        for path in (self._data / "postmaster.pid", _socket_folder(self._folder) / f"{_SOCKET}.lock"):
            pid = path.read_text(encoding="utf-8").split("\n", 1)[0].strip() if path.is_file() else ""
            name, state = _process(pid)
            if name and (name not in ("postgres", "postmaster") or state.startswith("Z")):
                path.unlink()

    def _control(self, *words: str | Path) -> int:
        return self._run("pg_ctl", "-D", self._data, *words)

    def _run(self, name: str, *words: str | Path) -> int:
        return self._account.run((self.binaries.program(name), *words), self._folder / _LAUNCHER)

    def _last_words(self, log: int = 0, launcher: int = 0) -> str:
        """Answer what the programs and the server said last, from these places in their logs on."""
        told = []
        for path, start in ((self._folder / _LAUNCHER, launcher), (self._log, log)):
            if path.is_file():
                told += path.read_bytes()[start:].decode("utf-8", "replace").splitlines()[-8:]
        return "\n".join(told)


def _conninfo(folder: Path, port: int, user: str, dbname: str) -> str:
    host = "127.0.0.1" if sys.platform == "win32" else str(_socket_folder(folder))
    # Empty is not the same as absent: PGPASSWORD and the like are meant for another server.
    told = {"host": host, "hostaddr": "", "user": user, "dbname": dbname, "password": "", "options": ""}
    if sys.platform == "win32":
        # By now another program may listen on that port: it must prove that it knows the password, and is not told it.
        told["require_auth"] = "scram-sha-256"
    return make_conninfo(**told, port=port, passfile=str(folder / "pgpass"), sslmode="disable")


def _socket_folder(folder: Path) -> Path:
    """Answer where the socket is: in the folder, or under a short name where a socket's path may not be so long, or a comma is in it."""
    near = folder / "run"
    # A comma divides hosts for libpq.
    if len(os.fsencode(near)) <= _LONGEST_SOCKET and "," not in str(near):
        return near
    return Path(tempfile.gettempdir()) / f"stc-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"


def _make_socket_folder(place: Path, account: Account) -> None:
    place.mkdir(mode=0o700, exist_ok=True)
    mine = {os.geteuid() if sys.platform != "win32" else 0, account.uid}
    found = place.lstat()
    if place.is_symlink() or found.st_uid not in mine:
        raise StcError(f"{place} belongs to somebody else, and the store's socket is not put there; set STC_DATA to a shorter path")
    place.chmod(0o700)
    account.own(place)


def _reaches(account: Account, folder: Path) -> bool:
    """Whether the server's account may go through every folder down to `folder`."""
    return all(path.stat().st_mode & 0o001 or path.stat().st_uid == account.uid for path in (folder, *folder.parents))


def _process(pid: str) -> tuple[str, str]:
    """Answer the name and the state of a process; nothing where there is none, or on Windows, where PostgreSQL finds out by itself."""
    stat = Path("/proc") / (pid or "-") / "stat"
    if stat.is_file():
        said = re.search(r"\((.*)\) (\S)", stat.read_text(encoding="utf-8"), re.DOTALL)
        return (said[1], said[2]) if said else ("", "")
    ps = shutil.which("ps") if sys.platform == "darwin" else None
    if ps is None or not pid.isdigit():
        return "", ""
    told = subprocess.run([ps, "-o", "stat=", "-o", "comm=", "-p", pid], capture_output=True, text=True, check=False).stdout.split(None, 1)
    return (Path(told[1].strip()).name, told[0]) if len(told) > 1 else ("", "")


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _write_private(path: Path, text: str) -> None:
    partial = path.with_name(f"{path.name}.new")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii", newline="\n") as file:
        file.write(text)
    partial.replace(path)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
