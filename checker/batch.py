"""Checks of much code: files, or all that an index holds, in as many processes as there are processors."""

from __future__ import annotations

import multiprocessing
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from checker.base import BaseFacts, load_base, shipped_base
from checker.classes import stated_faults
from checker.environment import House
from checker.lint import MethodLinter, one_failure_a_rule
from checker.rules._code import CodeBase
from checker.rules._facts import MethodFacts, facts_of
from checker.snippet import judge, parse
from checker.source import Judged, Reading, Unit, declare, judge_source
from checker.surroundings import OwnText
from checker.verdict import BASE_UNKNOWN, Located, relaxed
from stparse.index.model import DoIt, MethodDef
from stparse.index.place import line_starts
from stparse.index.query import CodeIndex
from stparse.index.survey import read_bytes
from stparse.index.work import Job, batches_of, start_worker
from stparse.issue import Issue, Severity, StcError
from stparse.nodes import Method
from stparse.nodes import Sequence as Tree
from stparse.text import SourceFile, Span, decode

_WORTH_PROCESSES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """What a check is made with: the index of the names, the base facts (None: those that come with stc), what counts."""

    index: Path
    base: Path | None = None
    undeclared: str = "error"
    lint: bool = True
    selected: tuple[str, ...] | None = None
    facts: bool = False
    """Whether to collect what the rules about classes want to know of each method (see `checker.whole`)."""


@dataclass(frozen=True, slots=True)
class Target(Job):
    """A file to check; `path` is its path in the index, `shown` what findings call it.

    Without a location the file's rows in the index are checked.
    """

    shown: str = ""


@dataclass(slots=True)
class Checked:
    """What was found: sorted, with the names that could not be judged and in how many methods each is."""

    located: list[Located] = field(default_factory=list)
    facts: list[MethodFacts] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)
    first_unknown: tuple[str, int] | None = None

    def add(self, other: Checked) -> None:
        self.located += other.located
        self.facts += other.facts
        for name, count in other.unknown.items():
            self.unknown[name] = self.unknown.get(name, 0) + count
        places = [place for place in (self.first_unknown, other.first_unknown) if place is not None]
        self.first_unknown = min(places, default=None)


def check_targets(targets: Sequence[Target], settings: Settings, jobs: int = 1, progress: Callable[[int], None] | None = None) -> Checked:
    """Check `targets` in `jobs` processes; the answer does not depend on how many. Raises StcError if a process dies."""
    found = Checked()
    batches = batches_of(targets)
    for batch, checked in _results(batches, settings, jobs if sum(target.size for target in targets) >= _WORTH_PROCESSES else 1):
        found.add(checked)
        if progress is not None:
            progress(sum(target.size for target in batch))
    found.located = list(one_failure_a_rule(sorted(found.located, key=lambda one: one.order)))
    return found


def targets_of_index(index: CodeIndex) -> list[Target]:
    """Answer a target for each file of an index, to be checked from its rows."""
    return [Target(file.path, "", file.size, file.digest, file.format, file.dialect, file.path) for file in index.files()]


def _results(batches: list[list[Job]], settings: Settings, jobs: int) -> Iterator[tuple[list[Job], Checked]]:
    if jobs < 2 or len(batches) < 2:
        with Checker(settings) as checker:
            for batch in batches:
                yield batch, checker.check(batch)
        return
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(jobs, mp_context=context, initializer=_start, initargs=(settings,)) as pool:
            yield from zip(batches, pool.map(_check_batch, batches), strict=True)
    except BrokenProcessPool as error:
        raise StcError("a worker process was ended from outside; is memory short? Run it again with --jobs 1") from error


_checkers: list[Checker] = []


def _start(settings: Settings) -> None:
    start_worker()
    _checkers.append(Checker(settings))


def _check_batch(batch: Sequence[Job]) -> Checked:
    return _checkers[0].check(batch)


