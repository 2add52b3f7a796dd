"""A model's whole answer: what in it was taken as code, the verdict of each piece and of the whole.

    found = check_answer(answer, dialect="visualworks", house=house, class_name="Contract")
    found.outcome, found.pieces, found.left

Nothing is silent: what was taken as code is a piece with the reason, all else is in `left` with the reason, and both are
findings of their own (C402 to C404) beside those of the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from checker.check import check
from checker.environment import House
from checker.kinds import format_of_text
from checker.pieces import CodePiece, pieces_of
from checker.prose import Left, find_blocks
from checker.source import Reading
from checker.surroundings import OwnText
from checker.verdict import Located, Outcome, Verdict, worst
from stparse.definitions import definitions_in
from stparse.index.pattern_text import guessed_selector
from stparse.issue import Issue, Severity
from stparse.nodes import Method
from stparse.parser import DEFAULT_DIALECT, parse_script
from stparse.text import Lines, SourceFile, Span

__all__ = ["AnswerVerdict", "CodePiece", "JudgedPiece", "Left", "check_answer", "extract"]

NO_CODE, TAKEN, LEFT, LOOKS_LIKE_CODE, LEFT_OUT = "C401", "C402", "C403", "C404", "C405"
_ELLIPSIS = re.compile(r"^[ \t]*(?:\.{3}|\u2026)[ \t]*\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class JudgedPiece:
    """A piece of code with its verdict, whose spans count in the piece's text."""

    piece: CodePiece
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class AnswerVerdict:
    """The verdict of an answer: the worst of its pieces, and an error where there is no code at all.

    `left` is what was not taken as code. `located` are all findings, with their places in the answer.
    """

    outcome: Outcome
    pieces: tuple[JudgedPiece, ...]
    left: tuple[Left, ...]
    located: tuple[Located, ...]

    def compiles(self, *, undeclared_is_error: bool = True) -> bool:
        """Answer whether all of the code compiles, and there is some."""
        return self.outcome is Outcome.COMPILES or (self.outcome is Outcome.UNDECLARED and not undeclared_is_error)


def extract(text: str, dialect: str = DEFAULT_DIALECT) -> tuple[CodePiece, ...]:
    """Answer the pieces of code in an answer, in order."""
    blocks, _ = find_blocks(text, dialect)
    return tuple(piece for block in blocks for piece in pieces_of(block, dialect))


def check_answer(
    text: str,
    *,
    dialect: str = DEFAULT_DIALECT,
    house: House | None = None,
    class_name: str | None = None,
    meta: bool = False,
    undeclared: str = "error",
    path: str = "-",
) -> AnswerVerdict:
    """Judge an answer; `class_name` and `meta` are for the methods of which the answer itself does not say the class.

    Classes that the answer defines are known to all of its pieces. Raises BadInputError for an unknown dialect.
    """
    blocks, left = find_blocks(text, dialect)
    pieces = [piece for block in blocks for piece in pieces_of(block, dialect)]
    own = OwnText(house or House())
    for piece in pieces:
        _define(piece, own, dialect)
    if class_name is not None:
        pieces = [_of_class(piece, class_name, meta) for piece in pieces]
    judged = [JudgedPiece(piece, _judge(piece, own, dialect, undeclared)) for piece in pieces]
    outcome = worst(one.verdict.outcome for one in judged) if judged else Outcome.ERROR
    located = tuple(sorted(_Places(text, path).all(judged, left), key=lambda one: (one.line, one.column, one.issue.code)))
    return AnswerVerdict(outcome, tuple(judged), tuple(left), located)


def _of_class(piece: CodePiece, class_name: str, meta: bool) -> CodePiece:
    """Answer the piece with its class; a method of which the answer says nothing is meant for the one that was asked about."""
    return replace(piece, class_name=class_name, meta=meta) if piece.kind == "method" and piece.class_name is None else piece


def _judge(piece: CodePiece, own: OwnText, dialect: str, undeclared: str) -> Verdict:
    about = piece.class_name if piece.kind == "method" else None
    return check(piece.text, kind=piece.kind, class_name=about, meta=piece.meta, dialect=dialect, text=own, undeclared=undeclared)


def _define(piece: CodePiece, own: OwnText, dialect: str) -> None:
    if piece.kind == "fileout":
        Reading(SourceFile("-", piece.text, dialect=dialect, format=format_of_text(piece.text)[0])).define(own)
    elif piece.kind in ("class", "expression"):
        tree = parse_script(piece.text, dialect).tree
        for definition in definitions_in(tree) if tree is not None else ():
            own.add(definition)


class _Places:
    """Findings about an answer in their places."""

    def __init__(self, text: str, path: str) -> None:
        self._text, self._path = text, path
        self._lines = Lines(text)
        self._rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def all(self, judged: list[JudgedPiece], left: list[Left]) -> Iterator[Located]:
        if not judged:
            hint = "the answer must hold a method, a class definition, expressions or a file-out, best in a fenced block"
            yield self._at(Issue(NO_CODE, "no code in this answer", Severity.ERROR, Span(0, 0), hint))
        for one in judged:
            yield self._taken(one.piece)
            yield from self._of_piece(one)
        yield from map(self._left, left)

    def _taken(self, piece: CodePiece) -> Located:
        about = f" of {piece.class_name}{' class' if piece.meta else ''}" if piece.class_name else ""
        kind = "class definition" if piece.kind == "class" else "file-out" if piece.kind == "fileout" else piece.kind
        return self._at(Issue(TAKEN, f"taken as {kind}{about} ({piece.why})", Severity.INFO, piece.span))

    def _left(self, left: Left) -> Located:
        if left.suspicious:
            hint = "put all code into fenced blocks"
            return self._at(Issue(LOOKS_LIKE_CODE, f"not taken as code: {left.why}", Severity.WARNING, left.span, hint))
        return self._at(Issue(LEFT, f"not taken as code: {left.why}", Severity.INFO, left.span))

    def _of_piece(self, one: JudgedPiece) -> Iterator[Located]:
        piece, verdict = one.piece, one.verdict
        begin = piece.span.start
        for match in _ELLIPSIS.finditer(piece.text):
            hint = "compilers take it for empty statements; write the code out"
            place = Span(begin + match.start(), begin + match.end())
            yield self._at(Issue(LEFT_OUT, "... stands for code that is left out", Severity.WARNING, place, hint))
        if verdict.located:
            for found in verdict.located:
                yield self._at(_moved(found.issue, begin), found.class_name, found.meta, found.selector)
            return
        method = piece.kind == "method"
        selector = _selector_of(verdict, piece.text) if method else None
        for issue in verdict.issues:
            yield self._at(_moved(issue, begin), piece.class_name if method else None, piece.meta if method else None, selector)

    def _at(self, issue: Issue, class_name: str | None = None, meta: bool | None = None, selector: str | None = None) -> Located:
        line, column = self._lines.line_column(issue.span.start)
        end = self._lines.line_column(max(issue.span.start, issue.span.end))
        if class_name is None:
            meta = None
        row = self._rows[min(line, len(self._rows)) - 1]
        return Located(issue, self._path, line, column, *end, class_name, meta, selector, row)


def _moved(issue: Issue, by: int) -> Issue:
    return replace(issue, span=Span(issue.span.start + by, issue.span.end + by))


def _selector_of(verdict: Verdict, text: str) -> str | None:
    return verdict.tree.selector if isinstance(verdict.tree, Method) else guessed_selector(text)
