"""A file as it was in a commit: its bytes, and the methods and class definitions that they hold."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache

from stparse.chunk import Chunk, ChunkKind
from stparse.definitions import definition_of
from stparse.formats import FORMATS
from stparse.index.classtable import path_of
from stparse.index.pattern_text import guessed_selector
from stparse.index.survey import format_of, source_of
from stparse.parser import parse_script
from stparse.text import Span, unify_line_ends

Key = tuple[str, bool, str]
"""Class, whether it is the class side, and selector."""


@dataclass(frozen=True, slots=True)
class FileVersion:
    """A file in one commit, under the name that it had there. `blob` is git's name for the bytes."""

    path: str
    blob: str
    data: bytes
    dialect: str

    @property
    def text(self) -> str:
        return source_of(self.path, self.data).text

    @property
    def is_genuine(self) -> bool:
        """Whether the bytes are those that git names so."""
        digest = hashlib.sha1 if len(self.blob) == 40 else hashlib.sha256
        return digest(b"blob %d\0" % len(self.data) + self.data).hexdigest() == self.blob


@dataclass(frozen=True, slots=True)
class MethodVersion:
    """A method in a version of a file: its text without the white space around it, the span of its chunk, its own first and last line."""

    text: str
    span: Span
    line: int
    last: int


@dataclass(frozen=True, slots=True)
class Contents:
    """What a version holds; of a method that is there twice (`doubled`) nobody knows which counts."""

    methods: dict[Key, MethodVersion]
    doubled: frozenset[Key]
    definitions: dict[str, MethodVersion]
    lines: tuple[str, ...]


@lru_cache(maxsize=64)
def contents_of(version: FileVersion) -> Contents:
    """Answer what a version of a file holds, as its reader sees it."""
    source = replace(source_of(version.path, version.data), dialect=version.dialect)
    text = source.text
    lines = source.lines
    methods: list[tuple[Key, MethodVersion]] = []
    definitions: dict[str, MethodVersion] = {}
    for item in FORMATS[format_of(source).name].read(source):
        if not isinstance(item, Chunk):
            continue
        said = _trimmed(unify_line_ends(item.text))
        first = lines.line(item.body + len(item.text) - len(item.text.lstrip()))
        found = MethodVersion(said, item.span, first, first + said.count("\n"))
        if item.kind is ChunkKind.METHOD and item.class_name:
            selector = item.selector or guessed_selector(said) or ""
            methods.append(((path_of(item.class_name)[-1], item.meta, selector), found))
        elif name := _defined(item, said, version.dialect):
            definitions[name] = replace(found, text=_stated(item) or said)
    counts = Counter(key for key, _ in methods)
    unique = {key: found for key, found in methods if counts[key] == 1 and key[2]}
    return Contents(unique, frozenset(counts.keys() - unique.keys()), definitions, tuple(unify_line_ends(text).split("\n")))


def _trimmed(text: str) -> str:
    """Answer the text without the white space around it; a space that a dollar makes a character is no such."""
    found = text.strip()
    end = text.find(found) + len(found)
    return found + text[end : end + 1] if found.endswith("$") and not found.endswith("$$") else found


def _defined(chunk: Chunk, text: str, dialect: str) -> str | None:
    definition = chunk.definition
    if definition is None and chunk.kind in (ChunkKind.CLASS, ChunkKind.DOIT):
        tree = parse_script(text, dialect).tree
        definition = definition_of(tree) if tree is not None else None  # type: ignore[assignment]
    name = getattr(definition, "name", None)
    return path_of(name)[-1] if name and hasattr(definition, "superclass") else None


def _stated(chunk: Chunk) -> str | None:
    """A format that states classes outside Smalltalk also states where: that may change, and the class is the same."""
    return None if chunk.definition is None else repr(replace(chunk.definition, span=Span(0, 0), file=""))
