"""The verdict of one text: does it compile, with which names, and what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from checker.environment import House
from checker.faults import faults
from checker.names import Names
from checker.semantics import Analysis
from checker.spelling import spelling_issues
from stparse.issue import Issue, Severity
from stparse.nodes import Method, Node, Sequence
from stparse.parser import DEFAULT_DIALECT, parse_method, parse_script
from stparse.text import Span

UNDECLARED = frozenset(("C101", "C102", "C103"))
_ONLY_COMMENT = re.compile(r'\s*(?:"[^"]*"\s*)*')


class Outcome(Enum):
    """What a compiler says of a text."""

    COMPILES = "compiles"
    UNDECLARED = "compiles with undeclared names"
    ERROR = "does not compile"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one text.

    `undeclared` are the names that nobody declares, `unknown` those that cannot be judged because the base is not
    known, `assumed` the globals that were taken as known. `tree` is None where the text does not parse.
    """

    outcome: Outcome
    issues: tuple[Issue, ...]
    undeclared: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    tree: Node | None = None

    def compiles(self, *, undeclared_is_error: bool = True) -> bool:
        """Answer whether the text compiles; for code that a model wrote an undeclared name counts as an error."""
        return self.outcome is Outcome.COMPILES or (self.outcome is Outcome.UNDECLARED and not undeclared_is_error)


def check(
    source: str,
    *,
    kind: str = "method",
    class_name: str | None = None,
    meta: bool = False,
    dialect: str = DEFAULT_DIALECT,
    house: House | None = None,
    names: Names | None = None,
) -> Verdict:
    """Judge a method (`kind="method"`) or a script (`kind="script"`) of a class in a house.

    `names` replaces what `house` and `class_name` would give. Raises BadInputError for an unknown dialect.
    """
    parsed = parse_method(source, dialect) if kind == "method" else parse_script(source, dialect)
    if parsed.tree is None:
        if _is_only_a_comment(source) and faults()["only-a-comment"].verdicts[dialect] == "-":
            return Verdict(Outcome.COMPILES, ())
        return Verdict(Outcome.ERROR, parsed.issues)
    assert isinstance(parsed.tree, Method | Sequence)
    if names is None:
        names = (house or House()).environment(class_name, meta=meta)
    analysis = Analysis(names, dialect)
    issues = [*parsed.issues, *analysis.run(parsed.tree), *spelling_issues(source, parsed.tree, dialect)]
    if analysis.unknown:
        issues.append(_base_unknown(analysis.unknown))
    issues.sort(key=lambda issue: (issue.span.start, issue.code))
    undeclared = sorted({source[i.span.start : i.span.end] for i in issues if is_undeclared(i, dialect)})
    return Verdict(
        _outcome(issues, dialect),
        tuple(issues),
        tuple(undeclared),
        tuple(sorted(analysis.unknown)),
        tuple(sorted(analysis.assumed)),
        parsed.tree,
    )


def is_undeclared(issue: Issue, dialect: str) -> bool:
    """Answer whether an issue is about an undeclared name that the dialect's file-in leaves unbound."""
    if issue.code not in UNDECLARED:
        return False
    return next(fault for fault in faults().values() if fault.code == issue.code).verdicts[dialect] == "U"


def _outcome(issues: list[Issue], dialect: str) -> Outcome:
    errors = [issue for issue in issues if issue.severity is Severity.ERROR]
    if not errors:
        return Outcome.COMPILES
    return Outcome.UNDECLARED if all(is_undeclared(issue, dialect) for issue in errors) else Outcome.ERROR


def _is_only_a_comment(source: str) -> bool:
    return _ONLY_COMMENT.fullmatch(source) is not None


def _base_unknown(names: set[str]) -> Issue:
    listed = ", ".join(sorted(names)[:5]) + (", ..." if len(names) > 5 else "")
    message = f"base unknown: {listed} cannot be judged"
    return Issue("C100", message, Severity.INFO, Span(0, 0), "give the base facts of the image with --base FILE (stc base export)")
