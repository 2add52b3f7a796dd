"""What was read of an index while something was made: as long as that has not changed, it need not be made again.

Each question to a `NotingIndex` notes a key ("senders of foo:"); `recorded` collects the keys of all that is asked within it.
Where answers are remembered, asking again has to note again what they rest on: for that `remembered` stands in place of
`functools.lru_cache`, and `remembered_property` in place of `cached_property`, wherever an index is read.
The keys of an index that differ from those of an older one are told by `stparse.index.changes`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property, lru_cache, update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar, overload

P = ParamSpec("P")
T = TypeVar("T")

ANYTHING = "*"
"""The key of whatever is asked about the code as a whole: it changes when any file does."""
MOST = 500
"""What rests on more keys rests on anything: to keep them all would cost more than it saves."""


class _Recording(threading.local):
    keys: set[str] | None = None


_recording = _Recording()


def note(key: str) -> None:
    """Note that what is made rests on a key, if anybody records."""
    if _recording.keys is not None:
        _recording.keys.add(key)


def note_all(keys: Iterable[str]) -> None:
    """Note that what is made rests on all of these keys."""
    if _recording.keys is not None:
        _recording.keys.update(keys)


@contextmanager
def recorded() -> Iterator[set[str]]:
    """Give a set that is filled with the keys of all that is read within; whoever records around it gets them too."""
    around, _recording.keys = _recording.keys, set()
    try:
        yield _recording.keys
    finally:
        inner, _recording.keys = _recording.keys, around
        if around is not None:
            around |= inner


@contextmanager
def unrecorded() -> Iterator[None]:
    """Note nothing of what is read within: for facts that are compared as a whole."""
    around, _recording.keys = _recording.keys, None
    try:
        yield
    finally:
        _recording.keys = around


def few(keys: Iterable[str]) -> frozenset[str]:
    """Answer keys as they are worth keeping."""
    found = frozenset(keys)
    return found if len(found) <= MOST and ANYTHING not in found else frozenset((ANYTHING,))


class Remembered(Generic[P, T]):
    """A function whose last `maxsize` answers are kept with the keys that they rest on."""

    def __init__(self, function: Callable[P, T], maxsize: int) -> None:
        def computed(*args: P.args, **kwargs: P.kwargs) -> tuple[T, frozenset[str]]:
            with recorded() as keys:
                value = function(*args, **kwargs)
            return value, few(keys)

        self._known = lru_cache(maxsize)(computed)
        self.cache_clear = self._known.cache_clear
        update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        value, keys = self._known(*args, **kwargs)  # type: ignore[arg-type]
        if keys:
            note_all(keys)
        return value


def remembered(maxsize: int) -> Callable[[Callable[P, T]], Remembered[P, T]]:
    """Keep the last `maxsize` answers of a function, and note what they rest on whenever they are asked for."""
    return lambda function: Remembered(function, maxsize)


class remembered_property(Generic[T]):  # noqa: N801 - used like a function, as cached_property is
    """A property that is computed once, and notes what it rests on whenever it is asked for."""

    def __init__(self, function: Callable[[Any], T]) -> None:
        self._function = function
        self.__doc__ = function.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._key = f" remembered {name}"

    @overload
    def __get__(self, owner: None, kind: type) -> remembered_property[T]: ...

    @overload
    def __get__(self, owner: object, kind: type) -> T: ...

    def __get__(self, owner: object | None, kind: type) -> T | remembered_property[T]:
        if owner is None:
            return self
        known = owner.__dict__.get(self._key)
        if known is None:
            with recorded() as keys:
                value = self._function(owner)
            known = owner.__dict__[self._key] = value, few(keys)
        note_all(known[1])
        found: T = known[0]
        return found


class settled_property(cached_property[T]):  # noqa: N801 - as above
    """A property of a whole code base, computed once, that nobody notes: whoever keeps what was made compares its value itself."""

    def __init__(self, function: Callable[[Any], T]) -> None:
        def computed(owner: Any) -> T:
            with unrecorded():
                return function(owner)

        super().__init__(update_wrapper(computed, function))
