"""Dolphin Smalltalk: `.cls` (a class), `.pax` and `.pac` (packages): the bang format, with categories told apart from methods.

    "Filed out from Dolphin Smalltalk"!
    Object subclass: #Foo instanceVariableNames: 'a' ... classInstanceVariableNames: ''!
    Foo guid: (GUID fromString: '{...}')!
    !Foo categoriesForClass!Kernel-Objects! !               a class has categories,
    !Foo methodsFor!
    bar ^1! !
    !Foo categoriesFor: #bar!accessing!public! !            and a method has any number,
    !Foo categoriesForMethods!
    bar!accessing!public! !                                 in newer files all in one list
    !

Each METHOD gets the category that says most (`public` and `private` only where there is no other), the class
definition (a DOIT) gets `class_name` and the first of the class's; every category stays as a LAYOUT chunk with
`class_name`, `selector` and `category`. Issues: F701 a category for a method that the file does not have, and those of
the bang format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from stparse.chunk import Chunk, ChunkKind
from stparse.formats import file_format
from stparse.formats._common import encoding_issues
from stparse.formats._filein import FileIn
from stparse.formats._patterns import NAME, selector_of
from stparse.formats._pieces import pieces
from stparse.issue import Issue, Severity
from stparse.text import SourceFile

_MARKS = re.compile(
    r'"Filed out from Dolphin|package paxVersion:|basicPackageVersion:'
    r"|\w categoriesFor(?:Class|Methods)!|categoriesFor: #\S+?!"
)
_BARE_HEADER = re.compile(r"![\w.]+(?: class)? methodsFor!")
_DEFINES = re.compile(rf"(?:{NAME})\s++\w*?[sS]ubclass\s*+:\s*+#'?(?P<name>{NAME})'?")
_PRIVACY = ("public", "private")

Key = tuple[str | None, bool, str | None]


def sniff_dolphin(source: SourceFile) -> float:
    """0.97 with Dolphin's own marks at the beginning or the end; 0.93 with a header `!Foo methodsFor!`; less for an ending."""
    text = source.text
    window = text[:4000] + text[-4000:]
    if _MARKS.search(window):
        return 0.97
    if _BARE_HEADER.search(text[:20_000]):
        return 0.93
    if source.path.lower().endswith((".pax", ".pac")):
        return 0.6
    return 0.2 if source.path.lower().endswith(".cls") and "!" in window else 0.0


@file_format("dolphin", sniff_dolphin)
def read_dolphin(source: SourceFile) -> Iterator[Chunk | Issue]:
    """Yield the chunks of a Dolphin file; categories, which come after what they are about, are filled in."""
    yield from encoding_issues(source)
    file_in = FileIn()
    found = [item for piece in pieces(source.text) for item in file_in.take(piece)]
    categories = _categories(found)
    known: set[Key] = set()
    for item in found:
        if isinstance(item, Issue):
            yield item
        elif item.kind is ChunkKind.METHOD:
            key = (item.class_name, item.meta, selector_of(item.text))
            known.add(key)
            yield replace(item, category=_best(categories[key])) if key in categories else item
        elif item.kind is ChunkKind.DOIT:
            yield _with_class_category(item, categories)
        else:
            yield item
    yield from _strays(found, known)


def _categories(found: list[Chunk | Issue]) -> dict[Key, list[str]]:
    """Answer all categories of each method, and of each class under selector None."""
    table: dict[Key, list[str]] = {}
    for item in found:
        if isinstance(item, Chunk) and _is_category(item) and item.category is not None:
            table.setdefault((item.class_name, item.meta, item.selector), []).append(item.category)
    return table


def _is_category(chunk: Chunk) -> bool:
    return chunk.kind is ChunkKind.LAYOUT and chunk.category is not None


def _best(categories: list[str]) -> str:
    return next((name for name in categories if name not in _PRIVACY), categories[0])


def _with_class_category(item: Chunk, categories: dict[Key, list[str]]) -> Chunk:
    match = _DEFINES.match(item.text)
    if match is None:
        return item
    named = categories.get((match["name"], False, None))
    return replace(item, class_name=match["name"], category=named[0] if named else None)


def _strays(found: list[Chunk | Issue], known: set[Key]) -> Iterator[Issue]:
    """Yield F701, once for each method that has categories but no text."""
    told: set[Key] = set()
    for item in found:
        if isinstance(item, Chunk) and _is_category(item) and item.selector is not None:
            key = (item.class_name, item.meta, item.selector)
            if key not in known and key not in told:
                told.add(key)
                message = f"{item.class_name}{' class' if item.meta else ''}>>{item.selector} has categories but no method here"
                yield Issue("F701", message, Severity.INFO, item.span, "remove the categories, or is the method missing?")
