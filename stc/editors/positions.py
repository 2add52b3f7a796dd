"""Offsets of a text as an editor counts them: lines that end with CR, LF or CRLF, columns in units of UTF-16, UTF-8 or characters."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from stparse.index.place import line_starts

_UNITS = {"utf-16": "utf-16-le", "utf-8": "utf-8"}
_WIDTH = {"utf-16": 2, "utf-8": 1}
_LAST_OF_ONE_UNIT = {"utf-16": "\uffff", "utf-8": "\x7f"}

Place = tuple[int, int]
"""Line and column, counted from 0."""


@dataclass(frozen=True, slots=True)
class Counting:
    """How an editor counts: columns in units of `encoding`, "utf-16", "utf-8" or "utf-32".

    `lone_cr` says that a CR alone ends a line, as the protocol wants it. Neovim and Emacs show it as a sign in its line where the text
    has an LF, as files with mixed line ends have.
    """

    encoding: str = "utf-16"
    lone_cr: bool = True


AS_AGREED = Counting()
"""As the protocol has it where an editor asks for nothing else."""


class Positions:
    """The places of one text. Form feeds and other signs end no line, whatever Python's own splitlines says."""

    def __init__(self, text: str, counting: Counting = AS_AGREED) -> None:
        self._text = text
        self._only_lf = not counting.lone_cr and "\n" in text
        self._starts = [0, *[match.end() for match in re.finditer("\n", text)]] if self._only_lf else line_starts(text)
        self._encoding = encoding = counting.encoding
        self._plain = encoding not in _UNITS or not text or max(text) <= _LAST_OF_ONE_UNIT[encoding]

    def place(self, offset: int) -> Place:
        """Answer the place of an offset; one behind the text is its end."""
        offset = max(0, min(offset, len(self._text)))
        line = bisect_right(self._starts, offset) - 1
        return line, self._units(self._text[self._starts[line] : offset])

    def offset(self, line: int, column: int) -> int:
        """Answer the offset of a place; behind the end of a line it is the end of the line, behind the text that of the text."""
        if line >= len(self._starts):
            return len(self._text)
        start, end = self._starts[line], self._end_of(line)
        if self._plain:
            return min(start + column, end)
        at = used = 0
        said = self._text[start:end]
        while at < len(said) and used < column:
            used += self._units(said[at])
            at += 1
        return start + at

    def _end_of(self, line: int) -> int:
        """Answer where the line ends, its line end left out."""
        if line + 1 == len(self._starts):
            return len(self._text)
        end = self._starts[line + 1] - 1
        if self._only_lf:
            # In a file with mixed line ends the CR before it is a sign of the line.
            return end
        return end - 1 if self._text[end] == "\n" and end > self._starts[line] and self._text[end - 1] == "\r" else end

    def _units(self, text: str) -> int:
        if self._plain:
            return len(text)
        return len(text.encode(_UNITS[self._encoding], "surrogatepass")) // _WIDTH[self._encoding]
