"""The way into the store: the team's server where one is named, else the embedded one; and who is speaking.

with open_store(Target(folder, person="anna")) as store:
    with store.transaction("why it is done") as connection:
        connection.execute("SELECT count(*) FROM smalltalk_training_examples")
"""

from __future__ import annotations

import functools
import json
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.rows import class_row

from store.embedded import OWNER, USER, Embedded
from store.migrate import migrate, migrations, version
from stparse.issue import BadInputError, StcError

Connection = psycopg.Connection[Any]
T = TypeVar("T")
P = ParamSpec("P")
ROLES = ("developers", "users", "ml_engineers", "reviewers")
APPLICATION = "stc_app"
"""Of a login that speaks for people whom it names; the roles say what it may do."""
_VERIFIED = "verify-full"
_REMEDIES = {
    "password authentication failed|no password supplied": "; put the password of this login into ~/.pgpass, PGPASSWORD, or the keyring",
    "database .* does not exist": "; its owner makes it (createdb) and runs: stc store init",
    "role .* does not exist": "; the owner of the store makes logins: stc store grant NAME ROLE --new",
    "certificate verify failed|root certificate": "; sslrootcert= in the DSN names the CA that signed its certificate",
    "refused|resolve|No such file|timeout|timed out|unreachable": "; is STC_DSN (or [store] of stc.toml) right, and does the server run?",
}
_SPEAK = "SELECT set_config('stc.user', %s, true), set_config('stc.why', %s, true)"
QUEUE_LOCK = 7_326_002
"""Held by who takes examples out of the queue (review_take). Who ends the leases of many examples takes it first, so that the two never
wait for each other; who ends that of one example needs no other lock afterwards."""
TRIES = 4
"""How often a verb is begun, at most, that others got in the way of."""
_LOCAL = re.compile(r"localhost|127(\.\d{1,3}){3}|::1|/.*|@.*|")


@dataclass(frozen=True, slots=True)
class Target:
    """Which store: `dsn` of a server, or the embedded one in `folder`. `person` speaks; `insecure` is why TLS is not verified."""

    folder: Path
    person: str
    dsn: str | None = field(default=None, repr=False)
    insecure: str = ""
    password: str | None = field(default=None, repr=False)


class CollisionError(StcError):
    """The server ended a transaction so that another one could go on; nothing of it was done, and it can be done again."""


class Store:
    """A connection to the store, and in whose name things are done with it."""

    def __init__(self, connection: Connection, person: str) -> None:
        self.connection, self.person = connection, person

    @contextmanager
    def transaction(self, why: str = "", *, snapshot: bool = False) -> Iterator[Connection]:
        """All or nothing; the triggers are told who does it and why. What the server refuses becomes a StcError that says what to do.

        `snapshot` is for reading: all of it sees one state.
        """
        try:
            with self.connection.transaction():
                if snapshot:
                    self.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                self.connection.execute(_SPEAK, [clean(self.person), clean(why)])
                yield self.connection
        except psycopg.errors.InsufficientPrivilege as error:
            what = f"the store refuses this to {self.person}: {_first_line(error)}"
            raise StcError(f"{what}; roles: stc store grant; some things only the login that owns the store may do") from error
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedFunction) as error:
            # Who has no role cannot see that there is anything.
            raise StcError(f"the store shows nothing to {self.person}, permission denied; roles: stc store grant") from error
        except (psycopg.errors.CheckViolation, psycopg.errors.ForeignKeyViolation) as error:
            raise BadInputError(f"the store does not take this: {_first_line(error)}") from error
        except (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure) as error:
            raise CollisionError(f"others were in the way ({_first_line(error)}); nothing was done: do it again") from error
        except psycopg.errors.DiskFull as error:
            raise StcError("the disk of the store is full; nothing of this was done: make room there, and do it again") from error
        except psycopg.OperationalError as error:
            raise StcError(f"the store's server went away ({_first_line(error)}); what it confirmed is kept: do it again") from error

    def rows(self, kind: type[T], query: str, parameters: Any = None) -> list[T]:
        """Answer the rows of a query, each as a `kind`."""
        with self.transaction() as connection, connection.cursor(row_factory=class_row(kind)) as cursor:
            return cursor.execute(query.encode(), parameters).fetchall()

    def value(self, query: str, parameters: Any = None) -> Any:
        """Answer the first column of the first row."""
        with self.transaction() as connection:
            row = connection.execute(query.encode(), parameters).fetchone()
        return None if row is None else row[0]

    @property
    def speaks_for_others(self) -> bool:
        """Whether this login may say in whose name it acts; else it is the login itself, whatever `person` is."""
        return bool(self.value("SELECT pg_has_role(session_user, %s, 'MEMBER')", [APPLICATION]))

    def reads(self, relation: str) -> bool:
        """Whether the speaker may read a table or view."""
        return bool(self.value("SELECT coalesce(has_table_privilege(to_regclass(%s)::oid, 'SELECT'), false)", [relation]))


