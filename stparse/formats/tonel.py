"""Tonel: one file for a class, trait or extension of Pharo, Rowan and VA (`.class.st`, `.trait.st`, `.extension.st`, `package.st`).

The reference of the format is `grammar/tonel.lark`; tests hold this reader to it. Pharo's own reader decides what the image
holds: the pattern less one space, then what stands between the brackets less one line end at its end.

    F401  no `Class {`, `Trait {`, `Extension {` or `Package {`     F404  the `{ #category : ... }` of a method cannot be read
    F402  the definition is not STON                                F405  text that belongs to no method
    F403  a method whose brackets do not balance                    F406  a method without a body
"""

from __future__ import annotations

import re
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
_ANY_CLASS = r"[A-Za-z_]\w*+(?:[.:]++\w++)*+"
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

    def chunks(self) -> Iterator[Chunk | Issue]:
        yield from self._prologue()
        headers = self._headers()
        for index, header in enumerate(headers):
            if header.start() >= self._cursor:
                yield from self._method(header, headers, index)
        yield from self._junk(len(self._text))

    def _headers(self) -> list[re.Match[str]]:
        name = re.escape(self._class_name) if self._class_name else _ANY_CLASS
        header = re.compile(rf"(?:(?<=[\r\n])|\A)[ \t]*+(?P<name>{name})(?P<meta>[ \t]+class(?:Side|Trait)?)?\s*>>")
        return list(header.finditer(self._text, self._cursor))

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
        closing = re.compile(r"(?<=[\r\n])\}").search(self._text, start)
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

    def _method(self, header: re.Match[str], headers: list[re.Match[str]], index: int) -> Iterator[Chunk | Issue]:
        category: str | None = None
        for found in self._metadata(header.start()):
            if isinstance(found, str):
                category = found or None
            else:
                yield found
        following = headers[index + 1].start() if index + 1 < len(headers) else len(self._text)
        opening = self._text.find("[", header.end(), following)
        if opening < 0:
            end = self._before_metadata(header.end(), following)
            yield file_issue("F406", "a method without a body", header.start(), end, "a body stands between [ and ]", Severity.ERROR)
            yield self._chunk(ChunkKind.UNKNOWN, end, self._text[self._cursor : end], self._cursor)
            return
        limit = headers[index + _QUOTED_HEADERS].start() if index + _QUOTED_HEADERS < len(headers) else len(self._text)
        closing = end_of_body(self._text, opening, limit)
        end = closing + 1
        if closing < 0:
            hint = "count its brackets, quotes and double quotes"
            yield file_issue("F403", "a method whose brackets do not balance", header.start(), opening + 1, hint, Severity.ERROR)
            end = self._before_metadata(opening + 1, following)
            closing = max(opening + 1, len(self._text[:end].rstrip()) - 1 if self._text[opening:end].rstrip().endswith("]") else end)
        pattern = self._text[header.end() : opening].removesuffix(" ")
        place = header.end() + len(pattern) - len(pattern.lstrip())
        source = pattern.lstrip() + without_last_line_end(self._text[opening + 1 : closing])
        named = header["name"]
        span = Span(self._cursor, end)
        self._cursor = end
        yield Chunk(ChunkKind.METHOD, source, span, place, "none", named, header["meta"] is not None, category)

    def _before_metadata(self, start: int, following: int) -> int:
        """Answer where a broken method ends: before the metadata of the header at `following`."""
        if following == len(self._text):
            return following
        found = re.compile(r"(?<=[\r\n])\{[^\r\n]*\}\s*\Z").search(self._text, max(start, following - 400), following)
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
