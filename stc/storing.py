"""Which store the commands open: STC_DSN or `[store]` of stc.toml, else the embedded one in the user's data folder; and who is speaking."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from stc.config import store_settings
from stparse.issue import BadInputError

if TYPE_CHECKING:
    from store.db import Store, Target


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object for other programs.")


def print_object(found: dict[str, Any], as_json: bool, text: str) -> None:
    """Print an object for other programs, or what a person reads of it."""
    click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str) if as_json else text)


def text_in(file: IO[str]) -> str:
    """Answer the text in a file, or on standard input. Raises BadInputError where it is none in UTF-8."""
    try:
        return file.read()
    except UnicodeDecodeError as error:
        raise BadInputError(f"{file.name} is no text in UTF-8: {error.reason} at byte {error.start}") from error


def data_folder() -> Path:
    """Answer the folder for data of this user; STC_DATA names another one."""
    named = os.environ.get("STC_DATA")
    if named:
        return Path(named).absolute()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "stc"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "stc"
    # The server of root runs as another account, which cannot reach into root's home.
    if os.geteuid() == 0:
        return Path("/var/lib/stc")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "stc"


def speaker() -> str:
    """Answer in whose name things are decided: STC_USER, else the name of the login."""
    try:
        return os.environ.get("STC_USER") or getpass.getuser()
    except (KeyError, OSError, ImportError):
        # Windows has no list of users to look into where the environment names none.
        return "unknown"


def target() -> Target:
    """Answer which store is meant. Raises BadInputError where a password stands in a file, or psycopg is missing."""
    if find_spec("psycopg") is None:
        raise BadInputError("the store needs psycopg: pip install 'stc[store]'")
    from store.db import Target, checked_dsn, has_password
    from store.keyring import password_of

    said = store_settings()
    dsn = os.environ.get("STC_DSN") or said.dsn
    if dsn and not os.environ.get("STC_DSN") and has_password(dsn):
        raise BadInputError(f"{said.path}: a password in a file is read by whoever reads the file; use a passfile, PGPASSWORD or STC_DSN")
    insecure = os.environ.get("STC_INSECURE", said.insecure)
    keyring = password_of(checked_dsn(dsn, insecure)) if dsn else None
    return Target(data_folder() / "postgres", speaker(), dsn, insecure, keyring)


def has_store() -> bool:
    """Answer whether there is a store: a server is named, or the embedded one has been used before. Nothing is started for that."""
    if find_spec("psycopg") is None:
        return False
    return bool(os.environ.get("STC_DSN") or store_settings().dsn) or (data_folder() / "postgres" / "data" / "PG_VERSION").is_file()


@contextmanager
def opened(*, owner: bool = False) -> Iterator[Store]:
    """Open the store that is meant."""
    found = target()
    from store.db import open_store

    with open_store(found, owner=owner) as store:
        yield store
