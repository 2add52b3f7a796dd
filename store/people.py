"""Logins and their roles. A password is turned into a verifier here: the server and its log never see it."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
from psycopg import sql

from store.db import APPLICATION, ROLES, Connection, Store, clean, give, take
from stparse.issue import BadInputError, StcError

SHORTEST = 12


def make_login(store: Store, person: str, password: str, roles: tuple[str, ...]) -> None:
    """Make a login that has roles, or nothing. Raises BadInputError for a name that is taken, a role that is none, or a short password."""
    if len(password) < SHORTEST:
        raise BadInputError(f"the password has fewer than {SHORTEST} characters")
    connection = store.connection
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [clean(person)]).fetchone():
        raise BadInputError(f"there is a login {person!r} already")
    secret = connection.pgconn.encrypt_password(password.encode(), clean(person).encode(), b"scram-sha-256").decode()
    with store.transaction("new login") as inside:
        inside.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(clean(person)), sql.Literal(secret)))
        give_roles(store, person, roles)


def give_roles(store: Store, person: str, roles: tuple[str, ...]) -> None:
    """Give a login roles of the house. Raises BadInputError for a role that is none, or a login that is not there."""
    _change(store, person, roles, give)


def take_roles(store: Store, person: str, roles: tuple[str, ...]) -> None:
    """Take roles from a login. Raises BadInputError as give_roles does."""
    _change(store, person, roles, take)


def _change(store: Store, person: str, roles: tuple[str, ...], how: Callable[[Connection, str, tuple[str, ...]], None]) -> None:
    unknown = sorted(set(roles) - {*ROLES, APPLICATION})
    if unknown:
        raise BadInputError(f"no role {', '.join(unknown)}; there are {', '.join((*ROLES, APPLICATION))}")
    try:
        with store.transaction("roles") as connection:
            how(connection, clean(person), roles)
    except psycopg.errors.UndefinedObject as error:
        raise BadInputError(f"there is no login {person!r}; --new makes one") from error
    except psycopg.Error as error:
        raise StcError(f"the roles cannot be given: {error}") from error
