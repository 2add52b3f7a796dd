"""Smalltalk with metavariables: rules are written in the language that they judge (`grammar/pattern.lark`).

The notation is that of the Refactoring Browser's rewrite rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

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
        self._matches = _matcher(self.tree)

    def match(self, node: Node) -> Match | None:
        """Answer how the pattern matches `node` itself, or None."""
        bindings: Bindings = {}
        return Match(node, bindings) if self._matches(node, bindings) else None

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


Matcher: TypeAlias = "Callable[[Node, Bindings], bool]"
RowMatcher: TypeAlias = "Callable[[tuple[Node, ...], Bindings], bool]"
"""Say whether a node, or a row of them, matches, and enter what metavariables stand for; what they enter where they fail is of no use."""


def _matcher(pattern: Node) -> Matcher:
    """Answer the matcher of a pattern: what can be known of the pattern is looked at once, and not at each node."""
    meta = _meta(pattern)
    if meta is not None:
        return _matcher_of_any(*meta)
    if isinstance(pattern, Send | Message) and pattern.selector.startswith("`"):
        return _matcher_of_message(pattern)
    kind = type(pattern)
    fields = tuple(_matcher_of_field(pattern, name) for name in fields_of(pattern) if name != "comments")

    def matches(node: Node, bindings: Bindings) -> bool:
        if type(node) is not kind:
            return False
        for name, holds in fields:  # noqa: SIM110 - a loop takes half the time of all() here
            if not holds(getattr(node, name), bindings):
                return False
        return True

    return matches


def _matcher_of_field(pattern: Node, name: str) -> tuple[str, Callable[[Any, Bindings], bool]]:
    wanted = getattr(pattern, name)
    if isinstance(wanted, Node):
        return name, _matcher(wanted)
    if isinstance(wanted, tuple):
        return name, _matcher_of_row(wanted, names=name in ("temporaries", "parameters"))
    if name == "selector" and wanted.startswith("`"):
        return name, lambda value, bindings: _bind(wanted[1:], value, bindings)
    return name, lambda value, bindings: bool(value == wanted)


def _matcher_of_any(kind: str, name: str) -> Matcher:
    """A metavariable: by its marks a variable, a literal or any expression."""

    def matches(node: Node, bindings: Bindings) -> bool:
        if kind == "#":
            fits = isinstance(node, _LITERALS) or (isinstance(node, Variable) and node.name in ("nil", "true", "false"))
        elif kind == "":
            fits = isinstance(node, Variable)
        else:
            fits = not isinstance(node, Sequence | Message | Method)
        return fits and _bind(name, node, bindings)

    return matches


def _bind(name: str, value: Node | tuple[Node, ...] | str, bindings: Bindings) -> bool:
    known = bindings.setdefault(name, value)
    return known is value or known == value


def _matcher_of_message(pattern: Send | Message) -> Matcher:
    """`` `@rec `@msg: `@args `` is any message; `` `@rec `sel `` any unary one; the selector is bound to its text."""
    kind = type(pattern)
    meta = _META.match(pattern.selector)
    assert meta is not None
    selector = meta["name"]
    receiver = _matcher(pattern.receiver) if isinstance(pattern, Send) else None
    any_arguments = meta["kind"].endswith("@")
    first = next((found[1] for found in map(_meta, pattern.arguments) if found is not None), None)
    arguments = _any_arguments(first) if any_arguments else _matcher_of_row(pattern.arguments)

    def matches(node: Node, bindings: Bindings) -> bool:
        if type(node) is not kind:
            return False
        assert isinstance(node, Send | Message)
        if receiver is not None and not (isinstance(node, Send) and receiver(node.receiver, bindings)):
            return False
        return arguments(node.arguments, bindings) and _bind(selector, node.selector, bindings)

    return matches


def _any_arguments(name: str | None) -> RowMatcher:
    return lambda nodes, bindings: name is None or _bind(name, nodes, bindings)


def _matcher_of_row(patterns: tuple[Node, ...], *, names: bool = False) -> RowMatcher:
    """Answer what matches a row of nodes; a list metavariable takes as few as it can.

    `names` says that the row holds declared names, where `@x` is a list too.
    """
    lists = [meta is not None and (meta[0] == ".@" or (names and meta[0] == "@")) for meta in map(_meta, patterns)]
    if any(lists):
        return _matcher_of_lists(patterns, lists)
    each = tuple(map(_matcher, patterns))

    def matches(nodes: tuple[Node, ...], bindings: Bindings) -> bool:
        return len(nodes) == len(each) and all(one(node, bindings) for one, node in zip(each, nodes, strict=True))

    return matches


def _matcher_of_lists(patterns: tuple[Node, ...], lists: list[bool]) -> RowMatcher:
    """Answer what matches a row with lists in it. It backtracks, so each attempt has bindings of its own."""
    steps = [((_meta(pattern) or ("", ""))[1], None if many else _matcher(pattern)) for pattern, many in zip(patterns, lists, strict=True)]

    def rest(step: int, nodes: tuple[Node, ...], bindings: Bindings) -> bool:
        if step == len(steps):
            return not nodes
        name, one = steps[step]
        for taken in range(len(nodes) + 1) if one is None else (1,) if nodes else ():
            trial = dict(bindings)
            fits = _bind(name, nodes[:taken], trial) if one is None else one(nodes[0], trial)
            if fits and rest(step + 1, nodes[taken:], trial):
                bindings.update(trial)
                return True
        return False

    return lambda nodes, bindings: rest(0, nodes, bindings)
