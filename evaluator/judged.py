"""An answer in front of the parser: what of it is code, the verdict of each piece, and the place of each finding.

All metrics ask this one object, so that an answer is parsed once, whatever is measured of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from checker.answers import AnswerVerdict, CodePiece, JudgedPiece, check_answer
from checker.check import check
from checker.environment import House
from checker.style.judge import Adherence, Judge
from checker.verdict import Located, Verdict
from datagen.complete import Completion
from datagen.judging import base_of, house_of
from evaluator.item import Item
from stparse.index.model import MethodDef
from stparse.index.pattern_text import guessed_selector
from stparse.index.query import CodeIndex
from stparse.issue import Issue, Severity
from stparse.nodes import Method, Node
from stparse.parser import parse_method
from stparse.text import Lines, Span

_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})", re.MULTILINE)


class Bench:
    """What answers are judged with: the code base with its base facts, and the conventions that were mined from it; each may be missing.

    `held_out` are the methods of it that are asked for, as Suite.under_test has them: they do not count for what is common there.
    """

    def __init__(
        self, index: CodeIndex | None, judge: Judge | None = None, held_out: frozenset[tuple[str, bool, str]] = frozenset()
    ) -> None:
        self.index = index
        self.judge = judge
        self._held_out = held_out
        self._houses: dict[str, House] = {}

    @cached_property
    def sent(self) -> Counter[str]:
        """How often the code base sends each selector, apart from what is held out."""
        if self.index is None:
            return Counter()
        return Counter(self.index.sent_selectors) - Counter(s.selector for m in self._out for s in self.index.sends_of(m))

    @cached_property
    def named(self) -> Counter[str]:
        """How often the code base uses each capitalised name, apart from what is held out."""
        if self.index is None:
            return Counter()
        uses = (use for m in self._out for use in self.index.uses_of(m) if use.kind == "global")
        return Counter(self.index.global_names) - Counter(use.name for use in uses)

    @cached_property
    def _out(self) -> list[MethodDef]:
        assert self.index is not None
        classes = sorted({name for name, _, _ in self._held_out})
        found = (m for name in classes for m in self.index.methods_of(name) if (name, m.meta, m.selector) in self._held_out)
        return list({m.id: m for m in found}.values())

    def house(self, dialect: str) -> House:
        """Answer the code base on the base of a dialect."""
        if self.index is not None:
            return house_of(self.index, dialect)
        return self._houses.setdefault(dialect, House(None, base_of(dialect)))


@dataclass(frozen=True)
class Judged:
    """An answer to an item. Without a text it is a failure: all its properties hold, and say that there is nothing."""

    item: Item
    completion: Completion
    bench: Bench

    @property
    def text(self) -> str:
        return self.completion.text or ""

    @cached_property
    def verdict(self) -> AnswerVerdict:
        """What the checker says of the whole answer; of one that fills a hole, in its place."""
        if self.item.hole is not None:
            return self._in_place
        if self.item.form == "method" and self._is_bare_method:
            return _whole(self.text, self.item, self.bench.house(self.item.dialect))
        item = self.item
        return check_answer(
            self.text, dialect=item.dialect, house=self.bench.house(item.dialect), class_name=item.class_name, meta=item.meta
        )

    @cached_property
    def _is_bare_method(self) -> bool:
        """Whether the answer is to be read as nothing but the method that was asked for: it begins as that does, or parses as a method.

        Where there is a fence it must do both: comments of methods hold fences, too.
        """
        if not self.text.strip():
            return False
        asked = self.item.selector
        begins = asked is not None and guessed_selector(self.text) == asked
        parses = parse_method(self.text, self.item.dialect).tree is not None
        return (begins and parses) if _FENCE.search(self.text) else (begins or parses)

    @cached_property
    def code(self) -> str:
        """The code of an answer that is one piece: all of it, or what stands in its first fenced block."""
        return self.text.strip() if self.item.form == "method" and self._is_bare_method else code_of(self.text)

    @cached_property
    def _in_place(self) -> AnswerVerdict:
        assert self.item.hole is not None
        before, after = self.item.hole
        return _whole(f"{before}{self.filling}{after}", self.item, self.bench.house(self.item.dialect))

    @cached_property
    def filling(self) -> str:
        """What the answer puts into the hole: the first fenced block where there is one, else all of it."""
        return code_of(self.text)

    @property
    def pieces(self) -> tuple[JudgedPiece, ...]:
        return self.verdict.pieces if self.completion.text is not None else ()

    @cached_property
    def errors(self) -> tuple[Located, ...]:
        """What keeps it from compiling."""
        return tuple(one for one in self.verdict.located if one.issue.severity is Severity.ERROR)

    @property
    def compiles(self) -> bool:
        return self.completion.text is not None and self.verdict.compiles()

    @cached_property
    def parts(self) -> tuple[tuple[Verdict, str | None, bool, str], ...]:
        """The verdicts of all code with the class, the side and the text that each is of; a file-out is taken apart."""
        return tuple(self._parts())

    def _parts(self) -> Iterator[tuple[Verdict, str | None, bool, str]]:
        for one in self.pieces:
            if one.verdict.parts:
                yield from ((part.verdict, part.class_name, part.meta, part.source) for part in one.verdict.parts)
            else:
                yield one.verdict, one.piece.class_name, one.piece.meta, one.piece.text

    @cached_property
    def trees(self) -> tuple[Node, ...]:
        """The syntax trees of all code that parses."""
        return tuple(verdict.tree for verdict, _, _, _ in self.parts if verdict.tree is not None)

    @cached_property
    def adherences(self) -> tuple[Adherence, ...]:
        """How far each method keeps to the house; the very method that the code base has is no evidence. Nothing where nothing was
        mined."""
        judge = self.bench.judge
        found: list[Adherence] = []
        for verdict, class_name, meta, text in self.parts if judge is not None else ():
            if isinstance(verdict.tree, Method) and class_name is not None:
                assert judge is not None
                own = [m for m in judge.index.methods_of(class_name, meta=meta) if m.selector == verdict.tree.selector]
                known = own[0].file if own else next((one.file for one in judge.index.class_named(class_name)), "-")
                protocol = self.item.protocol or (own[0].protocol if own else None)
                method = MethodDef(
                    -1, class_name, meta, verdict.tree.selector, protocol, text.strip("\n"), None, Span(0, len(text)), known, 1, 1,
                    self.item.dialect, None, 0, 0, own[0].shape if own else None, True,
                )  # fmt: skip
                adherence = judge.method(method, None, [m.id for m in own])
                found += [adherence] if adherence is not None else []
        return tuple(found)


def code_of(text: str) -> str:
    """Answer what stands in the first fenced block of a text, or the text itself."""
    opening = _FENCE.search(text)
    if opening is None:
        return text.strip()
    start = text.find("\n", opening.end())
    marks = _FENCE.finditer(text, start + 1) if start >= 0 else iter(())
    closing = next((mark for mark in marks if mark[1].startswith(opening[1])), None)
    return text[start + 1 : closing.start() if closing else len(text)].strip() if start >= 0 else ""


def _whole(text: str, item: Item, house: House) -> AnswerVerdict:
    """Judge a text as one method of the class of the item."""
    verdict = check(text, kind="method", class_name=item.class_name, meta=item.meta, dialect=item.dialect, house=house)
    piece = CodePiece("method", text, Span(0, len(text)), item.class_name, item.meta, "the whole answer")
    selector = verdict.tree.selector if isinstance(verdict.tree, Method) else item.selector
    lines, rows = Lines(text), text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    located = tuple(_located(issue, lines, rows, item, selector) for issue in verdict.issues)
    return AnswerVerdict(verdict.outcome, (JudgedPiece(piece, verdict),), (), located)


def _located(issue: Issue, lines: Lines, rows: list[str], item: Item, selector: str | None) -> Located:
    line, column = lines.line_column(issue.span.start)
    end = lines.line_column(max(issue.span.start, issue.span.end))
    return Located(issue, "-", line, column, *end, item.class_name, item.meta, selector, rows[min(line, len(rows)) - 1])


def open_bench(index: Path | None, *, conventions: bool, held_out: frozenset[tuple[str, bool, str]] = frozenset()) -> Bench:
    """Open the code base at `index`, with its conventions where they are wanted. Raises IndexFileError where nothing was mined."""
    if index is None:
        return Bench(None)
    opened = CodeIndex.open(index)
    return Bench(opened, Judge(opened) if conventions else None, held_out)