class Checker:
    """Checks files one after another against one index."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._index = CodeIndex.open(settings.index)
        self._linter = MethodLinter(CodeBase(self._index), settings.selected)
        self._houses: dict[str, House] = {}
        self._given = load_base(settings.base) if settings.base is not None else None

    def __enter__(self) -> Checker:
        return self

    def __exit__(self, *_: object) -> None:
        self._index.close()

    def check(self, targets: Iterable[Job]) -> Checked:
        """Check files; never fails because of what one of them holds."""
        found = Checked()
        rows = []
        for target in targets:
            assert isinstance(target, Target)
            if target.location:
                self._add(found, self._file(target, found.facts), target.dialect, target.shown)
            else:
                rows.append(target)
        for target in rows:
            self._add(found, self._rows(target.path, target.dialect, found.facts), target.dialect, target.shown)
        return found

    def _add(self, found: Checked, judged: Judged, dialect: str, shown: str) -> None:
        located = judged.located
        if self._settings.undeclared == "warn":
            located = [replace(one, issue=relaxed((one.issue,), dialect)[0]) for one in located]
        found.add(Checked(located, [], judged.unknown, (shown, judged.unknown_line) if judged.unknown else None))

    def _house(self, dialect: str) -> House:
        known = self._houses.get(dialect)
        if known is None:
            known = self._houses[dialect] = House(self._index, self._base(dialect))
        return known

    def _base(self, dialect: str) -> BaseFacts | None:
        return self._given if self._given is not None else shipped_base(dialect)

    # From the file itself

    def _file(self, target: Target, facts: list[MethodFacts]) -> Judged:
        try:
            data = read_bytes(target.location)
        except OSError as error:
            issue = Issue("F001", f"cannot be read: {error.strerror or error}", Severity.ERROR, Span(0, 0))
            return Judged([Located(issue, target.shown, 1, 1, 1, 1)])
        content, encoding = decode(data)
        reading = Reading(SourceFile(target.shown, content, encoding, target.digest, target.dialect, target.format))
        text = OwnText(self._house(target.dialect))
        if not self._settings.lint:
            return judge_source(reading, text, file=target.path)
        methods = {method.span.start: method for method in self._index.methods_in((target.path,))}

        def lint(unit: Unit) -> list[Issue]:
            tree = unit.parsed.tree
            method = methods.pop(unit.chunk.body, None) if isinstance(tree, Method) else None
            return self._lint(method, tree, facts) if method is not None and isinstance(tree, Method) else []

        judged = judge_source(reading, text, file=target.path, lint=lint)
        if self._settings.facts:
            facts.extend(facts_of(method, None) for method in methods.values())
        return judged

    def _lint(self, method: MethodDef, tree: Method, facts: list[MethodFacts]) -> list[Issue]:
        scene = self._linter.scene(method, tree)
        if self._settings.facts:
            facts.append(facts_of(method, tree, scene.nodes))
        return self._linter.issues(scene)

    # From the rows of the index

    def _rows(self, path: str, dialect: str, facts: list[MethodFacts]) -> Judged:
        """Judge what the index holds of one file."""
        house = self._house(dialect)
        found = Judged([*self._said.get(path, ())])
        for method in self._index.methods_in((path,)):
            if not method.parsed:
                if self._settings.facts:
                    facts.append(facts_of(method, None))
                continue
            names = house.environment(method.class_name, meta=method.meta, file=path)
            verdict = judge(method.source, "method", dialect, names)
            issues = [issue for issue in verdict.issues if issue.code != BASE_UNKNOWN]
            if self._settings.lint and isinstance(verdict.tree, Method):
                issues += self._lint(method, verdict.tree, facts)
            found.note_unknown(verdict.unknown, method.source_line)
            about = (method.class_name, method.meta, method.selector or None)
            found.located.extend(in_text(issue, method, *about) for issue in issues)
        self._doits(found, path, dialect, house)
        return found

    def _doits(self, found: Judged, path: str, dialect: str, house: House) -> None:
        text = OwnText(house)
        for doit in self._index.doits_in((path,)):
            parsed = parse(doit.source, "script", dialect)
            if isinstance(parsed.tree, Tree):
                declare(parsed.tree, text, dialect)
                verdict = judge(doit.source, "script", dialect, text.environment(None, file=path), parsed=parsed)
                found.note_unknown(verdict.unknown, doit.line)
                found.located.extend(in_text(issue, doit) for issue in verdict.issues if issue.code != BASE_UNKNOWN)

    @cached_property
    def _said(self) -> dict[str, list[Located]]:
        """What the readers and the parser said of each file, and what is wrong with the names of its classes."""
        found: dict[str, list[Located]] = {}
        for one in self._index.issues():
            place = (one.file, one.line, one.column, one.line, one.column + 1)
            found.setdefault(one.file, []).append(Located(one.issue, *place, one.class_name, one.meta, one.selector))
        for group in self._index.class_table.groups:
            for definition in group.definitions:
                for issue in stated_faults(definition) if not definition.stub else ():
                    located = Located(issue, definition.file, definition.line, 1, definition.line, 1)
                    found.setdefault(definition.file, []).append(located)
        return found


def in_text(
    issue: Issue, owner: MethodDef | DoIt, class_name: str | None = None, meta: bool | None = None, selector: str | None = None
) -> Located:
    """Answer an issue of a method or do-it in its file, as far as the index tells: columns are those of its own lines."""
    starts = line_starts(owner.source)
    size = len(owner.source)
    (line, column), (end_line, end_column) = (_line_column(starts, min(at, size)) for at in (issue.span.start, issue.span.end))
    end = starts[line] if line < len(starts) else size
    first = (owner.source_line if isinstance(owner, MethodDef) else owner.line) - 1
    said = owner.source[starts[line - 1] : end].rstrip("\n")
    return Located(issue, owner.file, first + line, column, first + end_line, end_column, class_name, meta, selector, said)


def _line_column(starts: list[int], at: int) -> tuple[int, int]:
    line = bisect_right(starts, at)
    return line, at - starts[line - 1] + 1
