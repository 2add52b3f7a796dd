"""Which messages change a collection, by their names: for the rules about loops over collections that change."""

from __future__ import annotations

from stparse.nodes import Block, Message, Node, Send, Variable, walk

ADDING = frozenset(("add:", "addAll:", "addFirst:", "addLast:", "addAllFirst:", "addAllLast:", "add:beforeIndex:", "addAll:withOccurrences:"))
REMOVING = frozenset(
    (
        "remove:", "remove:ifAbsent:", "removeAll:", "removeFirst", "removeLast", "removeFirst:", "removeLast:", "removeAll", "removeKey:",
        "removeKey:ifAbsent:", "removeIndex:", "removeAt:", "removeAtIndex:", "removeAllSuchThat:",
    )
)  # fmt: skip
_CHANGING = ("remove", "add", "delete", "unregister", "register", "release", "close", "unload", "destroy", "terminate", "kill", "uninstall", "unsubscribe",
             "rename", "reset", "clear", "become", "discard", "evict", "detach", "disconnect", "cancel", "finish", "stop", "free")  # fmt: skip


def leaves_alone(block: object) -> bool:
    """Answer whether a literal block surely does not change the collection that it is given the elements of."""
    if not isinstance(block, Block):
        return False
    for node in walk(block):
        if isinstance(node, Send | Message):
            if node.selector.startswith(_CHANGING) or "put:" in node.selector:
                return False
            if isinstance(node, Send) and isinstance(node.receiver, Variable) and node.receiver.name in ("self", "super") and _is_action(node):
                return False
    return True


def _is_action(send: Node) -> bool:
    assert isinstance(send, Send)
    return bool(send.arguments)
