"""The schema, by numbered files that are applied once, in order, all that wait in one transaction: migrations/NNN_name.sql."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from stparse.issue import StcError

FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_326_001
_TABLE = """CREATE TABLE IF NOT EXISTS schema_migrations (
    number integer PRIMARY KEY, name text NOT NULL, digest text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(), applied_by text NOT NULL DEFAULT session_user)"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its number, name and text; the digest does not depend on the line ends that git wrote."""

    number: int
    name: str
    text: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text).hexdigest()


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """Answer the files in order. Raises StcError for a gap in the numbers or a name that has none."""
    found: list[Migration] = []
    for path in sorted(folder.glob("*.sql")):
        named = re.fullmatch(r"(\d{3})_\w+", path.stem)
        if named is None or int(named[1]) != len(found) + 1:
            raise StcError(f"{path}: the next migration is called {len(found) + 1:03}_something.sql")
        found.append(Migration(int(named[1]), path.stem, path.read_bytes().replace(b"\r\n", b"\n")))
    return found


def migrate(connection: psycopg.Connection[Any], files: list[Migration] | None = None) -> list[Migration]:
    """Bring the database to the newest version, or leave it as it is; answer what was applied. The connection is in autocommit mode.

    Several processes may do this at once. Raises StcError for a file that was edited after it was applied, and for a newer database.
    """
    files = migrations() if files is None else files
    connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        with connection.transaction():
            connection.execute(_TABLE)
            waiting = _waiting(connection, files)
            for file in waiting:
                connection.execute(file.text)
                connection.execute(
                    "INSERT INTO schema_migrations (number, name, digest) VALUES (%s, %s, %s)", [file.number, file.name, file.digest]
                )
        return waiting
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidSchemaName) as error:
        # Who has no role at all does not even see the schema.
        said = str(error).split("\n", 1)[0]
        raise StcError(f"this login may not make the store's tables and roles ({said}); its owner runs: stc store init") from error
    finally:
        if not connection.closed and not connection.broken:
            connection.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def close_to_others(connection: psycopg.Connection[Any]) -> None:
    """Take from everybody but the roles of the house what a new database lets them: a dump that was restored has lost that."""
    connection.execute("""DO $$ BEGIN
        EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO developers, users, ml_engineers, reviewers, stc_app', current_database());
    END $$""")


def version(connection: psycopg.Connection[Any]) -> int:
    """Answer how many migrations the database has; 0 for an empty one."""
    if connection.execute("SELECT to_regclass('schema_migrations')").fetchone() == (None,):
        return 0
    row = connection.execute("SELECT coalesce(max(number), 0) FROM schema_migrations").fetchone()
    return int(row[0]) if row else 0


def _waiting(connection: psycopg.Connection[Any], files: list[Migration]) -> list[Migration]:
    applied = connection.execute("SELECT number, name, digest FROM schema_migrations ORDER BY number").fetchall()
    if len(applied) > len(files):
        raise StcError(f"the store has {len(applied)} migrations, this stc knows {len(files)}: install a newer stc")
    for (number, name, digest), file in zip(applied, files, strict=False):
        if (number, digest) != (file.number, file.digest):
            raise StcError(f"migration {name} is not what was applied to this store; a change of the schema is a new file")
    return files[len(applied) :]
