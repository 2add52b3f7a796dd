"""Patterns with replacements: what a rule written in Smalltalk finds, and the better text with the user's own names in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from checker.rules._code import is_common
from checker.rules._scene import Scene
from stparse.nodes import Cascade, Message, Node, Send, Variable, fields_of, walk
from stparse.pattern import Bindings, Match, Pattern
from stparse.unparse import to_source

Condition = Callable[[Match, Scene], bool]

_LONGEST_HINT = 100


@dataclass(frozen=True, slots=True)
class _Replacement:
    tree: Node
    needs: frozenset[str]
    """The selectors that the replacement sends and the pattern does not."""


@dataclass(frozen=True, slots=True)
class _Row:
    pattern: Pattern
    replacements: tuple[_Replacement, ...]


class Rewriting:
    """The patterns of one rule by what stands at their root, so that a node meets only those that can match it."""

    def __init__(self, patterns: Mapping[str, str | tuple[str, ...] | None], when: Condition | None) -> None:
        self._when = when
        self._rows: dict[str | type[Node], list[_Row]] = {}
        for text, into in patterns.items():
            pattern = Pattern(text)
            texts = () if into is None else (into,) if isinstance(into, str) else into
            own = _selectors(pattern.tree)
            row = _Row(pattern, tuple(_Replacement(tree, _selectors(tree) - own) for tree in (Pattern(each).tree for each in texts)))
            self._rows.setdefault(_key(pattern.tree), []).append(row)

    @property
    def keys(self) -> tuple[str | type[Node], ...]:
        return tuple(self._rows)

    def find(self, node: Node, scene: Scene) -> dict[str, str] | None:
        """Answer the words for message and hint if a pattern matches `node` and holds here, else None."""
        for row in self._rows.get(_key(node), ()):
            match = row.pattern.match(node)
            if match is None or (self._when is not None and not self._when(match, scene)):
                continue
            words = {name: _text(value, scene) for name, value in match.bindings.items()}
            if not row.replacements:
                return words
            usable = next((each for each in row.replacements if all(_attested(s, scene) for s in each.needs)), None)
            if usable is None:
                continue
            better = " ".join(to_source(instantiated(usable.tree, match.bindings), scene.method.dialect).split())
            if len(better) > _LONGEST_HINT:
                better = " ".join(to_source(usable.tree).replace("`@", "").replace("`.@", "").replace("`#", "").replace("`", "").split())
            return words | {"hint": f"write: {better}"}
        return None


def _attested(selector: str, scene: Scene) -> bool:
    if scene.code is None:
        return is_common(selector, scene.method.dialect)
    return scene.code.attests(selector)


def _key(tree: Node) -> str | type[Node]:
    return tree.selector if isinstance(tree, Send) and not tree.selector.startswith("`") else type(tree)


def _selectors(tree: Node) -> frozenset[str]:
    return frozenset(node.selector for node in walk(tree) if isinstance(node, Send | Message) and not node.selector.startswith("`"))


def _text(value: Node | tuple[Node, ...] | str, scene: Scene) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return ". ".join(map(scene.source_of, value))
    return scene.source_of(value)


def instantiated(tree: Node, bindings: Bindings) -> Node:
    """Answer `tree` with its metavariables replaced by what they are bound to. Patterns are small: this recurses."""
    if isinstance(tree, Variable) and tree.name.startswith("`"):
        bound = bindings[tree.name.lstrip("`.#@")]
        assert isinstance(bound, Node)
        return bound
    changed: dict[str, object] = {}
    for name in fields_of(tree):
        value = getattr(tree, name)
        if isinstance(value, Node):
            changed[name] = instantiated(value, bindings)
        elif isinstance(value, tuple) and name != "comments":
            changed[name] = _row(value, bindings)
    if isinstance(tree, Cascade) and len(tree.messages) < 2:
        raise ValueError("a cascade has two messages")
    return replace(tree, **changed)  # type: ignore[arg-type]


def _row(nodes: tuple[Node, ...], bindings: Bindings) -> tuple[Node, ...]:
    found: list[Node] = []
    for node in nodes:
        bound = bindings.get(node.name.lstrip("`.#@")) if isinstance(node, Variable) and node.name.startswith("`") else None
        if isinstance(bound, tuple):
            found += bound
        else:
            found.append(instantiated(node, bindings))
    return tuple(found)
