"""The index in the working directory, and the store that is meant."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from stc.health import Check
from stc.output import DEFAULT_INDEX
from stc.storing import data_folder, target
from stparse.index.query import CodeIndex
from stparse.issue import StcError

if TYPE_CHECKING:
    from store.db import Target

_SECONDS = 3


def checks() -> Iterator[Check]:
    """The index and the store."""
    yield _index(Path(os.environ.get("STC_INDEX") or DEFAULT_INDEX))
    yield _store()


def _index(path: Path) -> Check:
    if not path.exists():
        return Check("data", "index", "absent", f"no {path} here", "stc index SOURCE makes one")
    try:
        with CodeIndex.open(path) as index:
            found = index.statistics()
    except StcError as error:
        return Check("data", "index", "problem", str(error), "stc index SOURCE makes it anew; nothing that you decided is in it")
    return Check("data", "index", "ok", f"{path}: {found.files:,} files, {found.classes:,} classes, {found.methods:,} methods")


def _store() -> Check:
    if find_spec("psycopg") is None:
        return Check("data", "store", "absent", "psycopg is not installed", "pip install 'stc[store]'")
    try:
        meant = target()
    except StcError as error:
        return Check("data", "store", "problem", str(error))
    if meant.dsn is None:
        made = meant.folder.is_dir()
        said = f"the embedded PostgreSQL in {data_folder()}: {'there' if made else 'not made yet, the first use makes it'}"
        return Check("data", "store", "ok" if made else "absent", said)
    return _server(meant, meant.dsn)


def _server(meant: Target, dsn: str) -> Check:
    """Ask the team's server for an answer."""
    from store.db import checked_dsn, connect, shown

    try:
        with connect(checked_dsn(dsn, meant.insecure), meant.password, seconds=_SECONDS) as connection:
            release = connection.info.server_version // 10000
    except StcError as error:
        return Check("data", "store", "problem", str(error), "look at STC_DSN or [store] dsn; docs/store.md")
    return Check("data", "store", "ok", f"PostgreSQL {release}, {shown(dsn)}")
