"""A file, or a text of any file format: every method, definition and do-it in it judged, each finding with its place in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial

from checker.classes import Surroundings, definition_faults, stated_faults
from checker.environment import House
from checker.snippet import judge, parse
from checker.surroundings import OwnText
from checker.verdict import BASE_UNKNOWN, Located, Part, Verdict, base_unknown, outcome_of, worst
from stparse.chunk import Chunk, ChunkKind, ClassDef
from stparse.definitions import definition_issues, definitions_in
from stparse.formats import FORMATS
from stparse.index.pattern_text import guessed_selector
from stparse.index.place import Places, line_starts
from stparse.issue import Issue, Severity
from stparse.nodes import Assign, Method, Sequence, walk
from stparse.parser import Parsed
from stparse.text import SourceFile, Span, unify_line_ends

_CODE = frozenset((ChunkKind.DOIT, ChunkKind.CLASS, ChunkKind.NAMESPACE))
# At the top level these declare a variable by assigning to it.
_DECLARE_BY_USE = frozenset(("gnu",))
Lint = Callable[["Unit"], list[Issue]]
"""Answers what the rules say of one unit; spans count in its text."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One method, or one do-it or definition, of a file; `text` has LF line ends and begins on `line`."""

    kind: str
    chunk: Chunk
    text: str
    line: int
    starts: list[int]
    parsed: Parsed

    @property
    def selector(self) -> str | None:
        if self.kind != "method":
            return None
        tree = self.parsed.tree
        return tree.selector if isinstance(tree, Method) else self.chunk.selector or guessed_selector(self.text)


@dataclass(slots=True)
class Judged:
    """What was found in one file. `unknown` are names that could not be judged, by how many units have them."""

    located: list[Located] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)
    unknown_line: int = 0
    assumed: set[str] = field(default_factory=set)
    undeclared: set[str] = field(default_factory=set)

    def note_unknown(self, names: Iterable[str], line: int) -> None:
        """Enter the names that could not be judged in the unit that begins on `line`."""
        for name in names:
            self.unknown[name] = self.unknown.get(name, 0) + 1
            self.unknown_line = self.unknown_line or line


class Reading:
    """A file read into units: parsed once, with what it defines."""

    def __init__(self, source: SourceFile, before: Reading | None = None) -> None:
        """`before` is another version of the text: what stands in both is not parsed again."""
        self.source = source
        self._parsed: dict[tuple[str, str, int], Parsed] = {}
        self._before = before._parsed if before is not None and before.source.dialect == source.dialect else {}
        self.places = Places(source.text)
        self.issues: list[Issue] = []
        self.units: list[Unit] = []
        self.stated: list[ClassDef] = []
        self._lines = line_starts(source.text)
        try:
            for item in FORMATS[source.format].read(source):
                if isinstance(item, Issue):
                    self.issues.append(item)
                else:
                    self._take(item)
        except Exception as error:  # noqa: BLE001 - one bad file must not cost the others
            message = f"this file could not be read to its end: {type(error).__name__}: {error}"
            hint = "this is a fault of stc; please report it with the file"
            self.issues.append(Issue("F003", message, Severity.ERROR, Span(0, 0), hint))
        self._before = {}

    def define(self, text: OwnText) -> None:
        """Enter all that the file defines."""
        for definition in self.stated:
            text.add(definition)
        for unit in self.units:
            if unit.kind == "script" and unit.parsed.tree is not None:
                for found in definitions_in(unit.parsed.tree):
                    text.add(found)

    def locate(self, issue: Issue, unit: Unit | None = None) -> Located:
        """Answer an issue of a unit (or, without one, of the file) in its place; its span then counts in the file."""
        if unit is None:
            start, end = issue.span.start, issue.span.end
        else:
            start, end = (
                self.places.offset(unit.chunk, unit.text, unit.starts, min(at, len(unit.text))) for at in (issue.span.start, issue.span.end)
            )
        end = max(start, end)
        (line, column), (end_line, end_column) = self.places.line_column(start), self.places.line_column(end)
        method = unit is not None and unit.kind == "method"
        return Located(
            replace(issue, span=Span(start, end)),
            self.source.path,
            line,
            column,
            end_line,
            end_column,
            unit.chunk.class_name if unit is not None and method else None,
            unit.chunk.meta if unit is not None and method else None,
            (unit.selector or None) if unit is not None and method else None,
            self._text_of(line),
        )

    def _text_of(self, line: int) -> str:
        end = self._lines[line] if line < len(self._lines) else len(self.source.text)
        return self.source.text[self._lines[line - 1] : end].rstrip("\r\n")

    def _take(self, chunk: Chunk) -> None:
        if chunk.kind is ChunkKind.METHOD:
            self.units.append(self._unit("method", chunk))
        elif chunk.definition is not None:
            self.stated.append(replace(chunk.definition, span=Span(chunk.body, min(chunk.span.end, chunk.body + 1))))
        elif chunk.kind in _CODE:
            self.units.append(self._unit("script", chunk))

    def _unit(self, kind: str, chunk: Chunk) -> Unit:
        text, line = unify_line_ends(chunk.text), self.places.line(chunk.body)
        # What is told of a text that does not parse names its lines.
        whole, broken = (kind, text, 0), (kind, text, line)
        parsed = self._before.get(whole) or self._before.get(broken) or parse(text, kind, self.source.dialect, line)
        self._parsed[whole if parsed.tree is not None else broken] = parsed
        return Unit(kind, chunk, text, line, line_starts(text), parsed)


