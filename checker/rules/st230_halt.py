"""A halt left in the code.

Why:
    It stops the user in a debugger.
Bad:
    self halt.
    ^self compute
Good:
    ^self compute
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, is_name
from stparse.nodes import Node, Send

_HALTS = ("halt", "haltOnce", "haltIf:", "halt:", "haltIfTrue", "break")


@rule("ST230", __doc__, on=(*_HALTS, "now"), message="{name} is left in the code", hint="remove it")
def check(node: Send, scene: Scene) -> Iterator[Found]:
    if scene.in_test or scene.method.selector.startswith(("halt", "error", "debug", "break")):
        return
    receiver = node.receiver
    plain = is_name(receiver, "self", "thisContext") and node.selector != "break" and node.selector != "now"
    if (plain or (is_name(receiver, "Halt") and node.selector in ("now", "once", "halt"))) and not any(
        _is_chosen(each) for each in scene.around(node)
    ):
        yield Found(node, name=scene.source_of(node)[:40])


def _is_chosen(node: Node) -> bool:
    """Answer whether somebody has asked for the halt: a menu, a button, a key."""
    return isinstance(node, Send) and node.selector.startswith(("menu", "add:", "on:", "when:", "key"))