def again(verb: Callable[Concatenate[Store, P], T]) -> Callable[Concatenate[Store, P], T]:
    """Let a verb of one transaction be begun anew where it collided with others; not inside a transaction of the caller, who began more."""

    @functools.wraps(verb)
    def tried(store: Store, /, *args: P.args, **kwargs: P.kwargs) -> T:
        own = store.connection.info.transaction_status == TransactionStatus.IDLE
        for turn in range(1, TRIES + 1):
            try:
                return verb(store, *args, **kwargs)
            except CollisionError:
                if not own or turn == TRIES:
                    raise
                time.sleep(random.uniform(0.01, 0.1) * turn)  # noqa: S311 - so that two do not meet again
        raise AssertionError("the last try answers or raises")

    return tried


@contextmanager
def open_store(target: Target, *, owner: bool = False) -> Iterator[Store]:
    """Open the store. The embedded one is made and brought up to date by itself, a server is so by `stc store init`.

    `owner` opens the embedded store as the owner of its tables. Raises StcError where there is no way in, or the schema is another.
    """
    if target.dsn is None:
        with Embedded.open(target.folder) as server:
            with connect(server.conninfo(OWNER)) as connection:
                if version(connection) != len(migrations()):
                    migrate(connection)
                if not is_member(connection, USER, APPLICATION):
                    give(connection, USER, (*ROLES, APPLICATION))
            with connect(server.conninfo(OWNER if owner else USER)) as connection:
                yield Store(connection, target.person)
        return
    with connect(checked_dsn(target.dsn, target.insecure), target.password) as connection:
        if not owner:
            _refuse_other_schema(connection)
        store = Store(connection, target.person)
        if version(connection):
            # Who has a login of their own speaks by that name, whatever they are called on this machine.
            store.person = str(store.value("SELECT stc_person()"))
        yield store


@contextmanager
def open_empty(target: Target) -> Iterator[Store]:
    """Open a store as its owner, to be filled from a backup: nothing is made in it. Raises StcError where there is no way in."""
    if target.dsn is not None:
        with open_store(target, owner=True) as store:
            yield store
        return
    with Embedded.open(target.folder) as server, connect(server.conninfo(OWNER)) as connection:
        yield Store(connection, target.person)


@contextmanager
def connect(dsn: str, password: str | None = None, *, seconds: int = 20) -> Iterator[Connection]:
    """Open a connection in autocommit mode, or give up after some seconds. Raises StcError that names the server, never a password."""
    told = dsn if password is None else make_conninfo(dsn, password=password)
    try:
        connection: Connection = psycopg.connect(told, autocommit=True, connect_timeout=seconds, application_name="stc")
    except psycopg.OperationalError as error:
        said = " ".join(str(error).split())
        todo = next((todo for sign, todo in _REMEDIES.items() if re.search(sign, said)), "")
        raise StcError(f"the store at {shown(dsn)} cannot be opened: {said}{todo}") from error
    with connection:
        yield connection


