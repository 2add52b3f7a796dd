"""The verdict of one method or script: parsed, its names looked up, its spelling looked at."""

from __future__ import annotations

import re

from checker.faults import faults
from checker.names import Names
from checker.semantics import Analysis
from checker.spelling import spelling_issues
from checker.verdict import Outcome, Verdict, base_unknown, is_undeclared, outcome_of
from stparse.issue import Issue
from stparse.nodes import Method, Sequence
from stparse.parser import Parsed, parse_method, parse_script

_ONLY_COMMENT = re.compile(r'\s*(?:"[^"]*"\s*)*')


def parse(source: str, kind: str, dialect: str, first_line: int = 1) -> Parsed:
    """Parse `source` as a method, or as a script for every other kind."""
    return parse_method(source, dialect, first_line) if kind == "method" else parse_script(source, dialect, first_line)


def judge(source: str, kind: str, dialect: str, names: Names, *, parsed: Parsed | None = None, more: tuple[Issue, ...] = ()) -> Verdict:
    """Answer the verdict of a method (`kind="method"`) or of a script (any other kind).

    `parsed` saves parsing again; `more` are issues that somebody else found in the same text.
    """
    parsed = parsed or parse(source, kind, dialect)
    tree = parsed.tree
    if tree is None:
        if kind == "method" and _is_only_a_comment(source) and faults()["only-a-comment"].verdicts[dialect] == "-":
            return Verdict(Outcome.COMPILES, (), kind=kind)
        return Verdict(Outcome.ERROR, parsed.issues, kind=kind)
    assert isinstance(tree, Method | Sequence)
    analysis = Analysis(names, dialect)
    issues = [*parsed.issues, *analysis.run(tree, source), *spelling_issues(source, tree, dialect), *more]
    if analysis.unknown:
        issues.append(base_unknown(analysis.unknown))
    issues.sort(key=lambda issue: (issue.span.start, issue.code))
    undeclared = sorted({source[i.span.start : i.span.end] for i in issues if is_undeclared(i, dialect)})
    return Verdict(
        outcome_of(issues, dialect),
        tuple(issues),
        tuple(undeclared),
        tuple(sorted(analysis.unknown)),
        tuple(sorted(analysis.assumed)),
        tree,
        kind,
    )


def _is_only_a_comment(source: str) -> bool:
    return _ONLY_COMMENT.fullmatch(source) is not None
