"""Connections to the store that requests share: opened when the first one needs the store, and kept until the pages end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from stc.storing import opened

if TYPE_CHECKING:
    from store.db import Store

MOST = 4


class Till:
    """The store of `stc store`: STC_DSN or stc.toml, else the embedded one. `borrowed` waits until a connection is free."""

    def __init__(self, most: int = MOST) -> None:
        self._free: list[tuple[Store, ExitStack]] = []
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(most)

    @contextmanager
    def borrowed(self) -> Iterator[Store]:
        """Lend a connection. Raises StcError where there is no way in; one that broke is not lent again."""
        with self._places:
            store, stack = self._take() or self._open()
            try:
                yield store
            finally:
                if store.connection.closed:
                    stack.close()
                else:
                    with self._lock:
                        self._free.append((store, stack))

    def close(self) -> None:
        """Close all connections; an embedded server ends with the last one."""
        with self._lock:
            free, self._free = self._free, []
        for _, stack in free:
            stack.close()

    def _take(self) -> tuple[Store, ExitStack] | None:
        with self._lock:
            return self._free.pop() if self._free else None

    @staticmethod
    def _open() -> tuple[Store, ExitStack]:
        with ExitStack() as stack:
            store = stack.enter_context(opened())
            return store, stack.pop_all()
        raise AssertionError("an ExitStack keeps nothing back")
