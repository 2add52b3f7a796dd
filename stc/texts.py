"""The check of one text: what it is for, what stands around it, and its findings in their places."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from checker.base import load_base, shipped_base
from checker.check import check, check_reading, dialect_of
from checker.environment import House
from checker.kinds import format_of_text, kind_of
from checker.reference import Reference, read_reference
from checker.source import Lint, Reading, Unit
from checker.surroundings import OwnText
from checker.verdict import Located, Verdict
from stparse.dialect import DIALECTS
from stparse.index.model import MethodDef
from stparse.index.pattern_text import guessed_selector, token_count
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError, Issue
from stparse.nodes import Method
from stparse.text import Lines, SourceFile, Span, decode, unify_line_ends


class Context:
    """What texts are judged with: the index and the base, opened once."""

    def __init__(self, index: Path | CodeIndex | None, base: Path | None, dialect: str | None, lint: bool) -> None:
        """`index` may be opened already; then it stays so when the context is left."""
        if dialect is not None and dialect not in DIALECTS:
            raise BadInputError(f"no dialect {dialect!r}; there are {', '.join(DIALECTS)}")
        self._owned = CodeIndex.open(index) if isinstance(index, Path) else None
        self.index = index if isinstance(index, CodeIndex) else self._owned
        self.dialect = dialect
        self.lint = lint
        self._given = load_base(base) if base is not None else None

    def __enter__(self) -> Context:
        return self

    def __exit__(self, *_: object) -> None:
        if self._owned is not None:
            self._owned.close()

    def house(self, dialect: str) -> House:
        """Answer the house in which a text of a dialect is judged."""
        return House(self.index, self._given if self._given is not None else shipped_base(dialect))

    def dialect_for(self, text: str, kind: str | None, class_name: str | None) -> str:
        """Answer the dialect that was asked for, else that of the class, of the code base, of the base, of the text."""
        if self.dialect is not None:
            return self.dialect
        if self.index is not None:
            groups = self.index.class_table.named(class_name) if class_name else ()
            for group in groups:
                return group.definitions[0].dialect
            for dialect, _ in self.index.dialects:
                return dialect
        if self._given is not None and self._given.dialect in DIALECTS:
            return self._given.dialect
        return dialect_of(text, kind)


def check_text(data: bytes, path: str, context: Context, kind: str | None, class_text: str | None, undeclared: str) -> list[Located]:
    """Answer the findings of one text. Raises BadInputError for a class that is none."""
    about = read_reference(class_text) if class_text is not None else None
    text = decode(data)[0]
    class_name, meta = (about.class_name, about.meta) if about is not None else (None, False)
    dialect = context.dialect_for(text, kind, class_name)
    house = context.house(dialect)
    if kind == "answer":
        from checker.answers import check_answer

        answer = check_answer(text, dialect=dialect, house=house, class_name=class_name, meta=meta, undeclared=undeclared, path=path)
        return list(answer.located)
    kind = kind or kind_of(text, dialect, in_class=class_name is not None)
    if kind == "fileout":
        reading = Reading(SourceFile(path, text, dialect=dialect, format=format_of_text(text)[0]))
        lint = unit_linter(context.index, dialect) if context.lint else None
        return list(check_reading(reading, OwnText(house), lint=lint, undeclared=undeclared).located)
    verdict = check(text, kind=kind, class_name=class_name, meta=meta, dialect=dialect, house=house, undeclared=undeclared, path=path)
    if context.lint:
        verdict = replace(verdict, issues=(*verdict.issues, *_rules_about(verdict, text, dialect, about, context)))
    return list(verdict.located) if verdict.located else _located(verdict, text, path, about)


def unit_linter(index: CodeIndex | None, dialect: str) -> Lint:
    """Answer what applies the rules about methods to the methods of a text that the index need not have."""
    # Who asks for no rules is spared their import.
    from checker.lint import MethodLinter
    from checker.rules._code import CodeBase

    linter = MethodLinter(CodeBase(index) if index is not None else None)

    def lint(unit: Unit) -> list[Issue]:
        tree, chunk = unit.parsed.tree, unit.chunk
        if not isinstance(tree, Method):
            return []
        about = Reference(chunk.class_name or "", chunk.meta)
        return linter.issues(linter.scene(_unsaved(tree, unit.text, chunk.category, about, dialect), tree))

    return lint


def _rules_about(verdict: Verdict, text: str, dialect: str, about: Reference | None, context: Context) -> list[Issue]:
    """Answer what the lint rules find in a method; for expressions and class definitions there are none."""
    from checker.lint import lint_method

    tree = verdict.tree
    if not isinstance(tree, Method):
        return []
    return lint_method(_unsaved(tree, text, None, about or Reference(""), dialect), tree, context.index)


def _unsaved(tree: Method, text: str, protocol: str | None, about: Reference, dialect: str) -> MethodDef:
    """Answer a method that no index has, as the rules want to see it."""
    lines = text.count("\n") + 1
    span = Span(0, len(text))
    return MethodDef(
        0, about.class_name, about.meta, tree.selector, protocol, text, None, span, "-", 1, 1, dialect, None, token_count(text), lines,
        None, True,
    )  # fmt: skip


def _located(verdict: Verdict, text: str, path: str, about: Reference | None) -> list[Located]:
    lines, rows = Lines(text), unify_line_ends(text).split("\n")
    selector = _selector(verdict, text) if verdict.kind == "method" else None
    side = about.meta if about is not None else None
    found = []
    for issue in verdict.issues:
        line, column = lines.line_column(issue.span.start)
        end = lines.line_column(max(issue.span.start, issue.span.end))
        class_name = about.class_name if about is not None else None
        found.append(Located(issue, path, line, column, *end, class_name, side, selector, rows[min(line, len(rows)) - 1]))
    return sorted(found, key=lambda one: one.order)


def _selector(verdict: Verdict, text: str) -> str | None:
    return verdict.tree.selector if isinstance(verdict.tree, Method) else guessed_selector(unify_line_ends(text))
