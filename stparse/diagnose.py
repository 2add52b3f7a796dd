"""Why a text does not parse: one issue, as a compiler would word it, with the place and the way out.

The faults, their wording and examples of each are in `grammar/errors.txt`; here is how one is told from another: by
an open quote first, then by brackets (whose fault shows far from its place), then by the tokens where the parse stopped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from grammar import FOLDER
from stparse.engine import Stop
from stparse.issue import Issue, Severity
from stparse.scanner import BAD, Tokens
from stparse.tables import END
from stparse.text import Lines, Span

_CLOSERS = {"(": ")", "[": "]", "{": "}", "#(": ")", "#[": "]", "#{": "}", "##(": ")"}
_BINARY = frozenset(("BINARY", "MINUS", "NEGATIVE", "BAR", "BARS", "LESS", "GREATER", "GLUED_CARET"))
_OPERANDS = frozenset(
    (
        "NAME",
        "QUALIFIED",
        "FOREIGN_CODE",
        "HASH_NUMBER",
        "BACKQUOTE",
        "NUMBER",
        "STRING",
        "SYMBOL",
        "CHARACTER",
        "BINDING",
        "LPAR",
        "LSQB",
        "LBRACE",
        "_HASH_PARENTHESIS",
        "_HASH_BRACKET",
    )
)
_LITERALS = frozenset(("NUMBER", "STRING", "SYMBOL", "CHARACTER", "BINDING", "RPAR", "RSQB", "RBRACE"))


@dataclass(frozen=True, slots=True)
class Fault:
    """An entry of errors.txt: `examples` are malformed methods that must give `code`."""

    code: str
    message: str
    hint: str
    examples: tuple[str, ...]


@cache
def faults() -> dict[str, Fault]:
    """Answer the entries of `grammar/errors.txt` by code."""
    text = (FOLDER / "errors.txt").read_text(encoding="utf-8")
    found: dict[str, Fault] = {}
    for match in re.finditer(r"^(P\d{3}) (.*)\nhint: (.*)\n((?:    .*\n)*)", text, re.MULTILINE):
        examples = tuple(line[4:].replace("\\n", "\n").replace("\\t", "\t") for line in match[4].splitlines())
        found[match[1]] = Fault(match[1], match[2], match[3], examples)
    return found


class _Reading:
    """The tokens of a text around the place where its parse stopped."""

    def __init__(self, text: str, tokens: Tokens, stop: Stop, start: str, first_line: int) -> None:
        self.text, self.tokens, self.expected, self.start = text, tokens, stop.expected, start
        self._first_line = first_line
        self.at = stop.token
        self.kind = tokens.kinds[self.at]
        self.before = tokens.kinds[self.at - 1] if self.at else ""

    def line(self, offset: int) -> int:
        """Answer the line of `offset`, as the file counts it."""
        return Lines(self.text).line(offset) + self._first_line - 1

    def word(self, index: int) -> str:
        if index < 0:
            return "the beginning"
        if self.tokens.kinds[index] == END:
            return "the end"
        return self.text[self.tokens.starts[index] : self.tokens.ends[index]]

    def touches_a_name(self, index: int) -> bool:
        """Answer whether the token behind `index` is a name, with no blank between."""
        tokens = self.tokens
        return tokens.kinds[index + 1] == "NAME" and tokens.starts[index + 1] == tokens.ends[index]

    def is_torn_assignment(self) -> bool:
        """Answer whether the colon where the parse stopped was meant as `:=`: `: =` or `=:`."""
        turned = self.at > 0 and self.word(self.at - 1) == "=" and self.tokens.ends[self.at - 1] == self.tokens.starts[self.at]
        return turned or self.word(self.at + 1).startswith("=")

    def issue(self, code: str, at: int | None = None, opener: int | None = None) -> Issue:
        """Answer the issue `code` at a token (the one where the parse stopped), about an opening one."""
        at = self.at if at is None else at
        start, end = self.tokens.starts[at], self.tokens.ends[at]
        if self.tokens.kinds[at] == END and at:
            # The white space at the end is nobody's fault: point behind the last token.
            start = end = self.tokens.ends[at - 1]
        words = {"at": _quoted(self.word(at)), "before": _shortened(self.word(at - 1)), "opener": "", "closer": "", "line": ""}
        fault = faults()[code]
        if code == "P112":
            words["at"] = self.word(at)
        if opener is not None:
            word = self.word(opener)
            words |= {"opener": word, "closer": _CLOSERS.get(word, ""), "line": str(self.line(self.tokens.starts[opener]))}
        return Issue(code, fault.message.format(**words), Severity.ERROR, Span(start, end), fault.hint.format(**words))


def _shortened(word: str) -> str:
    return word if len(word) <= 40 else word[:37] + "..."


def _quoted(word: str) -> str:
    return word if word in ("the end", "the beginning") else f"`{_shortened(word)}`"


def diagnose(text: str, tokens: Tokens, stop: Stop, start: str, first_line: int = 1) -> Issue:
    """Answer the issue of a parse from `start` ("method" or "script") that stopped at `stop`; hints count lines from `first_line`."""
    reading = _Reading(text, tokens, stop, start, first_line)
    return _open_quote(reading) or _brackets(reading) or reading.issue(_code(reading))


def _open_quote(reading: _Reading) -> Issue | None:
    """A quote that no pattern matches opens a string or comment without an end, wherever the parse stopped.

    The fault shows where the text stops to make sense, which is at the stop or just before it.
    """
    kinds = reading.tokens.kinds
    quote = next((index for index, kind in enumerate(kinds) if kind == BAD and reading.word(index) in "'\""), None)
    if quote is None:
        return None
    nearest = next((index for index in range(min(reading.at, quote), -1, -1) if kinds[index] == "STRING" or index == quote), quote)
    start = reading.tokens.starts[nearest]
    if reading.word(quote) == "'":
        if _is_apostrophe(reading.text, start):
            return _issue_at(reading, reading.text.index('"', start))
        return reading.issue("P101", nearest, nearest)
    if nearest != quote and nearest >= reading.at - 1 and reading.word(nearest).count('"') % 2:
        # This string has run into a comment, and what was left of that is the rest.
        return reading.issue("P101", nearest, nearest)
    if reading.text.startswith("\"'", reading.tokens.starts[quote]):
        return reading.issue("P101", nearest, nearest)
    return _issue_at(reading, _last_comment(reading, quote))


def _last_comment(reading: _Reading, quote: int) -> int:
    """Answer where the comment begins that is not terminated: the last before the stop, which took in what is code."""
    starts = reading.tokens.starts
    before = [start for start, end in reading.tokens.comments if end <= starts[reading.at]] if reading.at < quote else []
    return before[-1] if before else starts[quote]


def _is_apostrophe(text: str, at: int) -> bool:
    """Answer whether the quote is one of prose ("the receiver's"), in a comment that lacks its beginning."""
    return text[at - 1 : at].isalpha() and text[at + 1 : at + 2].isalpha() and text.count('"', at) % 2 == 1


def _issue_at(reading: _Reading, start: int) -> Issue:
    fault = faults()["P102"]
    line = reading.line(start)
    return Issue("P102", fault.message, Severity.ERROR, Span(start, start + 1), fault.hint.format(line=line))


def _brackets(reading: _Reading) -> Issue | None:
    stack: list[int] = []
    tokens = reading.tokens
    for index in range(len(tokens.kinds)):
        end = tokens.ends[index]
        last = reading.text[end - 1 : end]
        word = reading.text[tokens.starts[index] : end] if last and last in "([{)]}" else ""
        if word in _CLOSERS:
            stack.append(index)
        elif word in (")", "]", "}"):
            if stack and _CLOSERS[reading.word(stack[-1])] == word:
                stack.pop()
            elif stack and not _is_surplus(reading, word, _CLOSERS[reading.word(stack[-1])]):
                return _unclosed(reading, stack[-1], index)
            else:
                return reading.issue("P112", index)
    return _unclosed(reading, stack[-1], len(tokens.kinds) - 1) if stack else None


def _is_surplus(reading: _Reading, closer: str, wanted: str) -> bool:
    """Answer whether the text has too many of `closer`, and as many as it needs of the one that is `wanted` here."""
    balance = {")": 0, "]": 0, "}": 0}
    for start, end in zip(reading.tokens.starts, reading.tokens.ends, strict=True):
        last = reading.text[end - 1 : end]
        if last and last in "([{)]}":
            word = reading.text[start:end]
            if word in _CLOSERS:
                balance[_CLOSERS[word]] += 1
            elif word in balance:
                balance[word] -= 1
    return balance[closer] < 0 and balance[wanted] <= 0


def _unclosed(reading: _Reading, opener: int, at: int) -> Issue:
    literal = reading.word(opener) in ("#(", "#[")
    # The parse often stops before the bracket is missed: that is nearer to the fault.
    return reading.issue("P113" if literal else "P111", min(at, max(reading.at, opener + 1)), opener)


def _code(reading: _Reading) -> str:
    kind = reading.kind
    if kind == BAD:
        return "P104" if reading.word(reading.at) in "#$" else "P103"
    if reading.start == "method" and (code := _pattern_code(reading)):
        return code
    return _context_code(reading) or (_operand_code(reading) if _wants_operand(reading) else _run_on_code(reading))


def _wants_operand(reading: _Reading) -> bool:
    return {"LSQB", "LPAR", "NAME"} <= reading.expected


def _pattern_code(reading: _Reading) -> str | None:
    if reading.at == 0:
        return "P151"
    if reading.expected == {"NAME"}:
        kinds = reading.tokens.kinds[: reading.at]
        if all(kind == ("KEYWORD", "NAME")[index % 2] for index, kind in enumerate(kinds)) or (len(kinds) == 1 and kinds[0] in _BINARY):
            return "P152"
    return "P152" if _swallowed_argument(reading) else None


def _swallowed_argument(reading: _Reading) -> bool:
    """The last name of a pattern that stands on a line of its own began the first statement: the argument is what lacks."""
    kinds, at = reading.tokens.kinds, reading.at
    if at < 2 or at % 2 or not _is_message(reading.kind) or kinds[:at] != ["KEYWORD", "NAME"] * (at // 2):
        return False
    return any(end in reading.text[reading.tokens.ends[at - 2] : reading.tokens.starts[at - 1]] for end in "\r\n")


def _in_block_header(reading: _Reading) -> bool:
    """Names and a bar that open a block, with something behind them that only makes sense after a block header."""
    kinds, at = reading.tokens.kinds, reading.at
    opener = at - 1
    while opener >= 0 and kinds[opener] in ("NAME", "COLON", "BAR", "BARS"):
        opener -= 1
    if opener < 0 or kinds[opener] != "LSQB" or kinds[opener + 1 : opener + 2] != ["NAME"]:
        return False
    inside = kinds[opener + 1 : at]
    if reading.kind == "COLON":
        # A colon that touches a name is a parameter's; one on its own was torn from a keyword.
        return set(inside) <= {"NAME", "COLON"} and reading.touches_a_name(reading.at)
    bar = next((index for index, kind in enumerate(inside) if kind in ("BAR", "BARS")), None)
    if bar is None or set(inside[:bar]) != {"NAME"}:
        return False
    return reading.kind in ("BAR", "BARS", "CARET", "RSQB", "ASSIGN")


def _context_code(reading: _Reading) -> str | None:
    """The code of a stop inside a construct with its own rules: block header, temporaries, pragma, literal, cascade."""
    expected, before = reading.expected, reading.before
    if before == "COLON" or (expected and expected <= {"COLON", "BAR", "BARS", "RSQB"}) or _in_block_header(reading):
        return "P141"
    if "BAR" in expected and expected <= {"NAME", "BAR"}:
        return "P142"
    if "KEYWORDS" in expected:
        return "P114"
    if expected and expected <= {"NUMBER", "NEGATIVE", "RSQB"} and "NUMBER" in expected:
        return "P115" if before not in ("MINUS", "NEGATIVE") else "P134"
    if expected == {"NAME"} or _in_pragma(expected) or _in_open_pragma(reading) or (before == "LESS" and expected <= {"NAME", "KEYWORD"}):
        return "P171"
    if before == "SEMICOLON":
        return "P163"
    if reading.kind == "SEMICOLON":
        return "P162" if _wants_operand(reading) and before in ("", "PERIOD", "LSQB", "BAR", "BARS", "NAME", "GREATER") else None
    return None


def _in_pragma(expected: frozenset[str]) -> bool:
    closes = "GREATER" in expected and "BINARY" not in expected
    literal_only = "STRING" in expected and "LSQB" not in expected and "RPAR" not in expected
    return closes or literal_only


def _in_open_pragma(reading: _Reading) -> bool:
    """Answer whether a pragma before the stop has no end: GNU's hold expressions, so that the code behind reads on as one."""
    kinds = reading.tokens.kinds
    for index in range(reading.at - 1, -1, -1):
        if ">" in reading.word(index) and kinds[index] in _BINARY:
            return False
        if kinds[index] == "LESS":
            return kinds[index + 1] == "KEYWORD" and index + 1 < reading.at
    return False


