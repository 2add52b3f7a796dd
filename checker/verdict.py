"""The verdict of a text, and where in it each finding is: what `checker.check` answers, whatever it was asked about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from checker.faults import faults
from stparse.issue import Issue, Severity
from stparse.nodes import Node
from stparse.text import Span

UNDECLARED = frozenset(("C101", "C102", "C103"))
BASE_UNKNOWN = "C100"


class Outcome(Enum):
    """What a compiler says of a text."""

    COMPILES = "compiles"
    UNDECLARED = "compiles with undeclared names"
    ERROR = "does not compile"


@dataclass(frozen=True, slots=True)
class Located:
    """An issue with its place for people: lines and columns count from 1, the end is behind the last character.

    `text` is the line that it begins on. `class_name`, `meta` and `selector` are None outside of methods.
    """

    issue: Issue
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    class_name: str | None = None
    meta: bool | None = None
    selector: str | None = None
    text: str = ""

    def renamed(self, file: str) -> Located:
        """Answer the same in a file that is called otherwise."""
        return replace(self, file=file)

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """What findings are sorted by."""
        return self.file, self.line, self.column, self.issue.code, self.issue.message


@dataclass(frozen=True, slots=True)
class Part:
    """One method, definition or do-it of a longer text; `verdict` counts in the part's own source."""

    kind: str
    source: str
    line: int
    class_name: str | None
    meta: bool
    selector: str | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one text.

    `undeclared` are the names that nobody declares, `unknown` those that cannot be judged because the base is not
    known, `assumed` the globals that were taken as known. `tree` is None where the text does not parse, and for file-outs,
    whose `parts` have one each. `kind` is what the text was judged as.
    """

    outcome: Outcome
    issues: tuple[Issue, ...]
    undeclared: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    tree: Node | None = None
    kind: str = "method"
    parts: tuple[Part, ...] = ()
    located: tuple[Located, ...] = ()

    def compiles(self, *, undeclared_is_error: bool = True) -> bool:
        """Answer whether the text compiles; for code that a model wrote an undeclared name counts as an error."""
        return self.outcome is Outcome.COMPILES or (self.outcome is Outcome.UNDECLARED and not undeclared_is_error)


def is_undeclared(issue: Issue, dialect: str) -> bool:
    """Answer whether an issue is about an undeclared name that the dialect's file-in leaves unbound."""
    if issue.code not in UNDECLARED:
        return False
    return next(fault for fault in faults().values() if fault.code == issue.code).verdicts[dialect] == "U"


def outcome_of(issues: Iterable[Issue], dialect: str) -> Outcome:
    """Answer what issues, undeclared names at error level, make of a text."""
    errors = [issue for issue in issues if issue.severity is Severity.ERROR]
    if not errors:
        return Outcome.COMPILES
    return Outcome.UNDECLARED if all(is_undeclared(issue, dialect) for issue in errors) else Outcome.ERROR


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Answer the worst of several outcomes."""
    order = tuple(Outcome)
    return max(outcomes, key=order.index, default=Outcome.COMPILES)


def relaxed(issues: Iterable[Issue], dialect: str) -> tuple[Issue, ...]:
    """Answer `issues` with undeclared names as warnings."""
    return tuple(replace(issue, severity=Severity.WARNING) if is_undeclared(issue, dialect) else issue for issue in issues)


def base_unknown(names: Iterable[str]) -> Issue:
    """Answer the one issue about all names that cannot be judged."""
    found = sorted(names)
    listed = ", ".join(found[:5]) + (f", and {len(found) - 5} more" if len(found) > 5 else "")
    hint = "give the base facts of the image with --base FILE (stc base export), and the code base with --index FILE"
    return Issue(BASE_UNKNOWN, f"base unknown: {listed} cannot be judged", Severity.INFO, Span(0, 0), hint)
