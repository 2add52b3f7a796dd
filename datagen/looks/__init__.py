"""Looks: each file of this folder looks for one kind of thing in a method whose source the scan has read again.

A look is run only where a claim wants something of it, with the keys that are wanted; it yields what it sees under one of them:

    @look("raised")
    def raised(seen: Scanned, wanted: Collection[str]) -> Iterator[tuple[str, object]]: ...

Claims find it in Evidence.looked, in the order of the files.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from datagen.scanned import Scanned
from stparse.registry import Registry

Look = Callable[[Scanned, Collection[str]], Iterator[tuple[str, object]]]

LOOKS: Registry[Look] = Registry("look", __name__)


def look(name: str) -> Callable[[Look], Look]:
    """Register a look under the name that claims want it by."""
    return LOOKS.register(name)
