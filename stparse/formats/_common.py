"""What several readers share: how a file's issue is made, and the issues of its encoding."""

from __future__ import annotations

from collections.abc import Iterator

from stparse.chunk import Chunk, ChunkKind
from stparse.issue import Issue, Severity
from stparse.text import SourceFile, Span


def file_issue(code: str, message: str, start: int, end: int, hint: str, severity: Severity = Severity.WARNING) -> Issue:
    """Answer an F-issue about `text[start:end]` of a file."""
    return Issue(code, message, severity, Span(start, max(start, end)), hint)


def rest(text: str, start: int, end: int) -> Iterator[Chunk]:
    """Yield what lies between two chunks: layout if it is white space, else unknown; nothing for nothing."""
    if start < end:
        piece = text[start:end]
        kind = ChunkKind.UNKNOWN if piece.strip("\x00 \t\r\n\f\v\ufeff") else ChunkKind.LAYOUT
        yield Chunk(kind, piece, Span(start, end), body=start)


def encoding_issues(source: SourceFile) -> Iterator[Issue]:
    """Yield what the decoding of `source` had to do: F101 (two encodings in one file), F102 (lost characters)."""
    if "+" in source.encoding:
        yield file_issue(
            "F101",
            f"the file mixes encodings ({source.encoding})",
            0,
            0,
            "save the file in UTF-8; every stray byte was read as the eight-bit encoding",
            Severity.INFO,
        )
    lost = source.text.find("\ufffd")
    if lost >= 0 and source.encoding.startswith(("utf-16", "utf-32")):
        hint = "the byte order mark promises an encoding that the file does not keep"
        yield file_issue("F102", "some bytes are no characters and were replaced", lost, lost + 1, hint)
