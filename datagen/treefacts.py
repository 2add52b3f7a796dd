"""What the scan reads from the tree of one method: its pattern, what it sends to self, whether it is abstract."""

from __future__ import annotations

from collections.abc import Iterator

from stparse.nodes import Cascade, Message, Method, Node, Send, Variable, walk


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
