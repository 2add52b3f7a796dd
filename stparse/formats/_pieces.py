"""Where a bang file falls apart: pieces that end in a single bang, and what each of them says.

Strings and comments do not protect a bang: `!!` is one bang of the text, every other bang ends a piece. That is what
the file-in of every Smalltalk but GNU does, and why a header comment may hold unbalanced quotes. One thing does protect
them: Smalltalk/X's inline C, from a line that begins with `%{` to the next `%}`, where `!=` is written as in C.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stparse.text import Span

# NUL and control-Z pad the files of old systems; a byte order mark may survive decoding.
BLANKS = " \t\r\n\f\v\0\x1a\ufeff"

_PIECE = re.compile(r"[^!]*+(?:!![^!]*+)*+!")
_INLINE_C = re.compile(r"(?:\A|[\r\n])[ \t]*+%\{")
_HEADER_IN_C = re.compile(r"[\r\n]![\w.:]++(?: class)? methodsFor:")
# `#!/usr/bin/env gst`, `#!stx --script`: a first line for the shell.
INTERPRETER = re.compile(r"#![^\r\n]*+[\r\n]*+")
_LEAD = re.compile(f"[{BLANKS}]*+")


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece: `span` with its bang, `text` as the image would hold it, `body` its first character's offset.

    `text` has its bangs undoubled and no blanks around it (but a character literal `$ ` at the end keeps its blank).
    `closed` says whether a bang ends it; only the last piece of a file can lack one. `glued` says that no line end
    lies before the text, as is so in `!Foo methodsFor: 'x'!`.
    """

    span: Span
    text: str
    body: int
    closed: bool
    glued: bool

    @property
    def blank(self) -> bool:
        return not self.text


def piece(text: str, start: int, end: int, closed: bool, doubled: bool = True) -> Piece:
    """Answer the piece `text[start:end]`; `doubled` says that `!!` in it stands for one bang."""
    stop = end - 1 if closed else end
    lead = _LEAD.match(text, start, stop)
    body = lead.end() if lead else start
    said = _trim_end(text[body:stop])
    glued = "\n" not in text[start:body] and "\r" not in text[start:body]
    return Piece(Span(start, end), said.replace("!!", "!") if doubled else said, body, closed, glued)


def pieces(text: str) -> Iterator[Piece]:
    """Yield the pieces of `text` in order; together their spans tile it. Linear in the length of the text."""
    at = scan = 0
    if call := INTERPRETER.match(text):
        # Not Smalltalk, and its bang ends nothing.
        at = scan = call.end()
        yield Piece(Span(0, at), "", at, True, True)
    protected = _inline_c(text)
    inside = next(protected, None)
    while match := _PIECE.match(text, scan):
        scan = match.end()
        while inside and inside.end < scan:
            inside = next(protected, None)
        if inside and inside.start < scan:
            scan = inside.end
            continue
        yield piece(text, at, scan, closed=True)
        at = scan
    if at < len(text):
        yield piece(text, at, len(text), closed=False)


def _inline_c(text: str) -> Iterator[Span]:
    """Yield the places of inline C; what looks like two methods was not closed and protects nothing."""
    for match in _INLINE_C.finditer(text):
        end = text.find("%}", match.end())
        if end < 0:
            return
        if not _HEADER_IN_C.search(text, match.end(), end):
            yield Span(match.end(), end)


def _trim_end(said: str) -> str:
    trimmed = said.rstrip(BLANKS)
    return said[: len(trimmed) + 1] if trimmed.endswith("$") else trimmed