class Memory:
    """The verdicts of the methods of one text, kept from one version of it to the next; for one house and one set of rules."""

    def __init__(self) -> None:
        self._around: OwnText | None = None
        self._known: dict[tuple[object, ...], tuple[Verdict, list[Issue]]] = {}
        self._used: dict[tuple[object, ...], tuple[Verdict, list[Issue]]] = {}

    def begin(self, text: OwnText) -> None:
        """Begin with a version that defines what `text` has; where that is something else than before, all is judged anew."""
        same = self._around is not None and text.defines_what(self._around)
        self._known, self._used, self._around = self._used if same else {}, {}, text

    def found(self, unit: Unit, judged: Callable[[], tuple[Verdict, list[Issue]]]) -> tuple[Verdict, list[Issue]]:
        """Answer what is known of a unit, or else `judged`."""
        chunk = unit.chunk
        if unit.kind != "method" or chunk.class_name is None:
            # What a do-it sees depends on those before it.
            return judged()
        line = unit.line if unit.parsed.tree is None else 0
        key = (chunk.class_name, chunk.meta, chunk.category, unit.text, line)
        self._used[key] = found = self._known.get(key) or judged()
        return found


def judge_source(
    reading: Reading,
    text: OwnText,
    *,
    file: str | None = None,
    lint: Lint | None = None,
    parts: bool = False,
    strict: bool = False,
    memory: Memory | None = None,
) -> Judged:
    """Judge all of a file that has been read; `text` says what is defined around it. Never fails.

    `file` is the file's path in the house's index; `parts` asks for a verdict of each unit too; `strict` says that the
    definitions are what the text is for (see `checker.classes`). `memory` is that of the version before, for the same house,
    file and lint.
    """
    found = Judged()
    if memory is not None:
        memory.begin(text)
    found.located.extend(reading.locate(issue) for issue in reading.issues)
    for definition in reading.stated:
        found.located.extend(reading.locate(issue) for issue in stated_faults(definition, strict=strict))

    def judged(unit: Unit) -> tuple[Verdict, list[Issue]]:
        verdict = _judge_unit(unit, reading, text, file)
        issues = [issue for issue in verdict.issues if issue.code != BASE_UNKNOWN]
        return verdict, issues + lint(unit) if lint is not None else issues

    for unit in reading.units:
        verdict, issues = judged(unit) if memory is None else memory.found(unit, partial(judged, unit))
        found.located.extend(reading.locate(issue, unit) for issue in issues)
        found.note_unknown(verdict.unknown, unit.line)
        found.assumed.update(verdict.assumed)
        found.undeclared.update(verdict.undeclared)
        if parts:
            chunk = unit.chunk
            found.parts.append(Part(verdict.kind, unit.text, unit.line, chunk.class_name, chunk.meta, unit.selector, verdict))
    found.located.sort(key=lambda one: one.order)
    return found


