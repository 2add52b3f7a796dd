"""Tonel: one file for a class, trait or extension of Pharo, Rowan and VA (`.class.st`, `.trait.st`, `.extension.st`, `package.st`).

The reference of the format is `grammar/tonel.lark`; tests hold this reader to it. Pharo's own reader decides what the image
holds: the pattern less one space, then what stands between the brackets less one line end at its end.

    F401  no `Class {`, `Trait {`, `Extension {` or `Package {`     F404  the `{ #category : ... }` of a method cannot be read
    F402  the definition is not STON                                F405  text that belongs to no method
    F403  a method whose brackets do not balance                    F406  a method without a body
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from stparse.chunk import Chunk, ChunkKind
from stparse.formats import file_format
from stparse.formats._common import encoding_issues, file_issue, rest
from stparse.formats._ston_class import class_definition
from stparse.issue import Issue, Severity
from stparse.ston import Ston, StonError, read_ston, text_of
from stparse.text import SourceFile, Span

_PROLOGUE = re.compile(
    r"""\ufeff?(?:\#![^\r\n]*+)?\s*+(?P<comment>"[^"]*+(?:""[^"]*+)*+")?\s*+
        (?:(?P<type>Class|Trait|Extension|Package)\s*+(?=\{)|(?=\{\s*+\#format\b))""",
    re.VERBOSE,
)
# Not (...)*+ around a ++: Python 3.11 before 3.11.5 stops in the middle of a round that fails (CPython issue 106052).
_HEADER = re.compile(r"(?:(?<=[\r\n])|\A)[ \t]*+(?P<name>[A-Za-z_]\w*+(?:[.:]++\w++)*)(?P<meta>[ \t]+class(?:Side|Trait)?)?\s*+>>")
_LAST_METADATA = re.compile(r"(?<=[\r\n])\{[^\r\n]*\}\s*\Z")
_MAP_END = re.compile(r"(?<=[\r\n])\}")
_TOKEN = re.compile(r"""\$.|"[^"]*+"|'[^']*+'|[\[\]"']""", re.DOTALL)
# A method may quote headers of its own class in a string; further than this, its brackets are simply wrong.
_QUOTED_HEADERS = 8


def _sniff(source: SourceFile) -> float:
    return 1.0 if _PROLOGUE.match(source.text) else 0.0


@file_format("tonel", _sniff)
def read(source: SourceFile) -> Iterator[Chunk | Issue]:
    """Yield COMMENT and CLASS (LAYOUT for an extension or a package), then one METHOD for each method, its metadata included."""
    yield from encoding_issues(source)
    yield from _Reader(source).chunks()


class _Reader:
    """One pass over one file; `_cursor` is the end of what has been yielded."""

    def __init__(self, source: SourceFile) -> None:
        self._text = source.text
        self._path = source.path
        self._cursor = 0
        self._class_name: str | None = None
        self._own: list[int] = []

    def chunks(self) -> Iterator[Chunk | Issue]:
        yield from self._prologue()
        headers = list(_HEADER.finditer(self._text, self._cursor))
        # Headers of the file's own class bound a broken method; those of others stand in strings and comments.
        name = self._class_name
        self._own = [header.start() for header in headers if name is None or header["name"] == name]
        for header in headers:
            if header.start() >= self._cursor:
                yield from self._method(header)
        yield from self._junk(len(self._text))

    def _own_header(self, after: int, count: int) -> int:
        """Answer where the `count`th header of this class behind `after` begins, or the end of the text."""
        index = bisect_right(self._own, after) + count - 1
        return self._own[index] if index < len(self._own) else len(self._text)

    def _prologue(self) -> Iterator[Chunk | Issue]:
        start = _PROLOGUE.match(self._text)
        if start is None:
            hint = "a Tonel file begins with its type, after an optional comment"
            yield file_issue("F401", "no Class, Trait, Extension or Package definition", 0, 0, hint)
            return
        try:
            stated, end = read_ston(self._text, start.end())
        except StonError as error:
            yield file_issue(
                "F402", f"the definition is not STON: {error}", error.offset, error.offset + 1, "export the class again", Severity.ERROR
            )
            stated, end = {}, self._end_of_broken_map(start.end())
        stated = {key.lower(): value for key, value in stated.items()} if isinstance(stated, dict) else {}
        if start["type"] != "Package":
            self._class_name = text_of(stated.get("name"))
        comment = _comment_text(start["comment"]) if start["comment"] else None
        if comment is not None:
            yield self._chunk(ChunkKind.COMMENT, start.end("comment"), comment, start.start("comment") + 1)
        yield self._definition(start, stated, comment, end)

    def _definition(self, start: re.Match[str], stated: dict[str, Ston], comment: str | None, end: int) -> Chunk:
        place = start.start("type") if start["type"] else start.end()
        text = self._text[place:end]
        if start["type"] not in ("Class", "Trait") or self._class_name is None:
            return self._chunk(ChunkKind.LAYOUT, end, text, place)
        trait = start["type"] == "Trait"
        definition = class_definition(stated, self._class_name, comment, trait, Span(place, end), self._path)
        return self._chunk(ChunkKind.CLASS, end, text, place, definition=definition, category=definition.category)

    def _end_of_broken_map(self, start: int) -> int:
        closing = _MAP_END.search(self._text, start)
        return closing.end() if closing else start + 1

    def _chunk(self, kind: ChunkKind, end: int, text: str, body: int, **more: object) -> Chunk:
        span = Span(self._cursor, end)
        self._cursor = end
        return Chunk(kind, text, span, body, class_name=self._class_name, **more)  # type: ignore[arg-type]

    def _junk(self, end: int) -> Iterator[Chunk | Issue]:
        for chunk in rest(self._text, self._cursor, end):
            yield chunk
            if chunk.kind is ChunkKind.UNKNOWN:
                hint = "is a bracket too many, or too few, in the method before it?"
                yield file_issue("F405", "text that belongs to no method", self._cursor, end, hint, Severity.ERROR)
        self._cursor = end

    def _metadata(self, header: int) -> Iterator[Chunk | Issue | str]:
        """Yield what is in front of a method at `header`: junk, an issue, or its category; the cursor stays before the metadata."""
        gap = self._text[self._cursor : header]
        if not gap.strip():
            return
        opening = len(gap) - len(gap.lstrip()) if gap.lstrip().startswith("{") else max(gap.rfind("\n{"), gap.rfind("\r{")) + 1
        if not gap.startswith("{", opening):
            yield from self._junk(header)
            return
        if gap[:opening].strip():
            yield from self._junk(self._cursor + opening)
        try:
            stated, end = read_ston(gap, opening)
        except StonError as error:
            stated, end = {}, len(gap)
            at = header - len(gap) + error.offset
            yield file_issue("F404", f"a method's metadata is not STON: {error}", at, at + 1, "write { #category : 'name' }")
        if gap[end:].strip():
            yield from self._junk(header)
        if isinstance(stated, dict):
            yield text_of(stated.get("category")) or ""

    def _method(self, header: re.Match[str]) -> Iterator[Chunk | Issue]:
        category: str | None = None
        for found in self._metadata(header.start()):
            if isinstance(found, str):
                category = found or None
            else:
                yield found
        following = self._own_header(header.start(), 1)
        opening = self._text.find("[", header.end(), following)
        if opening < 0:
            end = self._before_metadata(header.end(), following)
            yield file_issue("F406", "a method without a body", header.start(), end, "a body stands between [ and ]", Severity.ERROR)
            yield self._chunk(ChunkKind.UNKNOWN, end, self._text[self._cursor : end], self._cursor)
            return
        closing = end_of_body(self._text, opening, self._own_header(header.start(), _QUOTED_HEADERS))
        end = closing + 1
        if closing < 0:
            hint = "count its brackets, quotes and double quotes"
            yield file_issue("F403", "a method whose brackets do not balance", header.start(), opening + 1, hint, Severity.ERROR)
            end = self._before_metadata(opening + 1, following)
            closing = opening + 1 + len(self._text[opening + 1 : end].rstrip().removesuffix("]"))
        yield self._method_chunk(header, opening, closing, end, category)

    def _method_chunk(self, header: re.Match[str], opening: int, closing: int, end: int, category: str | None) -> Chunk:
        pattern = self._text[header.end() : opening].removesuffix(" ")
        place = header.end() + len(pattern) - len(pattern.lstrip())
        source = pattern.lstrip() + without_last_line_end(self._text[opening + 1 : closing])
        span = Span(self._cursor, end)
        self._cursor = end
        return Chunk(ChunkKind.METHOD, source, span, place, "none", header["name"], header["meta"] is not None, category)

    def _before_metadata(self, start: int, following: int) -> int:
        """Answer where a broken method ends: before the metadata of the header at `following`."""
        if following == len(self._text):
            return following
        found = _LAST_METADATA.search(self._text, max(start, following - 400), following)
        return found.start() if found else following


def end_of_body(text: str, opening: int, limit: int) -> int:
    """Answer the offset of the bracket that closes the one at `opening`, or -1; strings, comments and characters hide brackets."""
    depth = 0
    for match in _TOKEN.finditer(text, opening, limit):
        piece = match.group()
        if piece == "[":
            depth += 1
        elif piece == "]":
            depth -= 1
            if depth == 0:
                return match.start()
        elif piece in ("'", '"'):
            return -1
    return -1


def without_last_line_end(body: str) -> str:
    """Answer `body` as the image holds it: without the white space at its end, up to and with one line end."""
    end = len(body)
    while end > 0 and body[end - 1].isspace():
        end -= 1
        if body[end] in "\r\n":
            return body[: end - 1] if body[end - 1 : end + 1] == "\r\n" else body[:end]
    return body[:end]


def _comment_text(comment: str) -> str:
    body = without_last_line_end(comment[1:-1])
    start = 0
    while start < len(body) and body[start].isspace():
        start += 1
        if body[start - 1] in "\r\n":
            start += body[start - 1 : start + 1] == "\r\n"
            break
    return body[start:].replace('""', '"')
