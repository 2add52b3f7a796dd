"""Everything in the store as one stream that a person can take along, and back from it: tables as COPY writes them, in a tar file.

The stream can go through any program on its way: `stc store backup - | age -r KEY > store.tar.age`. A backup of an older schema can be
restored too, and is then brought up to date.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Any

import psycopg
from psycopg import Copy, sql

from store import audit
from store.db import Connection, Store
from store.migrate import migrate, migrations, version
from stparse.issue import BadInputError, StcError

TABLES = (
    "review_policy",
    "datasets",
    "smalltalk_training_examples",
    "dataset_examples",
    "example_decisions",
    "training_feedback",
    "rag_to_training_queue",
    "exports",
    "export_examples",
    "audit_members",
    "lora_training_runs",
    "models",
    "evaluation_reports",
    "model_aliases",
    "promotions",
    "forgotten_people",
    "audit_names",
    "audit_resealed",
    "audit_log",
    "audit_head",
)
"""In an order in which each stands on those before it."""
_FORMAT = 1
_CHUNK = 8 << 20
_LAST = "end.json"


@dataclass(frozen=True, slots=True)
class Backup:
    """What is in a backup: rows by table, the version of the schema, and the end of the audit trail."""

    version: int
    rows: dict[str, int]
    head: audit.Head


def backup(store: Store, out: IO[bytes]) -> Backup:
    """Write everything, as it was at one moment, to `out`, which need not be a file."""
    rows: dict[str, int] = {}
    seen = hashlib.sha256()
    with tarfile.open(fileobj=out, mode="w|gz") as tar, store.transaction(snapshot=True) as connection:
        number = version(connection)
        _add(tar, "begin.json", json.dumps({"tool": "stc store", "format": _FORMAT, "version": number}).encode())
        for table in _present(connection):
            names = _columns(connection, table)
            _add(tar, f"{table}/columns.json", json.dumps(names).encode())
            for place, chunk in enumerate(_chunks(connection, table, names)):
                seen.update(chunk)
                _add(tar, f"{table}/{place:06}.copy", chunk)
            rows[table] = _count(connection, table)
        row = connection.execute("SELECT seq, hash FROM audit_head").fetchone()
        head = audit.Head(*row) if row else audit.Head(0, "")
        said = {"rows": rows, "digest": seen.hexdigest(), "audit": {"seq": head.seq, "hash": head.hash}}
        _add(tar, _LAST, json.dumps(said).encode())
    return Backup(number, rows, head)


def restore(owner: Store, source: IO[bytes]) -> Backup:
    """Fill an empty database from a backup, whole or not at all. Raises BadInputError for what is no backup, or is cut off."""
    connection = owner.connection
    if version(connection) and any(_count(connection, table) for table in ("datasets", "training_feedback", "lora_training_runs")):
        raise BadInputError("this store holds something; a backup is restored into an empty one: a new database, or a new STC_DATA")
    try:
        with tarfile.open(fileobj=source, mode="r|*") as tar:
            members = iter(tar)
            begin = _json(tar, next(members))
            if begin.get("format") != _FORMAT:
                raise BadInputError(f"this backup is of format {begin.get('format')}, this stc reads {_FORMAT}")
            number = int(begin["version"])
            if number > len(migrations()):
                raise BadInputError(
                    f"this backup has version {number} of the schema, this stc knows {len(migrations())}; install a newer stc"
                )
            if version(connection) > number:
                raise BadInputError(f"the empty store has version {version(connection)} of the schema already; restore into a new database")
            # In one transaction: who is killed between the tables and the rows leaves no store of an older version that is empty.
            with owner.transaction("restore") as connection:
                migrate(connection, migrations()[:number])
                done = _fill(connection, tar, members, number)
                migrate(connection)
    except (tarfile.TarError, zlib.error, EOFError, StopIteration, ValueError, KeyError, TypeError) as error:
        raise BadInputError(f"this is no whole backup of a store ({error}); nothing was restored") from error
    except (psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError) as error:
        # Where in the rows it is, psycopg would say with what is in them.
        raise BadInputError(f"this backup is not as it was written ({type(error).__name__}); nothing was restored") from error
    return done


def _fill(connection: Connection, tar: tarfile.TarFile, members: Iterator[tarfile.TarInfo], number: int) -> Backup:
    seen = hashlib.sha256()
    present = _present(connection)
    for table in present:
        connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
    for table in ("review_policy", "audit_head"):
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
    end = _copy_in(connection, tar, members, present, seen)
    rows = rows_of(connection)
    if seen.hexdigest() != end["digest"] or rows != end["rows"]:
        raise BadInputError("this backup is not as it was written; nothing was restored")
    for table in ("example_decisions", "promotions"):
        if table in present:
            connection.execute(
                sql.SQL("SELECT setval(pg_get_serial_sequence({0}, 'id'), greatest(max(id), 1), max(id) IS NOT NULL) FROM {1}").format(
                    sql.Literal(table), sql.Identifier(table)
                )
            )
    _enable(connection)
    return Backup(number, rows, audit.Head(**end["audit"]))


def _copy_in(
    connection: Connection, tar: tarfile.TarFile, members: Iterator[tarfile.TarInfo], present: list[str], seen: Any
) -> dict[str, Any]:
    """Fill the tables; answer the last member, which says what there must be."""
    # One statement a table: a row may stand on others that come later in it.
    with ExitStack() as statement:
        copy: Copy | None = None
        for member in members:
            table, _, part = member.name.partition("/")
            if member.name == _LAST:
                return dict(_json(tar, member))
            if table not in present:
                raise BadInputError(f"this backup holds {member.name}, which is no table of the store")
            if part == "columns.json":
                statement.close()
                copy = statement.enter_context(connection.cursor().copy(_copy(table, list(_json(tar, member)), out=False)))
            elif copy is not None:
                file = tar.extractfile(member)
                data = file.read() if file else b""
                seen.update(data)
                copy.write(data)
    raise BadInputError("this backup is cut off; nothing was restored")


def _enable(connection: Connection) -> None:
    """Switch the triggers on again, those of the audit for every role."""
    found = connection.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D' ORDER BY 1, 2"
    ).fetchall()
    for table, name in found:
        always = name.startswith("audit_") or (name == "stays" and table not in ("smalltalk_training_examples", "lora_training_runs"))
        command = sql.SQL("ALTER TABLE {} ENABLE " + ("ALWAYS " if always else "") + "TRIGGER {}")
        connection.execute(command.format(sql.Identifier(table), sql.Identifier(name)))


def _present(connection: Connection) -> list[str]:
    """Answer the tables that this version of the schema has."""
    rows = connection.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'").fetchall()
    there = {name for (name,) in rows}
    return [table for table in TABLES if table in there]


def _columns(connection: Connection, table: str) -> list[str]:
    query = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
    return [name for (name,) in connection.execute(query, [table]).fetchall()]


def _chunks(connection: Connection, table: str, names: list[str]) -> Iterator[bytes]:
    """Yield a table as COPY writes it, in pieces of whole lines."""
    held = io.BytesIO()
    with connection.cursor().copy(_copy(table, names, out=True)) as copy:
        for line in copy:
            held.write(line)
            if held.tell() >= _CHUNK:
                yield held.getvalue()
                held = io.BytesIO()
    if held.tell():
        yield held.getvalue()


def _copy(table: str, names: list[str], *, out: bool) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    return sql.SQL("COPY {} ({}) " + ("TO STDOUT" if out else "FROM STDIN")).format(sql.Identifier(table), columns)


def rows_of(connection: Connection) -> dict[str, int]:
    """Answer how many rows each table has."""
    return {table: _count(connection, table) for table in _present(connection)}


def _count(connection: Connection, table: str) -> int:
    if connection.execute("SELECT to_regclass(%s)", [table]).fetchone() == (None,):
        return 0
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    if row is None:
        raise StcError(f"{table} cannot be counted")
    return int(row[0])


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    tar.addfile(member, io.BytesIO(data))


def _json(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Any:
    file = tar.extractfile(member)
    return json.loads(file.read() if file else b"")
