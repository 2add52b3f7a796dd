"""Text to tokens by the terminals of a grammar; the one place where glued tokens are settled.

Regular terminals cannot say three things that every Smalltalk scanner does; they are settled here, right after a match:

* `x:=1`: a KEYWORD that touches "=" is a NAME and an ASSIGN;
* `3--4`, `a>-1`: a run of binary characters that touches a digit gives its last "-" away, and a "-" that touches a digit is a NEGATIVE;
* `at:Tools::Inspector`, `at:x:=1`: KEYWORDS (`at:put:`, one symbol in a literal array) that touch a ":" or "=" are only their first
  keyword;
* `16r12value`, `3sin`: the trailing letter of a NUMBER that touches a letter belongs to the next name;
* `16rba80`: small letters are digits too, where nothing but digits of the radix (up to 16) stands between `r` and the end of the word;
* `2^n`, in Cuis: a "^" that touches the operands before and behind it is a GLUED_CARET, a message;
* `16rFF.Foo`: what is no digit of the radix is no fraction;
* `a.b`, in GemStone: a PATH where an operand may begin; behind an operand it is a NAME, a period and another NAME.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from stparse.tables import END, Tables

BAD = "BAD"

_RESERVED_PART = re.compile(r"\.(?:self|super|nil|true|false|thisContext)\b")
_OPERAND_ENDS = frozenset(("NAME", "PATH", "NUMBER", "CHARACTER", "STRING", "SYMBOL", "BINDING", "RPAR", "RSQB", "RBRACE"))

_SMALL_DIGITS = re.compile(r"([0-9]{1,2})[r#]-?([0-9a-fA-F]+)(?![\w:])")
_RADIX_FRACTION = re.compile(r"([0-9]+)[r#]-?[0-9A-Z_]+\.([0-9A-Z]+)(?:[edq]-?[0-9]*|s[0-9]*)?")


def _are_digits(digits: str, radix: int) -> bool:
    return all(int(digit, 36) < radix for digit in digits)


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
        self._settled = self._comments | {"KEYWORD", "KEYWORDS", "BINARY", "NUMBER", "PATH", "GLUED_CARET"}

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
            if kind not in self._settled:
                pass
            elif kind == "KEYWORD":
                if text.startswith("=", end):
                    kinds.append("NAME")
                    starts.append(start)
                    ends.append(end - 1)
                    kind, start, end = "ASSIGN", end - 1, end + 1
            elif kind == "KEYWORDS":
                if text.startswith((":", "="), end):
                    kind, end = "KEYWORD", text.index(":", start) + 1
            elif kind == "BINARY":
                kind, end = self._settle_binary(text, start, end)
            elif kind == "NUMBER":
                end = self._settle_number(text, start, end)
            elif kind == "PATH":
                if reserved := _RESERVED_PART.search(text, start, end):
                    end = reserved.start()
                if kinds and kinds[-1] in _OPERAND_ENDS:
                    end = text.index(".", start)
                kind = "PATH" if "." in text[start:end] else "NAME"
            elif kind == "GLUED_CARET":
                if position < start or not kinds or kinds[-1] not in _OPERAND_ENDS or not text[end : end + 1].isalnum():
                    kind = "CARET"
            else:
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

    def _settle_number(self, text: str, start: int, end: int) -> int:
        """Answer the end of a number."""
        following = text[end : end + 1]
        if following.isalpha() or following == "_":
            small = _SMALL_DIGITS.match(text, start)
            if small and small.end() > end and _are_digits(small[2], int(small[1])):
                return small.end()
        fraction = _RADIX_FRACTION.fullmatch(text, start, end)
        if fraction and (following.isalpha() or following == "_" or not _are_digits(fraction[2], int(fraction[1]))):
            end = fraction.start(2) - 1
        elif following.isalpha() and text[end - 1] in "dqse":
            end -= 1
        return end

    def _settle_binary(self, text: str, start: int, end: int) -> tuple[str, int]:
        """Answer the terminal and the end of a run of binary characters."""
        if text[end - 1] == "-" and "0" <= text[end : end + 1] <= "9":
            if end - start == 1:
                return "NEGATIVE", end
            end -= 1
        return self._binary.get(text[start:end], "BINARY"), end

    def kind_of_run(self, run: str) -> str:
        """Answer the terminal of a run of binary characters that was cut out of a longer one."""
        return self._binary.get(run, "BINARY")