def checked_dsn(dsn: str, insecure: str = "") -> str:
    """Answer `dsn` as it is used: for another machine the server's certificate is verified, unless a reason is given not to.

    Raises BadInputError for a DSN that is none, or that asks for less without a reason.
    """
    try:
        said = conninfo_to_dict(dsn)
    except psycopg.ProgrammingError as error:
        raise BadInputError("the DSN of the store cannot be read; write postgresql://HOST/DATABASE or host=HOST dbname=DATABASE") from error
    told = {name: str(value) for name, value in said.items() if value is not None}
    if _is_local(told):
        return make_conninfo(**told)
    mode = told.setdefault("sslmode", _VERIFIED)
    if mode != _VERIFIED and not insecure.strip():
        raise BadInputError(
            f"sslmode={mode} lets whoever is between you and {told.get('host', 'the server')} read along; leave it out, or say why: "
            'insecure = "REASON" in [store] of stc.toml, or STC_INSECURE'
        )
    if mode == _VERIFIED and "sslrootcert" not in told and not (_libpq_folder() / "root.crt").is_file():
        told["sslrootcert"] = "system"
    return make_conninfo(**told)


def has_password(dsn: str) -> bool:
    """Whether a DSN holds a password, which must not stand in a file or on a command line."""
    try:
        return bool(conninfo_to_dict(dsn).get("password"))
    except psycopg.ProgrammingError:
        return False


def shown(dsn: str) -> str:
    """Answer what may be said of a DSN: where it leads, and as whom."""
    try:
        said = conninfo_to_dict(dsn)
    except psycopg.ProgrammingError:
        return "(a DSN that cannot be read)"
    return " ".join(f"{name}={said[name]}" for name in ("host", "port", "dbname", "user") if said.get(name)) or "the default server"


def give(connection: Connection, person: str, roles: tuple[str, ...]) -> None:
    """Make the login `person` a member of roles."""
    for role in roles:
        command = sql.SQL("GRANT {} TO {}")
        connection.execute(command.format(sql.Identifier(role), sql.Identifier(person)))


def take(connection: Connection, person: str, roles: tuple[str, ...]) -> None:
    """End the membership of the login `person` in roles."""
    for role in roles:
        command = sql.SQL("REVOKE {} FROM {}")
        connection.execute(command.format(sql.Identifier(role), sql.Identifier(person)))


def clean(text: str) -> str:
    """Answer a text that PostgreSQL takes: NUL and halves of surrogate pairs become the replacement character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")


def json_text(value: object) -> str:
    """Answer a value as JSON that PostgreSQL takes. Raises BadInputError for numbers that are none (NaN, infinity)."""
    try:
        return json.dumps(_cleaned(json.loads(json.dumps(value, allow_nan=False, default=str))), ensure_ascii=False)
    except ValueError as error:
        raise BadInputError("a number that is none (NaN, infinity) cannot be stored; a run that gives one has failed") from error


def _cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        return {clean(key): _cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    return clean(value) if isinstance(value, str) else value


def _libpq_folder() -> Path:
    """Answer where libpq looks for certificates by itself."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home() / "AppData" / "Roaming")) / "postgresql"
    return Path.home() / ".postgresql"


def _is_local(told: dict[str, str]) -> bool:
    hosts = told.get("host", os.environ.get("PGHOST", "")), told.get("hostaddr", os.environ.get("PGHOSTADDR", ""))
    if "service" in told or "PGSERVICE" in os.environ:
        return False
    return all(_LOCAL.fullmatch(host.strip()) for hosts_of in hosts for host in hosts_of.split(","))


def is_member(connection: Connection, person: str, role: str) -> bool:
    """Whether the login `person` has a role."""
    row = connection.execute("SELECT pg_has_role(%s, %s, 'MEMBER')", [person, role]).fetchone()
    return bool(row and row[0])


def _refuse_other_schema(connection: Connection) -> None:
    found, known = version(connection), len(migrations())
    if found != known:
        todo = "its owner runs: stc store init" if found < known else "install a newer stc"
        todo += "; or this login has no role yet, and sees nothing: stc store grant" if not found else ""
        raise StcError(f"the store has version {found} of its schema, this stc needs {known}; {todo}")


def _first_line(error: psycopg.Error) -> str:
    return str(error).strip().split("\n", 1)[0]
