"""Opened indexes that readers share: one reader at a time has one, and a file that was written anew is opened anew."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stparse.index.query import CodeIndex

MOST = 4
"""So many readers are served at once; more would not be faster, and each index takes memory for its class table."""


class Shelf:
    """The indexes of one file. `borrowed` waits until one is free. Raises BadInputError or IndexFileError for a file that is none."""

    def __init__(self, path: Path, most: int = MOST) -> None:
        self._path = path
        self._free: list[tuple[tuple[int, int], CodeIndex]] = []
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(most)

    @contextmanager
    def borrowed(self) -> Iterator[CodeIndex]:
        """Lend an index of the file as it is now."""
        with self._places:
            version = self._version()
            index = self._take(version) or CodeIndex.open(self._path, shared=True)
            try:
                yield index
            finally:
                with self._lock:
                    self._free.append((version, index))

    def close(self) -> None:
        """Close what is on the shelf."""
        with self._lock:
            free, self._free = self._free, []
        for _, index in free:
            index.close()

    def _version(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size)

    def _take(self, version: tuple[int, int]) -> CodeIndex | None:
        """Answer a free index of this version, and close those of others."""
        with self._lock:
            old = [index for known, index in self._free if known != version]
            self._free = [(known, index) for known, index in self._free if known == version]
            found = self._free.pop()[1] if self._free else None
        for index in old:
            index.close()
        return found
