"""Which messages change a collection, by their names: for the rules about loops over collections that change."""

from __future__ import annotations

from stparse.nodes import Block, Message, Send, Variable, walk

ADDING = frozenset(
    ("add:", "addAll:", "addFirst:", "addLast:", "addAllFirst:", "addAllLast:", "add:beforeIndex:", "addAll:withOccurrences:")
)
REMOVING = frozenset(
    (
        "remove:", "remove:ifAbsent:", "removeAll:", "removeFirst", "removeLast", "removeFirst:", "removeLast:", "removeAll", "removeKey:",
        "removeKey:ifAbsent:", "removeIndex:", "removeAt:", "removeAtIndex:", "removeAllSuchThat:",
    )
)  # fmt: skip
_CHANGING = (
    "remove", "add", "delete", "unregister", "register", "release", "close", "unload", "destroy", "terminate", "kill", "uninstall",
    "unsubscribe", "rename", "reset", "clear", "become", "discard", "evict", "detach", "disconnect", "cancel", "finish", "stop", "free",
)  # fmt: skip


def leaves_alone(block: object) -> bool:
    """Answer whether a literal block surely does not change the collection that it is given the elements of."""
    if not isinstance(block, Block):
        return False
    elements = {parameter.name for parameter in block.parameters}
    for statement in block.body.statements:
        # A command to an element may have the element leave the collection.
        if isinstance(statement, Send) and isinstance(statement.receiver, Variable) and statement.receiver.name in elements:
            return False
    return not any(_may_change(node) for node in walk(block) if isinstance(node, Send | Message))


def _may_change(node: Send | Message) -> bool:
    if node.selector.startswith(_CHANGING) or "put:" in node.selector:
        return True
    to_self = isinstance(node, Send) and isinstance(node.receiver, Variable) and node.receiver.name in ("self", "super")
    return to_self and bool(node.arguments)
