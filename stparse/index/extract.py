"""One file to the rows of the index: pure, never fails, and what it answers is cheap to send between processes."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from stparse import nodes
from stparse.chunk import Chunk, ChunkKind, ClassDef
from stparse.definitions import (
    ClassSideDef,
    CommentDef,
    Definition,
    NamespaceDef,
    SharedVariableDef,
    definition_issues,
    definition_of,
)
from stparse.formats import FORMATS
from stparse.index.facts import FactCollector, Strings
from stparse.index.model import Finding
from stparse.index.pattern_text import guessed_selector, start_of_pattern, token_count
from stparse.index.place import Places, line_starts
from stparse.index.words import class_words, method_words
from stparse.issue import Issue, Severity
from stparse.nodes import Method, Node
from stparse.parser import parse_method, parse_script
from stparse.text import SourceFile, Span, unify_line_ends

Row = Sequence[object]

_NO_CLASS = "(computed)"
"""The class of methods whose header computes it: they are code, but of no class that a name means."""


@dataclass(slots=True)
class FileRows:
    """The rows of one file, as schema.sql has them but for the file's id.

    Rows begin with the number of their entity within the file, from 0; where a row names an interned string, it holds the
    number of the string in `strings`, from 1. `tables` are complete rows by table; the arrays are as FactCollector says.
    """

    path: str
    digest: str
    format: str
    dialect: str
    encoding: str
    size: int
    lines: int = 0
    entities: int = 0
    strings: tuple[str, ...] = ()
    tables: dict[str, list[Row]] = field(default_factory=dict)
    issues: list[Row] = field(default_factory=list)
    search: list[Row] = field(default_factory=list)
    sends: array[int] = field(default_factory=lambda: array("i"))
    uses: array[int] = field(default_factory=lambda: array("i"))
    literals: array[int] = field(default_factory=lambda: array("i"))
    pragmas: array[int] = field(default_factory=lambda: array("i"))


def extract(source: SourceFile, size: int) -> FileRows:
    """Answer the rows of `source`, whose format and dialect are settled. A reader's own fault becomes issue F003."""
    return _Extractor(source, size).run()


