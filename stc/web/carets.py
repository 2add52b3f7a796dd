"""Findings beside the text that they are about: the line, and a caret under the place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from checker.answers import JudgedPiece
from checker.verdict import Outcome
from stparse.issue import Severity
from stparse.text import Lines, unify_line_ends


@dataclass(frozen=True, slots=True)
class Caret:
    """A finding at `line`: `row` is the text of that line, `under` the line below it with the caret."""

    line: int
    row: str
    under: str
    said: str


def caret(text: str, line: int, column: int, said: str) -> Caret:
    """Answer the finding `said` at a place in `text`; both count from 1. Tabs stay tabs, so that the caret stands right below."""
    rows = unify_line_ends(text).split("\n")
    row = rows[min(line, len(rows)) - 1]
    return Caret(line, row, re.sub(r"[^\t]", " ", row[: column - 1]) + "^", said)


def errors_of(one: JudgedPiece) -> list[Caret]:
    """Answer the errors of a piece of code that does not compile, or whose names nobody declares."""
    if one.verdict.outcome is Outcome.COMPILES:
        return []
    text = one.piece.text
    lines = Lines(text)
    located = [(found.issue, (found.line, found.column)) for found in one.verdict.located]
    issues = located or [(issue, lines.line_column(issue.span.start)) for issue in one.verdict.issues]
    errors = [(issue, place) for issue, place in issues if issue.severity is Severity.ERROR]
    return [caret(text, *place, f"{issue.message} ({issue.code})") for issue, place in errors]
