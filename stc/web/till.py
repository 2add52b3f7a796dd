"""Connections to the store that requests share: opened when the first one needs the store, and kept until the pages end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from stc.storing import opened
from stparse.issue import StcError

if TYPE_CHECKING:
    from store.db import Store

MOST = 4


class Till:
    """The store of `stc store`: STC_DSN or stc.toml, else the embedded one. `borrowed` waits until a connection is free.

    Where people are `named`, nothing is done in the name of who started the pages.
    """

    def __init__(self, most: int = MOST, *, named: bool = False) -> None:
        self._named = named
        self._free: list[tuple[Store, ExitStack]] = []
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(most)

    @contextmanager
    def borrowed(self, person: str | None) -> Iterator[Store]:
        """Lend a connection that speaks for a person, or where people are not named, for who started the pages.

        Raises StcError where there is no way in, or its login may not speak for others. A connection that broke is not lent again.
        """
        assert (person is not None) is self._named
        with self._places:
            store, stack = self._take() or self._open()
            store.person = store.person if person is None else person
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

    def _open(self) -> tuple[Store, ExitStack]:
        with ExitStack() as stack:
            store = stack.enter_context(opened())
            if self._named and not store.speaks_for_others:
                raise StcError(
                    f"the store knows these pages as {store.person}, and whatever anybody decides here would be {store.person}'s; "
                    f"let the login speak for others (stc store grant {store.person} stc_app), or start the pages without --people"
                )
            return store, stack.pop_all()
        raise AssertionError("an ExitStack keeps nothing back")