def _operand_code(reading: _Reading) -> str:
    kind, before = reading.kind, reading.before
    if kind == "COLON" or (kind == "ASSIGN" and before == "ASSIGN"):
        return "P133" if reading.is_torn_assignment() else "P123" if before == "ASSIGN" else "P126"
    if "CARET" in reading.expected:
        # A statement may begin here, so that a bar or an angle before it closes something, and is no message.
        return _statement_code(kind, before)
    if kind in ("MINUS", "NEGATIVE"):
        return "P134"
    if kind == "CARET":
        return "P127"
    if before == "KEYWORD":
        return "P121"
    if before in _BINARY:
        return "P122"
    return {"ASSIGN": "P123", "CARET": "P124", "LPAR": "P125"}.get(before, "P126" if _is_message(kind) else "P100")


def _statement_code(kind: str, before: str) -> str:
    if kind in ("BAR", "BARS"):
        return "P143"
    if kind in ("MINUS", "NEGATIVE") and before == "SEMICOLON":
        return "P134"
    return "P126" if _is_message(kind) else "P100"


def _is_message(kind: str) -> bool:
    return kind in _BINARY or kind in ("KEYWORD", "KEYWORDS", "ASSIGN")


def _run_on_code(reading: _Reading) -> str:
    kind, before = reading.kind, reading.before
    if kind == "SEMICOLON":
        return "P161"
    if kind == "COLON":
        return "P133" if reading.is_torn_assignment() else "P135" if before == "NAME" else "P131"
    if kind == "ASSIGN":
        return "P132" if before in _LITERALS else "P131"
    if kind in _OPERANDS or kind == "CARET" or kind == "KEYWORD":
        return "P131"
    return "P100"
