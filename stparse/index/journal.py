"""What a build has done so far, in a file beside the index: a build that was killed goes on where it stopped."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from stparse.issue import IndexFileError

_SCHEMA = "CREATE TABLE IF NOT EXISTS done (key BLOB PRIMARY KEY, rows BLOB NOT NULL)"


def key_of(*parts: str) -> bytes:
    """Answer the key of a piece of work: it depends on all of `parts`."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).digest()


class Journal:
    """Packed results by key. One build at a time: a second one gets an IndexFileError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._db = _opened(path)
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                raise IndexFileError(f"another stc is at work on this index; if there is none, delete {path}") from error
            if isinstance(error, sqlite3.OperationalError):
                raise
            # What a crash of the machine left behind is worth nothing.
            path.unlink(missing_ok=True)
            self._db = _opened(path)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._db.close()

    def keys(self) -> set[bytes]:
        """Answer the keys of all that is done."""
        return {key for (key,) in self._db.execute("SELECT key FROM done")}

    def put(self, results: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep `results`, in one transaction."""
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO done VALUES (?, ?)", results)

    def get(self, key: bytes) -> bytes:
        """Answer the result of `key`, which must be there."""
        rows = self.found(key)
        assert rows is not None
        return rows

    def found(self, key: bytes) -> bytes | None:
        """Answer the result of `key`, None if there is none."""
        row = self._db.execute("SELECT rows FROM done WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def remove(self, keys: Iterable[bytes]) -> None:
        """Forget these results."""
        with self._db:
            self._db.executemany("DELETE FROM done WHERE key = ?", ((key,) for key in keys))

    def clear(self) -> None:
        """Forget all results."""
        with self._db:
            self._db.execute("DELETE FROM done")

    def discard(self) -> None:
        """Remove the file: the index holds all of it."""
        self._db.close()
        for suffix in ("", "-journal"):
            with contextlib.suppress(OSError):
                Path(f"{self.path}{suffix}").unlink(missing_ok=True)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0.5)
    try:
        # Killed processes lose nothing without syncing; a crashed machine may, and then the work is done again.
        for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = TRUNCATE", "synchronous = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        with connection:
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute(_SCHEMA)
    except BaseException:
        connection.close()
        raise
    return connection
