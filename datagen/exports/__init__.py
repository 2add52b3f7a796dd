"""Exports: each file of this folder writes a data set as one trainer wants it, from the lines of the data set alone.

    @export("alpaca")
    def write(dataset: Written, out: Folder) -> None: ...

What an exporter sees are turns (a question with its answer) and pairs (a request with a preferred and a rejected answer), so
that none of them has to know the folders or the keys of a data set.
"""

from __future__ import annotations

from collections.abc import Callable

from datagen.exports._folder import Folder
from datagen.exports._reading import Written
from stparse.registry import Registry

__all__ = ["EXPORTS", "Folder", "Written", "export"]

Write = Callable[[Written, Folder], None]

EXPORTS: Registry[Write] = Registry("export format", __name__)


def export(name: str) -> Callable[[Write], Write]:
    """Register what writes a format under the name that the command line calls it by."""
    return EXPORTS.register(name)
