"""What the scan reads from the tree of one method: its pattern, its sends to self, whether it is abstract, whether another is alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from stparse.nodes import (
    Binding,
    Block,
    ByteArray,
    Cascade,
    Character,
    LiteralArray,
    Message,
    Method,
    Node,
    Number,
    Pragma,
    Send,
    String,
    Symbol,
    Variable,
    walk,
)
from stparse.nodes import Sequence as Statements
from stparse.text import digest_of


def pattern_in(tree: Method) -> str:
    """Answer the selector pattern as it is written: `at: index put: anObject`."""
    if not tree.arguments:
        return tree.selector
    parts = [f"{word}:" for word in tree.selector.split(":") if word] if tree.selector.endswith(":") else [tree.selector]
    return " ".join(f"{part} {argument.name}" for part, argument in zip(parts, tree.arguments, strict=False))


def is_abstract(tree: Method) -> bool:
    """Whether a method does nothing but to say that its subclasses are responsible."""
    sends = [node for node in walk(tree.body) if isinstance(node, Send | Message)]
    return len(sends) == 1 and list(sends_to_self(tree)) == [("self", "subclassResponsibility")]


def sends_to_self(tree: Method) -> Iterator[tuple[str, str]]:
    """Yield receiver and selector of each send to `self` or `super`; each message of a cascade is one."""
    for node in walk(tree.body):
        if isinstance(node, Send):
            if name := _self_name(node.receiver):
                yield name, node.selector
        elif isinstance(node, Cascade) and (name := _self_name(node.receiver)):
            yield from ((name, message.selector) for message in node.messages)


def _self_name(node: Node) -> str | None:
    return node.name if isinstance(node, Variable) and node.name in ("self", "super") else None


def bag_of(selectors: Iterable[str]) -> str:
    """Answer a key that methods share which send the same messages equally often."""
    return digest_of("\0".join(sorted(selectors)).encode("utf-8", "surrogatepass"))[:16]


def are_alike(one: Method, other: Method) -> bool:
    """Whether two methods differ in nothing but their selectors, names of locals and literals.

    A method with more arguments can have the same body all the same; of as many each has its place.
    """
    paired = list(zip(one.arguments, other.arguments, strict=True)) if len(one.arguments) == len(other.arguments) else []
    names = {a.name: b.name for a, b in paired}
    back = {b.name: a.name for a, b in paired}
    mine, its = locals_of(one), locals_of(other)
    for a, b in zip_longest(_body(one), _body(other)):
        if _kind(a) is not _kind(b) or (isinstance(a, LiteralArray) and isinstance(b, LiteralArray) and len(a.elements) != len(b.elements)):
            return False
        if isinstance(a, Variable) and isinstance(b, Variable):
            if (a.name in mine) != (b.name in its):
                return False
            if a.name not in mine and a.name != b.name:
                return False
            if a.name in mine and (names.setdefault(a.name, b.name), back.setdefault(b.name, a.name)) != (b.name, a.name):
                return False
        elif _said(a) != _said(b):
            return False
    return True


def _kind(node: Node | None) -> type:
    """Answer the type of a node; literals that hold no others are all one."""
    return String if isinstance(node, Number | Symbol | Character) else type(node)


def _body(tree: Method) -> Iterator[Node]:
    """Yield pragmas and body, but of what is inside literals only the arrays: they are compared by their length."""
    hidden = {id(argument) for argument in tree.arguments}
    for node in walk(tree):
        if isinstance(node, LiteralArray | ByteArray | Pragma):
            hidden.update(id(below) for below in walk(node) if not isinstance(below, LiteralArray | Pragma))
            hidden.discard(id(node))
        if node is not tree and id(node) not in hidden:
            yield node


def locals_of(tree: Method) -> set[str]:
    """Answer the names of arguments and temporaries, also those of blocks."""
    found = {argument.name for argument in tree.arguments}
    for node in walk(tree.body):
        if isinstance(node, Block):
            found.update(parameter.name for parameter in node.parameters)
        elif isinstance(node, Statements):
            found.update(temporary.name for temporary in node.temporaries)
    return found


def _said(node: Node | None) -> tuple[object, ...]:
    """Answer what a node says apart from its children, and from the values of literals."""
    if isinstance(node, Send | Message | Pragma):
        return (node.selector,)
    if isinstance(node, Block):
        return (len(node.parameters),)
    if isinstance(node, Statements):
        return (len(node.statements),)
    return (node.name,) if isinstance(node, Binding) else ()
