"""GNU bracket syntax: what opens a scope, what stands in a class body, and which bracket closes which.

Here the parser drives: strings, comments and characters protect what is in them. One pass pairs the brackets of the
whole file; all else are regular expressions matched at a place, so reading stays linear.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from stparse.chunk import ClassDef
from stparse.formats._patterns import COMMENT, GAP, IDENTIFIER, NAME, PATTERN, STRING
from stparse.text import Span

TEXT = rf"'[^']*+'|{COMMENT}|\$."
GAPS = re.compile(GAP)

EVAL = re.compile(rf"Eval{GAP}\[")
CLASS = re.compile(
    rf"(?P<super>{NAME}){GAP}(?P<how>\w*?[sS]ubclass):{GAP}#?(?P<name>{NAME}){GAP}\["
    rf"|(?P<extended>{NAME}){GAP}(?P<meta>class{GAP})?extend{GAP}\["
)
CLASS_SIDE = re.compile(rf"(?P<name>{NAME})\s++class{GAP}\[")
NAMESPACE = re.compile(rf"Namespace{GAP}current:{GAP}(?P<name>{NAME}){GAP}\[")
NAMESPACE_STATEMENT = re.compile(rf"Namespace\s++current:\s*+(?:\(?\s*+Smalltalk\s++addSubspace:\s*+#)?(?P<name>{NAME})")
METHOD = re.compile(rf"(?:(?P<who>{NAME})(?P<meta>\s++class)?{GAP}>>{GAP})?(?P<pattern>{PATTERN})\[")
VARIABLES = re.compile(rf"\|(?P<names>(?:[\w\s]|{COMMENT})*+)\|")
PRAGMA = re.compile(rf"<{GAP}(?P<keyword>\w++):(?P<value>(?:{STRING}|{COMMENT}|\$.|\.(?!\s)|[^>'\"$.\[\]])*+)>", re.DOTALL)
CLASS_VARIABLE = re.compile(rf"(?P<name>{IDENTIFIER}){GAP}:={GAP}")
PROTOCOL = re.compile(rf"<\s*+category:\s*+(?P<value>{STRING})\s*+>")

# What a statement can hold before its end; `.` ends one only before white space or a closing bracket.
STATEMENT = re.compile(rf"{TEXT}|(?P<end>\.(?=[\s\]]|\Z))|(?P<bracket>[\[\]])|(?P<bang>!)", re.DOTALL)
BANG = re.compile(rf"{TEXT}|(?P<bang>!)", re.DOTALL)
_BRACKETS = re.compile(rf"{TEXT}|(?P<open>(?P<operand>\w\s*+)?\[)|(?P<close>\])", re.DOTALL)


# A head's line is shorter than this; without a bound, hostile text would be searched over and over.
_LONGEST_LINE = 2_000


def line_start(text: str, start: int, at: int) -> int | None:
    """Answer where the line of `at` begins; None when that is not after `start`, or too far away to be a head's line."""
    start = max(start, at - _LONGEST_LINE)
    line = max(text.rfind("\n", start, at), text.rfind("\r", start, at)) + 1
    return line if line > start else None


class Brackets:
    """The brackets of one text: `closing[i]` is the offset of the `]` for the `[` at `i`; some have none.

    `suspects` are the `[` that follow an operand, in order. No expression allows that, so inside a method such a
    bracket begins the next method, and this one's `]` is missing.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.closing: dict[int, int] = {}
        self.suspects: list[int] = []
        stack: list[int] = []
        for match in _BRACKETS.finditer(text):
            if match.lastgroup is None:
                continue
            at = match.end() - 1
            if match["close"] is None:
                stack.append(at)
                if match["operand"] is not None:
                    self.suspects.append(at)
            elif stack:
                self.closing[stack.pop()] = at

    def next_method(self, start: int, end: int) -> int | None:
        """Answer where the line of a method's head begins between `start` and `end`, or None."""
        for index in range(bisect_left(self.suspects, start), len(self.suspects)):
            at = self.suspects[index]
            if at >= end:
                return None
            line = line_start(self._text, start, at)
            if line is not None and self._is_head(line, at):
                return line
        return None

    def _is_head(self, line: int, at: int) -> bool:
        gap = GAPS.match(self._text, line)
        head = METHOD.match(self._text, gap.end() if gap else line)
        return head is not None and head.end() == at + 1


@dataclass(slots=True)
class Scope:
    """A class body (or `Foo class [ ]`, or a name space) while it is read. `index` is that of its chunk."""

    name: str
    meta: bool
    index: int | None
    start: int
    superclass: str | None = None
    kind: str = ""
    namespace: str | None = None
    parent: Scope | None = None
    instance: list[str] = field(default_factory=list)
    class_side: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    imports: list[str] = field(default_factory=list)

    def add_variables(self, names: list[str]) -> None:
        if self.parent is not None and self.parent.name == self.name and self.meta:
            self.parent.class_side.extend(names)
        elif self.meta:
            self.class_side.extend(names)
        else:
            self.instance.extend(names)

    def add_pragma(self, keyword: str, value: str) -> None:
        if keyword == "import":
            self.imports.append(value.strip())
        else:
            self.said[keyword] = value.strip()

    def definition(self, span: Span, file: str) -> ClassDef | None:
        """Answer the class; None for a scope that only adds methods, and kind `extension` for one that adds variables."""
        if self.kind == "extension" and not (self.instance or self.class_side or self.shared):
            return None
        return ClassDef(
            self.name,
            None if self.superclass in (None, "nil") else self.superclass,
            self.namespace,
            _SHAPES.get(self.said.get("shape", "").removeprefix("#"), self.kind),
            tuple(self.instance),
            tuple(self.shared),
            tuple(self.class_side),
            imports=tuple(self.imports),
            category=unquoted(self.said.get("category")),
            comment=unquoted(self.said.get("comment")),
            span=span,
            file=file,
        )


_SHAPES = {"pointer": "variable", "inherit": "normal", "byte": "bytes", "character": "bytes", "word": "words", "uint": "words"}


def unquoted(literal: str | None) -> str | None:
    """Answer what a string literal says; None for anything else."""
    if literal is None or len(literal) < 2 or literal[0] != "'" or literal[-1] != "'":
        return None
    return literal[1:-1].replace("''", "'")


def names_in(declaration: str) -> list[str]:
    """Answer the names of `a "what" b`, comments left out."""
    return re.sub(COMMENT, " ", declaration).split()
