"""What each generator made of each entity, kept in a cache: where a code base has changed, only what rests on that is made again.

A unit rests on the keys that were read of the index while it was made (`stparse.index.reads`). It is taken over by a later
compilation to the same folder if all else that decides what is in it is the same (`basis`) and none of its keys has changed.
The cache is only believed beside the index of the data set that it was written for.
"""

from __future__ import annotations

import json
import pickle
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from datagen.layout import INDEX
from datagen.near import Sketch
from datagen.scan import Wanted
from stparse.index.changes import changed_keys
from stparse.index.journal import Journal
from stparse.index.query import CodeIndex
from stparse.issue import IndexFileError
from stparse.text import digest_of

_STATED = b"stated"
_TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Draft:
    """A sample as its line of JSON, with what the filters need to know of it. `failed` says which claim it breaks by itself."""

    line: str
    id: str
    kind: str
    traits: frozenset[str]
    tokens: int
    sketch: Sketch
    roots: tuple[str, ...]
    failed: str | None
    commits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """What one generator made of one entity, and what a scan must look for to prove it."""

    drafts: tuple[Draft, ...] = ()
    wanted: Wanted = field(default_factory=Wanted)


def packed(unit: Unit, reads: frozenset[str]) -> bytes:
    """Answer a unit and the keys that it rests on as bytes."""
    body = zlib.compress(pickle.dumps((unit.drafts, unit.wanted), pickle.HIGHEST_PROTOCOL), 1) if unit.drafts else b""
    head = "\0".join(sorted(reads)).encode("utf-8", "surrogatepass")
    data = len(head).to_bytes(4, "little") + head + body
    return data + zlib.crc32(data).to_bytes(4, "little")


def unpacked(data: bytes) -> Unit:
    """Answer the unit of `packed`."""
    body = data[4 + int.from_bytes(data[:4], "little") : -4]
    # Our own file, in the user's own cache.
    return Unit(*pickle.loads(zlib.decompress(body))) if body else Unit()  # noqa: S301


def reads_of(data: bytes) -> list[str]:
    """Answer the keys of `packed`."""
    return data[4 : 4 + int.from_bytes(data[:4], "little")].decode("utf-8", "surrogatepass").split("\0")


def is_whole(data: bytes) -> bool:
    """Whether these are the bytes that `packed` has answered."""
    return zlib.crc32(data[:-4]).to_bytes(4, "little") == data[-4:]


class Units:
    """The journal of a compilation to `out`: units by key, those that are still good of the one before among them.

    `basis` stands for all that decides what is in a unit beside the entity and what is read of the index. The cache is a file in
    the folder `cache`; None: there is none.
    """

    def __init__(self, journal: Journal, out: Path, index: CodeIndex, basis: str, cache: Path | None) -> None:
        self._journal = journal
        self._kept = cache / f"{digest_of(str(out.absolute()).encode('utf-8', 'surrogatepass'))[:32]}.sqlite" if cache else None
        stated = json.dumps({"out": str(out.absolute()), "basis": basis, "code": index.content_digest}).encode()
        if journal.found(_STATED) != stated:
            journal.clear()
            for units in _still_good(self._kept, out / INDEX, index, stated) if self._kept else ():
                journal.put(units)
            journal.put([(_STATED, stated)])
        self.known = journal.keys()
        self._used: set[bytes] = {_STATED}

    def put(self, units: list[tuple[bytes, bytes]]) -> None:
        """Keep units that were made."""
        self._journal.put(units)
        self._used.update(key for key, _ in units)

    def get(self, key: bytes) -> Unit:
        """Answer the known unit of `key`."""
        self._used.add(key)
        return unpacked(self._journal.get(key))

    def keep(self) -> None:
        """Put what this compilation used into the cache; one that cannot be written is only slower the next time."""
        if self._kept is None:
            return
        self._journal.remove(self.known - self._used)
        with suppress(OSError):
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            _forget_the_dead(self._kept.parent)
            written = self._kept.with_suffix(".partial")
            shutil.copyfile(self._journal.path, written)
            written.replace(self._kept)


def _still_good(kept: Path, old_index: Path, index: CodeIndex, stated: bytes) -> Iterator[list[tuple[bytes, bytes]]]:
    """Yield the units of the cache that this index would give again, some at a time; a cache that is none gives nothing."""
    if not kept.is_file() or not old_index.is_file():
        return
    with suppress(sqlite3.Error, IndexFileError, ValueError), closing(_opened(kept)) as old, CodeIndex.open(old_index) as before:
        row = old.execute("SELECT rows FROM done WHERE key = ?", (_STATED,)).fetchone()
        if row is None or json.loads(row[0]) != {**json.loads(stated), "code": before.content_digest}:
            return
        changed = changed_keys(before, index)
        if changed is None:
            return
        rows = old.execute("SELECT key, rows FROM done WHERE key <> ?", (_STATED,))
        while some := rows.fetchmany(_TOGETHER):
            yield [(key, data) for key, data in some if is_whole(data) and changed.isdisjoint(reads_of(data))]


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _forget_the_dead(folder: Path) -> None:
    """Remove what was kept for data sets that are no more."""
    for path in folder.glob("*.sqlite"):
        with suppress(sqlite3.Error, ValueError, TypeError), closing(_opened(path)) as kept:
            stated = json.loads(kept.execute("SELECT rows FROM done WHERE key = ?", (_STATED,)).fetchone()[0])
            if Path(stated["out"]).is_dir():
                continue
        path.unlink(missing_ok=True)