class _Extractor:
    """One pass over the chunks of one file."""

    def __init__(self, source: SourceFile, size: int) -> None:
        self._source = source
        self._rows = FileRows(source.path, source.digest, source.format, source.dialect, source.encoding, size)
        self._places = Places(source.text)
        self._strings = Strings()
        self._facts = FactCollector(self._strings)
        self._last_class: str | None = None

    def run(self) -> FileRows:
        try:
            for item in FORMATS[self._source.format].read(self._source):
                if isinstance(item, Issue):
                    self._file_issue(item)
                else:
                    self._chunk(item)
        except Exception as error:  # noqa: BLE001 - one bad file must not cost the others
            message = f"this file could not be read to its end: {type(error).__name__}: {error}"
            self._file_issue(Issue("F003", message, Severity.ERROR, Span(0, 0), "this is a fault of stc; please report it with the file"))
        rows = self._rows
        rows.lines, rows.strings = self._places.line_count, self._strings.all()
        rows.sends, rows.uses, rows.literals, rows.pragmas = (
            self._facts.sends, self._facts.uses, self._facts.literals, self._facts.pragmas,
        )  # fmt: skip
        return rows

    def _chunk(self, chunk: Chunk) -> None:
        if chunk.kind is ChunkKind.METHOD:
            self._method(chunk)
        elif chunk.definition is not None:
            self._define(replace(chunk.definition, category=chunk.definition.category or chunk.category), chunk)
        elif chunk.kind in (ChunkKind.DOIT, ChunkKind.CLASS, ChunkKind.NAMESPACE):
            self._doit(chunk)
        elif chunk.kind is ChunkKind.SHARED_VARIABLE:
            self._shared_variable(chunk)
        elif chunk.kind is ChunkKind.COMMENT:
            self._comment(chunk)

    # Methods

    def _method(self, chunk: Chunk) -> None:
        text = unify_line_ends(chunk.text)
        number, line = self._next(), self._places.line(chunk.body)
        parsed = parse_method(text, self._source.dialect, line)
        tree = parsed.tree if isinstance(parsed.tree, Method) else None
        starts = line_starts(text) if "\n" in text else [0]
        begin = tree.start if tree else start_of_pattern(text)
        selector = tree.selector if tree else chunk.selector or guessed_selector(text)
        class_name = chunk.class_name or _NO_CLASS
        shape = self._facts.collect(number, tree, starts, line) if tree else None
        string = self._strings.number
        self._add(
            "methods", number, string(class_name), int(chunk.meta), string(selector), string(chunk.category or None), chunk.stamp,
            chunk.body, self._places.offset(chunk, text, starts, len(text)), line + text.count("\n", 0, begin), line,
            int(tree is not None), len(starts), token_count(text), shape, _first_comment(tree), text,
        )  # fmt: skip
        self._rows.search.append((number, *method_words(selector, class_name, text)))
        for issue in parsed.issues:
            self._issue(issue, number, chunk, text, starts)

    # Everything else that is parsed

    def _doit(self, chunk: Chunk) -> None:
        text = unify_line_ends(chunk.text)
        parsed = parse_script(text, self._source.dialect, self._places.line(chunk.body))
        tree = parsed.tree
        starts = line_starts(text)
        definition = definition_of(tree) if tree is not None else None
        number = None
        if isinstance(definition, ClassDef) and chunk.category:
            definition = replace(definition, category=definition.category or chunk.category)
        if definition is not None:
            self._define(definition, chunk)
        if tree is None or _does_more(tree, definition):
            number = self._next()
            self._add(
                "doits", number, chunk.body, self._places.offset(chunk, text, starts, len(text)), self._places.line(chunk.body),
                int(tree is not None), text,
            )  # fmt: skip
            if tree is not None:
                self._facts.collect(number, tree, starts, self._places.line(chunk.body))
        found = parsed.issues if tree is None else (*parsed.issues, *definition_issues(tree))
        for issue in found:
            self._issue(issue, number, chunk, text, starts)

    # Definitions

    def _define(self, definition: Definition, chunk: Chunk) -> None:
        start, end = chunk.body, chunk.span.end
        place = (start, end, self._places.line(start))
        match definition:
            case ClassDef(kind="namespace"):
                self._add("namespaces", self._next(), definition.name, definition.namespace, " ".join(definition.imports),
                          definition.category, definition.comment, *place)  # fmt: skip
            case ClassDef(kind="extension"):
                self._extension(definition, place[2])
            case ClassDef():
                self._class(definition, place)
            case NamespaceDef():
                self._add("namespaces", self._next(), definition.name, definition.environment, " ".join(definition.imports),
                          definition.category, definition.comment, *place)  # fmt: skip
            case SharedVariableDef():
                self._add("shared_variables", self._next(), definition.name, definition.owner, definition.initializer,
                          definition.category, None, *place)  # fmt: skip
            case CommentDef():
                if definition.comment is not None and not definition.meta:
                    self._part(definition.class_name, "comment", definition.comment, place[2])
            case ClassSideDef():
                if definition.instance_variables:
                    self._part(definition.class_name, "class_instance_variables", " ".join(definition.instance_variables), place[2])

    def _class(self, definition: ClassDef, place: tuple[int, int, int]) -> None:
        number = self._next()
        comment = None if definition.comment is None else unify_line_ends(definition.comment)
        names = (definition.instance_variables, definition.class_variables, definition.class_instance_variables)
        others = (definition.pools, definition.imports, definition.traits)
        self._add(
            "classes", number, definition.name, definition.namespace, definition.superclass, definition.kind,
            *(" ".join(of_kind) for of_kind in (*names, *others)), definition.category, comment, int(definition.stub),
            int(definition.trait), *place,
        )  # fmt: skip
        if not definition.stub:
            variables = " ".join(name for of_kind in names for name in of_kind)
            self._rows.search.append((number, *class_words(definition.name, variables, definition.category, comment)))

    def _extension(self, definition: ClassDef, line: int) -> None:
        for part in ("instance_variables", "class_variables", "class_instance_variables"):
            names: tuple[str, ...] = getattr(definition, part)
            if names:
                self._part(definition.name, part, " ".join(names), line)

    def _part(self, class_name: str, part: str, text: str, line: int) -> None:
        number, text = self._next(), unify_line_ends(text)
        self._add("class_parts", number, class_name, part, text, line)
        if part == "comment":
            self._rows.search.append((number, *class_words(class_name, "", None, text)))

    def _shared_variable(self, chunk: Chunk) -> None:
        name, text = chunk.selector, unify_line_ends(chunk.text)
        if name is None:
            name, _, text = (part.strip() for part in text.partition(":="))
        place = (chunk.body, chunk.span.end, self._places.line(chunk.body))
        self._add("shared_variables", self._next(), name, chunk.class_name, text or None, chunk.category, None, *place)

    def _comment(self, chunk: Chunk) -> None:
        text, line = unify_line_ends(chunk.text), self._places.line(chunk.body)
        if chunk.class_name is not None and not chunk.meta:
            self._part(chunk.class_name, "comment", text, line)
        self._add("comments", self._next(), chunk.class_name, text, chunk.body, chunk.span.end, line)

    # Rows

    def _next(self) -> int:
        self._rows.entities += 1
        return self._rows.entities - 1

    def _add(self, table: str, *row: object) -> None:
        self._rows.tables.setdefault(table, []).append(row)

    def _file_issue(self, issue: Issue) -> None:
        line, column = self._places.line_column(issue.span.start)
        self._rows.issues.append(_issue_row(issue, None, line, column))

    def _issue(self, issue: Issue, owner: int | None, chunk: Chunk, text: str, starts: list[int]) -> None:
        at = self._places.offset(chunk, text, starts, min(issue.span.start, len(text)))
        if owner is None:
            end = self._places.offset(chunk, text, starts, min(issue.span.end, len(text)))
            issue = replace(issue, span=Span(at, max(at, end)))
        self._rows.issues.append(_issue_row(issue, owner, *self._places.line_column(at)))


