"""Opened indexes that readers share: one reader at a time has one, and a file that was written anew is opened anew."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path

from checker.environment import House
from retrieval.library import Library
from retrieval.retriever import Retriever
from retrieval.shelving import open_library
from stc.config import ask_settings
from stc.finding import open_retriever
from stc.housing import house_on
from stparse.index.query import CodeIndex

MOST = 4
"""So many readers are served at once; more would not be faster, and each index takes memory for its class table."""
Version = tuple[int, int]


class Opened:
    """An index with what is made of it once: the code base that answers are judged in, and the passages that questions find."""

    def __init__(self, index: CodeIndex) -> None:
        self.index = index
        self._library: Library | None = None

    @cached_property
    def house(self) -> House:
        """The code base on its base."""
        return house_on(self.index)

    @cached_property
    def retriever(self) -> Retriever:
        """What finds passages; where they are not read yet this takes long (see Reading)."""
        self._library = open_library(self.index)
        return open_retriever(self.index, self._library, ask_settings().encoder)

    def close(self) -> None:
        """Close the files."""
        self.index.close()
        if self._library is not None:
            self._library.close()


class Shelf:
    """The indexes of one file. `borrowed` waits until one is free. Raises BadInputError or IndexFileError for a file that is none."""

    def __init__(self, path: Path, most: int = MOST) -> None:
        self.path = path
        self._free: list[tuple[Version, Opened]] = []
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(most)

    @contextmanager
    def borrowed(self) -> Iterator[Opened]:
        """Lend an index of the file as it is now."""
        with self._places:
            version = self.version()
            opened = self._take(version) or Opened(CodeIndex.open(self.path, shared=True))
            try:
                yield opened
            finally:
                with self._lock:
                    self._free.append((version, opened))

    def close(self) -> None:
        """Close what is on the shelf."""
        with self._lock:
            free, self._free = self._free, []
        for _, opened in free:
            opened.close()

    def version(self) -> Version:
        """Answer what tells the file from the one that was there before."""
        try:
            found = self.path.stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size)

    def _take(self, version: Version) -> Opened | None:
        """Answer a free index of this version, and close those of others."""
        with self._lock:
            old = [opened for known, opened in self._free if known != version]
            self._free = [(known, opened) for known, opened in self._free if known == version]
            found = self._free.pop()[1] if self._free else None
        for opened in old:
            opened.close()
        return found


class Reading:
    """The passages of an index, read in the background where they are not read yet: that takes seconds, or minutes for a whole image."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._read: Version | None = None
        self._failed: tuple[Version, Exception] | None = None
        self._said = ""

    def missing(self) -> str:
        """Answer how far the reading is, or "" where all is read. Begins it where nobody has. Raises what ended it the last time."""
        version = self._shelf.version()
        with self._lock:
            if self._read == version:
                return ""
            if self._failed is not None and self._failed[0] == version:
                failed, self._failed = self._failed[1], None
                raise failed
            if self._thread is None or not self._thread.is_alive():
                self._said = "reading passages"
                self._thread = threading.Thread(target=self._fill, args=(version,), daemon=True)
                self._thread.start()
        # What is current already is known at once.
        self._thread.join(0.5)
        with self._lock:
            return "" if self._read == version else self._said

    def _fill(self, version: Version) -> None:
        try:
            with CodeIndex.open(self._shelf.path) as index, closing(open_library(index, show=self._show)) as library:
                open_retriever(index, library, ask_settings().encoder, self._show)
        except Exception as error:  # noqa: BLE001 - it is raised again where somebody waits for it
            with self._lock:
                self._failed = (version, error)
        else:
            with self._lock:
                self._read = version

    def _show(self, phase: str, done: int, total: int) -> None:
        self._said = f"{phase}: {done:,} of {total:,}"
