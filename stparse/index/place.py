"""From an offset in what the image holds to the offset in the file that it was read from."""

from __future__ import annotations

import re
from bisect import bisect_right

from stparse.chunk import Chunk
from stparse.xmltext import file_offset

_LINE_END = re.compile(r"\r\n|\r|\n")


def line_starts(text: str) -> list[int]:
    """Answer the offset of each line of `text`; CR, LF and CRLF each end one line."""
    return [0, *[match.end() for match in _LINE_END.finditer(text)]]


class Places:
    """Lines, columns and offsets of one file, and of the chunks in it.

    A chunk's text differs from the file's: bangs are undoubled, entities resolved, a Tonel method lacks its bracket.
    Its lines are those of the file, so a place is found by its line, and within the line by reading the file's text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = line_starts(text)

    @property
    def line_count(self) -> int:
        return len(self._starts)

    def line(self, offset: int) -> int:
        """Answer the line of `offset`, counted from 1."""
        return bisect_right(self._starts, offset)

    def line_column(self, offset: int) -> tuple[int, int]:
        """Answer line and column of `offset`, both counted from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, chunk: Chunk, source: str, starts: list[int], at: int) -> int:
        """Answer the offset in the file of `source[at]`, where `source` is the chunk's text with LF as line ends."""
        row = bisect_right(starts, at) - 1
        line = self.line(chunk.body) + row
        begin = chunk.body if row == 0 else self._starts[min(line, len(self._starts)) - 1]
        width = self._width(source[starts[row] : at], begin, chunk.escape)
        return min(begin + width, len(self._text))

    def _width(self, said: str, begin: int, escape: str) -> int:
        """Answer how many characters of the file, from `begin`, say `said`."""
        if escape == "bang":
            return len(said) + said.count("!")
        if escape != "xml":
            return len(said)
        return file_offset(self._text, begin, len(said)) - begin
