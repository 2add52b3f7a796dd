"""What the parser says of a text, in words that a developer can act on; parses are remembered for a while."""

from __future__ import annotations

import re
from functools import lru_cache

from stparse.issue import Issue, Severity
from stparse.parser import Parsed, parse_method
from stparse.text import Lines

_ADVICE = re.compile(r"write: (.+)", re.DOTALL)
_THINGS = ("string ", "comment ", "literal array ")
_NAME_BEFORE = re.compile(r"(\w+)\s*$")


@lru_cache(maxsize=64)
def parsed(text: str, dialect: str) -> Parsed:
    """Answer the parse of a method; a text that several claims look at is parsed once."""
    return parse_method(text, dialect)


def first_error(text: str, dialect: str) -> Issue | None:
    """Answer the first error of a method's text, or None."""
    return next((issue for issue in parsed(text, dialect).issues if issue.severity is Severity.ERROR), None)


def message_of(issue: Issue, text: str) -> str:
    """Answer the message of an issue; where a name was read as a unary message it is the name that lacks the period."""
    if issue.code == "P131" and text.startswith(":=", issue.span.start):
        name = _NAME_BEFORE.search(text, 0, issue.span.start)
        if name:
            return issue.message.replace("`:=`", f"`{name[1]} :=`")
    return issue.message


def diagnosis(issue: Issue, text: str, told: str | None = None) -> str:
    """Answer an issue as a sentence with its line: what is wrong, and what to do; `told` takes the place of the hint."""
    line = Lines(text).line(issue.span.start)
    if issue.code in ("P111", "P113") and issue.hint:
        belongs = f"; {told}" if told else ""
        noticed = "" if f"line {line}'s" in issue.hint else f"; the compiler notices it in line {line}"
        return f"the {issue.hint} ({issue.code}){belongs}{noticed}."
    remedy = told or _ADVICE.sub(r"write `\1`", issue.hint or "")
    return f"line {line}: {_with_article(message_of(issue, text))} ({issue.code}){f'; {remedy}' if remedy else ''}."


def _with_article(message: str) -> str:
    """Answer a message of the compiler as it stands in a sentence: "the string is not terminated"."""
    return f"the {message}" if message.startswith(_THINGS) else message


def cut_wrong(issue: Issue, text: str, edit: int, said: str) -> str:
    """Answer a fault of the chunk format as a sentence: where the edit is and what is wrong there, and what is noticed of it, where."""
    lines = Lines(text)
    line, noticed = lines.line(edit), lines.line(issue.span.start)
    # The readers speak of the piece as a whole, the parser of the place where it notices.
    where = f", {'noticed' if noticed > line else 'it begins'} in line {noticed}" if noticed != line and issue.code.startswith("P") else ""
    # Of a class that nobody has the checker speaks as of an index that is not there.
    heard = "" if issue.code.startswith("C") else f": {issue.message}"
    return f"Line {line}: {said} ({issue.code}{heard}{where})."
