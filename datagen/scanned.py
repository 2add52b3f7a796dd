"""A method as the scan has read it: its place, its tree, and what looks at it share, each found once and only when it is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from datagen.classfacts import short_of
from stparse.index.model import MethodDef
from stparse.nodes import Block, Cascade, Method, Node, walk
from stparse.nodes import Sequence as Statements


@dataclass(frozen=True, slots=True)
class Place:
    """A method as the scan names it: short class name, side, selector, and `file:line`."""

    name: str
    where: str


@dataclass(frozen=True)
class Scanned:
    """A method whose source was read again."""

    method: MethodDef
    tree: Method
    place: Place

    @property
    def short(self) -> str:
        return short_of(self.method.class_name)

    def text(self, node: Node) -> str:
        """Answer the source of a node."""
        return self.method.source[node.start : node.end]

    @cached_property
    def executed(self) -> tuple[Node, ...]:
        """The nodes of the body, declarations and cascades left out: a cascade is the sum of its messages, which follow."""
        return tuple(_executed(self.tree))

    @cached_property
    def scopes(self) -> Scopes:
        return Scopes(self.tree)


class Scopes:
    """The names that a method declares, and where each is in sight."""

    def __init__(self, tree: Method) -> None:
        self._spans: dict[str, list[tuple[int, int]]] = {}
        self._declare((a.name for a in tree.arguments), tree.start, tree.end)
        for node in walk(tree):
            if isinstance(node, Block):
                self._declare((p.name for p in node.parameters), node.start, node.end)
                self._declare((t.name for t in node.body.temporaries), node.start, node.end)
            elif node is tree.body and isinstance(node, Statements):
                self._declare((t.name for t in node.temporaries), tree.start, tree.end)

    def _declare(self, names: Iterable[str], start: int, end: int) -> None:
        for name in names:
            self._spans.setdefault(name, []).append((start, end))

    def declares(self, name: str, at: int) -> bool:
        return any(start <= at < end for start, end in self._spans.get(name, ()))


def _executed(tree: Method) -> Iterator[Node]:
    declared: set[int] = set()
    for node in walk(tree.body):
        if isinstance(node, Block):
            declared.update(id(p) for p in node.parameters)
        elif isinstance(node, Statements):
            declared.update(id(t) for t in node.temporaries)
        elif isinstance(node, Cascade) or id(node) in declared:
            continue
        yield node
