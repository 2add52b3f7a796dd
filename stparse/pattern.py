"""Smalltalk with metavariables: rules are written in the language that they judge (`grammar/pattern.lark`).

The notation is that of the Refactoring Browser's rewrite rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from stparse.engine import Engine, Stop
from stparse.issue import BadInputError
from stparse.nodes import (
    Binding,
    ByteArray,
    Character,
    CompileTime,
    LiteralArray,
    Message,
    Method,
    Node,
    Number,
    Send,
    Sequence,
    String,
    Symbol,
    Variable,
    fields_of,
    walk,
)
from stparse.tables import grammar_text, load
from stparse.tree import TreeMaker

_LITERALS = (Number, Character, String, Symbol, LiteralArray, ByteArray, Binding, CompileTime)
_META = re.compile(r"`(?P<kind>[.#]?@?)(?P<name>[^\W\d]\w*)")

Bindings: TypeAlias = "dict[str, Node | tuple[Node, ...] | str]"


@dataclass(frozen=True, slots=True)
class Match:
    """A node that a pattern matches, and what each metavariable (named without its backtick) stands for."""

    node: Node
    bindings: Bindings


class Pattern:
    """A pattern for one expression, for a row of statements, or (`method=True`) for a whole method.

    Raises BadInputError with the parser's own message where the text is no pattern.
    """

    def __init__(self, text: str, *, method: bool = False) -> None:
        self.text = text
        engine, maker = _pattern_parser()
        tokens = engine.scanner.scan(text)
        maker.reset(text, tokens)
        tree = engine.run(text, tokens, "method" if method else "script", engine.bind(maker))
        if isinstance(tree, Stop):
            raise BadInputError(f"pattern {text!r}: unexpected text at offset {tokens.starts[tree.token]}; remedy: write it as Smalltalk")
        single = isinstance(tree, Sequence) and len(tree.statements) == 1 and not tree.temporaries
        self.tree: Node = tree.statements[0] if single else tree

    def match(self, node: Node) -> Match | None:
        """Answer how the pattern matches `node` itself, or None."""
        bindings: Bindings = {}
        return Match(node, bindings) if _matches(self.tree, node, bindings) else None

    def find(self, tree: Node) -> Iterator[Match]:
        """Yield every node of `tree` that the pattern matches, in the order of the text."""
        for node in walk(tree):
            found = self.match(node)
            if found is not None:
                yield found


@cache
def _pattern_parser() -> tuple[Engine, TreeMaker]:
    text = grammar_text("smalltalk", "dialects/visualworks", "pattern")
    return Engine(load(text, ("method", "script"))), TreeMaker()


def _meta(node: Node) -> tuple[str, str] | None:
    """Answer (kind, name) of a metavariable, kind being its marks: "", "@", "#", "." or ".@"."""
    if isinstance(node, Variable) and (found := _META.fullmatch(node.name)):
        return found["kind"], found["name"]
    return None


def _matches(pattern: Node, node: Node, bindings: Bindings) -> bool:
    meta = _meta(pattern)
    if meta is not None:
        return _accepts(meta[0], node) and _bind(meta[1], node, bindings)
    if isinstance(pattern, Send | Message) and pattern.selector.startswith("`"):
        return _matches_any_message(pattern, node, bindings)
    if type(pattern) is not type(node):
        return False
    for name in fields_of(pattern):
        left, right = getattr(pattern, name), getattr(node, name)
        if isinstance(left, Node):
            if not _matches(left, right, bindings):
                return False
        elif name == "comments":
            continue
        elif isinstance(left, tuple):
            if not _matches_row(left, right, bindings, names=name in ("temporaries", "parameters")):
                return False
        elif name == "selector" and left.startswith("`"):
            if not _bind(left[1:], right, bindings):
                return False
        elif left != right:
            return False
    return True


def _accepts(kind: str, node: Node) -> bool:
    if kind == "#":
        return isinstance(node, _LITERALS) or (isinstance(node, Variable) and node.name in ("nil", "true", "false"))
    if kind == "":
        return isinstance(node, Variable)
    return not isinstance(node, Sequence | Message | Method)


def _bind(name: str, value: Node | tuple[Node, ...] | str, bindings: Bindings) -> bool:
    known = bindings.setdefault(name, value)
    return known == value


def _matches_any_message(pattern: Send | Message, node: Node, bindings: Bindings) -> bool:
    """`` `@rec `@msg: `@args `` is any message; `` `@rec `sel `` any unary one; the selector is bound to its text."""
    if type(pattern) is not type(node):
        return False
    assert isinstance(node, Send | Message)
    meta = _META.match(pattern.selector)
    assert meta is not None
    if isinstance(pattern, Send) and isinstance(node, Send) and not _matches(pattern.receiver, node.receiver, bindings):
        return False
    if meta["kind"].endswith("@"):
        arguments = _META.fullmatch(pattern.arguments[0].name) if pattern.arguments and isinstance(pattern.arguments[0], Variable) else None
        bound = arguments is None or _bind(arguments["name"], node.arguments, bindings)
        return bound and _bind(meta["name"], node.selector, bindings)
    return _matches_row(pattern.arguments, node.arguments, bindings) and _bind(meta["name"], node.selector, bindings)


def _matches_row(patterns: tuple[Node, ...], nodes: tuple[Node, ...], bindings: Bindings, *, names: bool = False) -> bool:
    """Match a row of nodes; a list metavariable takes as few as it can. Backtracks, so bindings are put back.

    `names` says that the row holds declared names, where `@x` is a list too.
    """
    if not patterns:
        return not nodes
    meta = _meta(patterns[0])
    if meta is not None and (meta[0] == ".@" or (names and meta[0] == "@")):
        for taken in range(len(nodes) + 1):
            trial = dict(bindings)
            if _bind(meta[1], nodes[:taken], trial) and _matches_row(patterns[1:], nodes[taken:], trial, names=names):
                bindings.update(trial)
                return True
        return False
    if not nodes:
        return False
    trial = dict(bindings)
    if _matches(patterns[0], nodes[0], trial) and _matches_row(patterns[1:], nodes[1:], trial, names=names):
        bindings.update(trial)
        return True
    return False
