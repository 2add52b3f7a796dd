"""Faults of the spelling, which a tree does not show: empty statements and the like, as the tokens tell them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.faults import faults
from checker.names import PSEUDO_VARIABLES
from stparse.issue import Issue
from stparse.nodes import Method, Node
from stparse.parser import parser_for
from stparse.scanner import Tokens
from stparse.text import Span

# Behind these a period ends a statement that is not there. A bar or an angle is the end of a declaration then,
# since an operator would need an operand.
_BEFORE = frozenset(("PERIOD", "LSQB", "LBRACE", "BAR", "BARS", "GREATER"))
# Behind these two bars declare nothing: as an operator they would need an operand.
_BEFORE_BARS = frozenset(("LSQB", "BAR", "GREATER"))
_ARRAY_OPENERS = frozenset(("_HASH_PARENTHESIS", "_HASH_BRACKET"))
# What a text must have for any of these faults: most texts are not read a second time.
_GAP = r"\s*(?:\"[^\"]*\"\s*)*"
_LEADING = re.compile(rf"{_GAP}\.")
_SUSPECT = re.compile(rf"[.\[{{|>]{_GAP}\.|##|#\s|\|\||:{_GAP}\w+{_GAP}\]")
_NAMES = frozenset(("NAME", "KEYWORD"))
# The same for names with a period between them, where the dialect minds; a qualified name begins with a capital.
_GLUED = re.compile(r"(?<![\w.])[^\W\dA-Z]\w*\.[^\W\d]")


def spelling_issues(text: str, tree: Node, dialect: str) -> list[Issue]:
    """Answer the issues of the tokens of `text`, which has parsed as `tree`."""
    if not _SUSPECT.search(text) and not _LEADING.match(text, _pattern_end(tree)) and not _may_be_glued(text, dialect):
        return []
    tokens = parser_for(dialect).tokens(text)
    found = []
    for fault, index in _findings(text, tokens, tree):
        start, end = tokens.starts[index], tokens.ends[index]
        issue = faults()[fault].issue(dialect, Span(start, end), name=text[start:end])
        if issue is not None:
            found.append(issue)
    return found


def _findings(text: str, tokens: Tokens, tree: Node) -> Iterator[tuple[str, int]]:
    """Yield (fault, index of its token)."""
    kinds = tokens.kinds
    first = _pattern_size(tree) if isinstance(tree, Method) else 0
    for index, kind in enumerate(kinds):
        before = kinds[index - 1] if index else ""
        if kind == "PERIOD":
            if index == first or before in _BEFORE:
                yield "empty-statement", index
            elif before == "NAME" and _is_glued(text, tokens, index):
                yield "glued-period", index
        elif kind == "SYMBOL":
            second = text[tokens.starts[index] + 1]
            if second == "#":
                yield "double-hash", index
            elif second.isspace():
                yield "space-after-hash", index
        elif kind in _ARRAY_OPENERS:
            if tokens.ends[index] - tokens.starts[index] > 2:
                yield "space-in-array-opener", index
        elif kind == "BARS":
            if index == first or before in _BEFORE_BARS:
                yield "glued-bars", index
        elif kind == "RSQB" and before == "NAME" and index > 1 and kinds[index - 2] == "COLON":
            yield "block-without-bar", index


def _may_be_glued(text: str, dialect: str) -> bool:
    return faults()["glued-period"].verdicts[dialect] != "-" and _GLUED.search(text) is not None


def _is_glued(text: str, tokens: Tokens, index: int) -> bool:
    """Answer whether the period at `index` touches names on both sides; self, nil and the like begin no name."""
    start = tokens.starts[index]
    touches = tokens.ends[index - 1] == start and tokens.starts[index + 1] == start + 1 and tokens.kinds[index + 1] in _NAMES
    return touches and text[tokens.starts[index - 1] : start] not in PSEUDO_VARIABLES


def _pattern_end(tree: Node) -> int:
    if not isinstance(tree, Method):
        return 0
    return tree.arguments[-1].end if tree.arguments else tree.start + len(tree.selector)


def _pattern_size(method: Method) -> int:
    return len(method.arguments) * 2 if method.selector.endswith(":") else 1 + len(method.arguments)