def _issue_row(issue: Issue, owner: int | None, line: int, column: int) -> Row:
    return (owner, issue.code, issue.severity.value, issue.message, issue.hint, issue.span.start, issue.span.end, line, column)


def _does_more(tree: Node, definition: Definition | None) -> bool:
    """Answer whether a do-it does more than define: other statements before it, or a global's value that is computed."""
    if definition is None or (isinstance(definition, SharedVariableDef) and definition.initializer is None):
        return True
    return isinstance(tree, nodes.Sequence) and len(tree.statements) > 1


def _first_comment(tree: Method | None) -> str | None:
    return next((text for index, text in tree.body.comments if index == 0), None) if tree else None


def findings_of(rows: FileRows) -> Iterator[Finding]:
    """Yield the issues of a file with their places, for who needs no index."""
    methods = {row[0]: row for row in rows.tables.get("methods", ())}
    for owner, code, severity, message, hint, start, end, line, column in rows.issues:
        issue = Issue(str(code), str(message), Severity(severity), Span(_int(start), _int(end)), None if hint is None else str(hint))
        method = methods.get(owner)
        names = (None, None, None) if method is None else (_text(rows, method[1]), bool(method[2]), _text(rows, method[3]))
        yield Finding(issue, rows.path, _int(line), _int(column), *names)


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value


def _text(rows: FileRows, number: object) -> str | None:
    return rows.strings[number - 1] if isinstance(number, int) and number else None
