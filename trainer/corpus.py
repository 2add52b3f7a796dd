"""The raw text of continued pre-training: the methods of the training part as they would be filed out, a class after the other.

The index of the data set has all methods. Those of hierarchies that are not in the training part are left out, and so is every method that
shows the body of a test method: what the data set keeps from its samples is kept from here too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

from datagen.layout import INDEX, file_of, lines_of, parts_and_splits, written_of
from datagen.leaks import Bodies
from datagen.subject import root_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

_END = "! !\n"


def documents(folder: Path, most: int, length_of: Callable[[str], int]) -> Iterator[str]:
    """Yield pieces of file-outs of the data set in `folder`, each of whole methods of one protocol and at most `most` tokens."""
    withheld = {root for split in ("validation", "test") for root in _groups(folder, split)}
    with CodeIndex.open(folder / INDEX) as index:
        bodies = Bodies.of(index, withheld)
        methods = (m for m in index.methods() if m.parsed and root_of(index, m.class_name, m.file) not in withheld)
        kept = (m for m in methods if bodies.found_in(m.source) is None)
        for _, of_protocol in groupby(kept, key=lambda m: (m.file, m.class_name, m.meta, m.protocol)):
            yield from _pieces(list(of_protocol), most, length_of)


def _pieces(methods: list[MethodDef], most: int, length_of: Callable[[str], int]) -> Iterator[str]:
    head = _header(methods[0])
    room = most - length_of(head) - length_of(_END)
    piece, filled = "", 0
    for method in methods:
        # Inside of a chunk a bang is written twice.
        text = method.source.strip().replace("!", "!!") + "! \n\n"
        length = length_of(text)
        if piece and filled + length > room:
            yield head + piece.rstrip() + " !\n"
            piece, filled = "", 0
        piece, filled = piece + text, filled + length
    yield head + piece.rstrip() + " !\n"


def _header(method: MethodDef) -> str:
    protocol = (method.protocol or "as yet unclassified").replace("'", "''")
    return f"!{method.class_name}{' class' if method.meta else ''} methodsFor: '{protocol}'!\n\n"


def _groups(folder: Path, split: str) -> set[str]:
    """Answer the hierarchies that the samples of a split belong to."""
    files = (folder / file_of(part, found) for part, found in parts_and_splits() if found == split)
    return {written_of(line).sample.group for file in files for _, line in lines_of(file)}
