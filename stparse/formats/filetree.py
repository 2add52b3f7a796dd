"""FileTree: a folder for a class, a file for a method; the path says the class and the side, the first line the protocol.

`Foo.class/instance/at.put..st` and `Foo.class/class/new.st` hold methods, `Foo.class/properties.json` the definition,
`Foo.class/README.md` the comment; `Foo.extension` and `Foo.trait` likewise.

    F411  a method file without a method      F412  a properties.json that cannot be read
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stparse.chunk import Chunk, ChunkKind
from stparse.formats import file_format
from stparse.formats._common import encoding_issues, file_issue
from stparse.formats._ston_class import class_definition
from stparse.issue import Issue, Severity
from stparse.ston import StonError, read_ston, text_of
from stparse.text import SourceFile, Span

_FOLDER = r"(?:\A|/)(?P<name>[^/]+)\.(?P<kind>class|extension|trait)/"
_METHOD = re.compile(_FOLDER + r"(?P<side>instance|class)/[^/]+\.st\Z")
_BESIDE = re.compile(_FOLDER + r"(?P<file>properties\.json|README\.md)\Z")
# Cypress writes the protocol into a comment: `"`, `notice: ...`, `category: ...`, `"`, each on a line.
_END = r"(?:\r\n|\r|\n)"
_CYPRESS = re.compile(rf'\ufeff?"{_END}(?:notice:[^\r\n"]*{_END})?category:(?P<protocol>[^\r\n"]*){_END}"{_END}')
_FIRST_LINE = re.compile(r"\ufeff?(?P<protocol>[^\r\n]*+)(?:\r\n|\r|\n|\Z)")


def _sniff(source: SourceFile) -> float:
    return 1.0 if _METHOD.search(source.path) or _BESIDE.search(source.path) else 0.0


@file_format("filetree", _sniff)
def read(source: SourceFile) -> Iterator[Chunk | Issue]:
    """Yield LAYOUT (the protocol's line) and one METHOD; or a CLASS of `properties.json`, or the COMMENT of `README.md`."""
    yield from encoding_issues(source)
    method = _METHOD.search(source.path)
    beside = _BESIDE.search(source.path)
    if method is not None:
        yield from _method(source.text, method["name"], method["side"] == "class")
    elif beside is not None and beside["file"] == "properties.json":
        yield from _definition(source, beside["name"], beside["kind"])
    elif source.text:
        kind = ChunkKind.COMMENT if beside is not None else ChunkKind.UNKNOWN
        yield Chunk(kind, source.text, Span(0, len(source.text)), class_name=beside["name"] if beside else None)


def _method(text: str, class_name: str, meta: bool) -> Iterator[Chunk | Issue]:
    first = _CYPRESS.match(text) or _FIRST_LINE.match(text)
    assert first is not None
    end = first.end()
    if end:
        yield Chunk(ChunkKind.LAYOUT, text[:end], Span(0, end), class_name=class_name, meta=meta)
    if not text[end:].strip():
        yield file_issue(
            "F411", "a method file without a method", 0, len(text), "the first line is the protocol, the method follows", Severity.ERROR
        )
    if end < len(text):
        kind = ChunkKind.METHOD if text[end:].strip() else ChunkKind.LAYOUT
        category = first["protocol"].strip() or None
        yield Chunk(kind, text[end:], Span(end, len(text)), end, "none", class_name, meta, category)


def _definition(source: SourceFile, class_name: str, kind: str) -> Iterator[Chunk | Issue]:
    span = Span(0, len(source.text))
    start = len(source.text) - len(source.text.lstrip("\ufeff \t\r\n"))
    try:
        stated, end = read_ston(source.text, start)
        if not isinstance(stated, dict) or source.text[end:].strip():
            raise StonError("more or less than one map", end)
    except StonError as error:
        yield file_issue(
            "F412", f"properties.json cannot be read: {error}", error.offset, error.offset + 1, "export the package again", Severity.ERROR
        )
        if source.text:
            yield Chunk(ChunkKind.UNKNOWN, source.text, span, class_name=class_name)
        return
    if kind == "extension":
        yield Chunk(ChunkKind.LAYOUT, source.text, span, class_name=class_name)
        return
    keys = {key.lower(): value for key, value in stated.items()}
    named = text_of(keys.get("name")) or class_name
    definition = class_definition(keys, named, None, kind == "trait", span, source.path)
    yield Chunk(ChunkKind.CLASS, source.text, span, class_name=named, category=definition.category, definition=definition)
