"""Text to tokens by the terminals of a grammar; the one place where glued tokens are settled.

Regular terminals cannot say three things that every Smalltalk scanner does; they are settled here, right after a match:

* `x:=1`: a KEYWORD that touches "=" is a NAME and an ASSIGN;
* `3--4`, `a>-1`: a run of binary characters that touches a digit gives its last "-" away, and a "-" that touches a digit is a NEGATIVE;
* `16r12value`, `3sin`: the trailing letter of a NUMBER that touches a letter belongs to the next name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from stparse.tables import END, Tables

BAD = "BAD"


@dataclass(slots=True)
class Tokens:
    """The tokens of one text: parallel lists of terminal name, start and end; the last is `$END`.

    `comments` are the (start, end) of the comments between them.
    """

    kinds: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    comments: list[tuple[int, int]] = field(default_factory=list)


class Scanner:
    """The lexer of one grammar. It never fails: what no terminal matches is a one-character token `BAD`."""

    def __init__(self, tables: Tables) -> None:
        patterns = [(name, pattern) for name, pattern in tables.patterns if name != "SPACE"]
        groups = "|".join(f"(?P<{name}>{pattern})" for name, pattern in patterns)
        self._match = re.compile(rf"\s*+(?:{groups}|(?P<{BAD}>\S))").match
        self._words = tables.words
        self._binary = tables.words.get("BINARY", {})
        self._comments = frozenset(tables.ignored)

    def scan(self, text: str) -> Tokens:
        """Answer the tokens of `text`."""
        tokens = Tokens()
        kinds, starts, ends = tokens.kinds, tokens.starts, tokens.ends
        match = self._match
        position = 0
        while found := match(text, position):
            kind = found.lastgroup
            assert kind is not None
            start, end = found.span(kind)
            if kind == "KEYWORD":
                if text.startswith("=", end):
                    kinds.append("NAME")
                    starts.append(start)
                    ends.append(end - 1)
                    kind, start, end = "ASSIGN", end - 1, end + 1
            elif kind == "BINARY":
                kind, end = self._settle_binary(text, start, end)
            elif kind == "NUMBER":
                if text[end - 1] in "dqse" and text[end : end + 1].isalpha():
                    end -= 1
            elif kind in self._comments:
                tokens.comments.append((start, end))
                position = end
                continue
            kinds.append(kind)
            starts.append(start)
            ends.append(end)
            position = end
        kinds.append(END)
        starts.append(len(text))
        ends.append(len(text))
        return tokens

    def _settle_binary(self, text: str, start: int, end: int) -> tuple[str, int]:
        """Answer the terminal and the end of a run of binary characters."""
        if text[end - 1] == "-" and text[end : end + 1].isdigit():
            if end - start == 1:
                return "NEGATIVE", end
            end -= 1
        return self._binary.get(text[start:end], "BINARY"), end

    def kind_of_run(self, run: str) -> str:
        """Answer the terminal of a run of binary characters that was cut out of a longer one."""
        return self._binary.get(run, "BINARY")
