"""A text as it is in the editor: read into its methods and definitions when somebody asks, and an index of its own."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from checker.source import Reading, Unit
from stc.editors.positions import Counting, Positions
from stparse.index.extract import extract
from stparse.index.place import Places
from stparse.index.query import CodeIndex
from stparse.index.version import SCHEMA_VERSION
from stparse.index.writer import IndexWriter
from stparse.text import SourceFile
from stparse.xmltext import unescape


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a unit: the offset in its own text, where line ends are LF and bangs single."""

    unit: Unit
    at: int


class Snapshot:
    """One version of a text; it never changes. `path` is what the house's index calls the file, or the file's own path."""

    def __init__(
        self,
        uri: str,
        source: SourceFile,
        version: int | None,
        counting: Counting,
        folder: Path,
        *,
        indexed: bool = False,
        before: Snapshot | None = None,
    ) -> None:
        """`indexed` says that the house's index has this very text; `folder` is where an own index can be kept.

        `before` is the version before: what stands in both is not parsed again.
        """
        self.uri, self.source, self.version, self.indexed = uri, source, version, indexed
        self.positions = Positions(source.text, counting)
        self._folder = folder
        self._before = before.last_reading if before is not None else None
        self._lock = threading.RLock()
        self._index: CodeIndex | None = None
        self._users, self._closed = 0, False

    @property
    def path(self) -> str:
        return self.source.path

    @cached_property
    def places(self) -> Places:
        """The places of the text, which need no reading."""
        return Places(self.source.text)

    @property
    def reading(self) -> Reading:
        """The units of the text."""
        with self._lock:
            return self._reading

    @property
    def last_reading(self) -> Reading | None:
        """The reading of the text, or of the last version of it that anybody has asked for."""
        return self.__dict__.get("_reading", self._before)

    @cached_property
    def _reading(self) -> Reading:
        found = Reading(self.source, self._before)
        self._before = None
        return found

    def index(self) -> CodeIndex:
        """Answer an index of this text alone, to be asked as the house's is."""
        with self._lock:
            if self._index is None:
                path = self._folder / f"{id(self)}.sqlite"
                path.unlink(missing_ok=True)
                writer = IndexWriter(path, fresh=True)
                writer.add(extract(self.source, len(self.source.text)), {})
                writer.set_meta({"schema": SCHEMA_VERSION})
                writer.finish()
                self._index = CodeIndex.open(path, shared=True)
            return self._index

    @contextmanager
    def kept(self) -> Iterator[CodeIndex]:
        """Lend the index of the text; who closes the snapshot meanwhile closes it when this ends."""
        with self._lock:
            self._users += 1
            found = self.index()
        try:
            yield found
        finally:
            with self._lock:
                self._users -= 1
                if self._closed:
                    self.close()

    def close(self) -> None:
        """Remove the index."""
        with self._lock:
            self._closed = True
            if self._index is not None and not self._users:
                path = self._index.path
                self._index.close()
                self._index = None
                path.unlink(missing_ok=True)

    def spot(self, offset: int) -> Spot | None:
        """Answer the unit at an offset of the text, and the place in it; None between units."""
        units = self.reading.units
        found = bisect_right(units, offset, key=lambda unit: unit.chunk.body) - 1
        if found < 0 or offset > units[found].chunk.span.end:
            return None
        unit = units[found]
        places, chunk = self.places, unit.chunk
        row = places.line(offset) - unit.line
        if row >= len(unit.starts):
            return None
        begin = chunk.body if row == 0 else offset - (places.line_column(offset)[1] - 1)
        said = self.source.text[begin:offset]
        said = said.replace("!!", "!") if chunk.escape == "bang" else unescape(said) if chunk.escape == "xml" else said
        return Spot(unit, min(unit.starts[row] + len(said), len(unit.text)))

    def span(self, unit: Unit, start: int, end: int) -> tuple[int, int]:
        """Answer offsets of a unit's text as offsets of the text."""
        first, last = (self.places.offset(unit.chunk, unit.text, unit.starts, min(at, len(unit.text))) for at in (start, end))
        return first, max(first, last)