def verdict_of(found: Judged, path: str, dialect: str) -> Verdict:
    """Answer what was found in the file at `path` as the verdict of the whole."""
    located = list(found.located)
    if found.unknown:
        located.insert(0, Located(base_unknown(found.unknown), path, found.unknown_line, 1, found.unknown_line, 1))
    issues = tuple(one.issue for one in located)
    whole = outcome_of(issues, dialect)
    outcome = worst((whole, *(part.verdict.outcome for part in found.parts)))
    return Verdict(
        outcome,
        issues,
        tuple(sorted(found.undeclared)),
        tuple(sorted(found.unknown)),
        tuple(sorted(found.assumed)),
        kind="fileout",
        parts=tuple(found.parts),
        located=tuple(located),
    )


def _judge_unit(unit: Unit, reading: Reading, text: OwnText, file: str | None) -> Verdict:
    dialect = reading.source.dialect
    if unit.kind == "method":
        names = text.environment(unit.chunk.class_name, meta=unit.chunk.meta, file=file)
        return judge(unit.text, "method", dialect, names, parsed=unit.parsed)
    tree = unit.parsed.tree
    more: tuple[Issue, ...] = ()
    kind = "script"
    if tree is not None:
        assert isinstance(tree, Sequence)
        declare(tree, text, dialect)
        more = definition_issues_of(unit.text, tree, dialect, text, strict=False)
        kind = "class" if definitions_in(tree) else "script"
    names = text.environment(None, file=file)
    return replace(judge(unit.text, "script", dialect, names, parsed=unit.parsed, more=more), kind=kind)


def definition_issues_of(source: str, tree: Sequence, dialect: str, text: OwnText, *, strict: bool) -> tuple[Issue, ...]:
    """Answer what is wrong with the definitions in a script, each fault once."""
    found: list[Issue] = []
    for definition in definitions_in(tree):
        if isinstance(definition, ClassDef):
            around = surroundings_of(text.house, text, definition)
            found.extend(definition_faults(source, tree, dialect, around, strict=strict))
            break
    else:
        found.extend(definition_faults(source, tree, dialect, Surroundings(text.environment(None)), strict=strict))
    said = {issue.span for issue in found}
    found.extend(issue for issue in definition_issues(tree) if issue.span not in said and not _is_told(issue, found))
    return tuple(found)


def _is_told(issue: Issue, found: list[Issue]) -> bool:
    """F801 and F803 say of the whole argument what C302 and C304 say of the very word."""
    also = {"F801": "C302", "F803": "C304"}.get(issue.code)
    return any(one.code == also and (issue.code == "F801" or issue.span.start <= one.span.start <= issue.span.end) for one in found)


def surroundings_of(house: House, text: OwnText, definition: ClassDef) -> Surroundings:
    """Answer what a class definition is judged against."""
    above = text.environment(definition.superclass)
    if house.index is None:
        return Surroundings(above)
    return Surroundings(above, house.index.class_table, house.index.implemented_selectors)


def declare(tree: Sequence, text: OwnText, dialect: str) -> None:
    """Enter the variables that a do-it leaves to those behind it."""
    names = [variable.name for variable in tree.temporaries]
    if dialect in _DECLARE_BY_USE:
        names += [node.target.name for node in walk(tree) if isinstance(node, Assign)]
    if names:
        text.add_script_names(name for name in names if not name[:1].isupper())
