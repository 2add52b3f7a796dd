"""Faults of the spelling, which a tree does not show: empty statements, as the tokens tell them."""

from __future__ import annotations

from checker.faults import faults
from stparse.issue import Issue
from stparse.nodes import Method, Node
from stparse.parser import parser_for
from stparse.text import Span

# Behind these a period ends a statement that is not there. A bar or an angle is the end of a declaration then,
# since an operator would need an operand.
_BEFORE = frozenset(("PERIOD", "LSQB", "LBRACE", "BAR", "BARS", "GREATER"))


def spelling_issues(text: str, tree: Node, dialect: str) -> list[Issue]:
    """Answer the issues of the tokens of `text`, which has parsed as `tree`."""
    if faults()["empty-statement"].verdicts[dialect] == "-" or "." not in text:
        return []
    tokens = parser_for(dialect).tokens(text)
    first = _pattern_size(tree) if isinstance(tree, Method) else 0
    found = []
    for index, kind in enumerate(tokens.kinds):
        if kind == "PERIOD" and (index == first or tokens.kinds[index - 1] in _BEFORE):
            issue = faults()["empty-statement"].issue(dialect, Span(tokens.starts[index], tokens.ends[index]))
            if issue is not None:
                found.append(issue)
    return found


def _pattern_size(method: Method) -> int:
    return len(method.arguments) * 2 if method.selector.endswith(":") else 1 + len(method.arguments)
