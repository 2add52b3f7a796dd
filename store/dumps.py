"""Backups as PostgreSQL's own programs write and read them, for who keeps all databases of a house in that one way.

What they cannot do, and backup.py can: be restored by an older PostgreSQL, or for an owner of another name.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from typing import IO

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from store import audit
from store.backup import Backup, rows_of
from store.binaries import program_of
from store.db import APPLICATION, ROLES, Connection, Store, give, is_member
from store.migrate import close_to_others, migrate, version
from store.programs import running
from stparse.issue import BadInputError, StcError

MAGIC = b"PGDMP"
_KNOWN = frozenset(
    ("host", "hostaddr", "port", "dbname", "user", "passfile", "options", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl")
)
"""What a program of any version understands of a connection; a newer libpq, which is ours, says more than an older one takes."""


def dump(store: Store, out: IO[bytes]) -> Backup:
    """Write everything, as it was at one moment, to `out`, which has a descriptor; by a pg_dump of the server's version, or StcError."""
    with store.transaction(snapshot=True) as connection:
        command, env = _command("pg_dump", connection)
        # What is told of it is of the very moment that is dumped.
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        out.flush()
        with running([*command, "--format=custom", f"--snapshot={row[0]}"], stdin=subprocess.DEVNULL, stdout=out, env=env):
            pass
        return Backup(version(connection), rows_of(connection), audit.head(store))


def restore_dump(owner: Store, source: IO[bytes]) -> Backup:
    """Fill a database that has no tables from a dump, whole or not at all. Raises BadInputError where that is not so."""
    connection = owner.connection
    if connection.execute("SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace LIMIT 1").fetchone() is not None:
        raise BadInputError(
            "a dump of pg_dump brings its own tables, and this database has some: restore it into a new one, or a new STC_DATA"
        )
    command, env = _command("pg_restore", connection)
    _make_roles(connection)
    # A dump does not say who may connect; before it comes, so that it is never there open to all.
    close_to_others(connection)
    whole = [*command, "--no-owner", "--exit-on-error", "--single-transaction"]
    try:
        with running(whole, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=env) as process:
            assert process.stdin is not None
            # It stops reading when it has all that it needs, which may be before the end.
            with suppress(BrokenPipeError):
                shutil.copyfileobj(source, process.stdin)
                process.stdin.close()
    except StcError as error:
        raise BadInputError(
            f"this dump cannot be restored here ({error}); nothing was. It must be whole, of no newer PostgreSQL, and of an owner who is "
            f"called {connection.info.user} too; a backup with --format copy goes anywhere"
        ) from error
    found = Backup(version(connection), rows_of(connection), audit.head(owner))
    migrate(connection)
    return found


def _command(program: str, connection: Connection) -> tuple[list[str], dict[str, str]]:
    """Answer a command with the connection that is meant, and its environment, in which the password is: in no list of processes."""
    env = {name: value for name, value in os.environ.items() if name != "PGPASSWORD"}
    if connection.info.password:
        env["PGPASSWORD"] = connection.info.password
    told = {name: value for name, value in connection.info.get_parameters().items() if name in _KNOWN}
    return [str(program_of(program, connection.info.server_version // 10000)), f"--dbname={make_conninfo(**told)}"], env


def _make_roles(connection: Connection) -> None:
    """Make the roles of the house that a dump grants to and does not hold."""
    for role in (*ROLES, APPLICATION):
        if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
    # Who owns the tables speaks for others too, as in a store that was made by migrations.
    if not is_member(connection, connection.info.user, APPLICATION):
        with suppress(psycopg.errors.InsufficientPrivilege):
            give(connection, connection.info.user, (APPLICATION,))
