"""A literal that the code changes.

Why:
    The literal is part of the compiled method: the next run finds it changed. Newer systems refuse the change.
Bad:
    #(1 2 3) at: 1 put: 5
Good:
    #(1 2 3) copy at: 1 put: 5
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene
from stparse.nodes import Assign, ByteArray, LiteralArray, Node, Send, String, Symbol, Variable

_STORES = (
    "at:put:",
    "sort",
    "sort:",
    "replaceFrom:to:with:",
    "replaceFrom:to:with:startingAt:",
    "atAllPut:",
    "reverseInPlace",
    "swap:with:",
    "basicAt:put:",
)


@rule("ST211", __doc__, on=_STORES, message="the literal {name} is changed", hint="change a copy")
def check(node: Send, scene: Scene) -> Iterator[Found]:
    if scene.in_test:
        return
    receiver = node.receiver
    if isinstance(receiver, Variable):
        receiver = _only_value(receiver.name, scene) or receiver
    if isinstance(receiver, LiteralArray | String | ByteArray | Symbol) and scene.source_of(receiver) not in ("''", "#()"):
        yield Found(node, name=scene.source_of(receiver)[:40])


def _only_value(name: str, scene: Scene) -> Node | None:
    """Answer what a temporary always holds, if it is assigned once."""
    if name not in {temporary.name for temporary in scene.tree.body.temporaries}:
        return None
    values = [node.value for node in scene.nodes.get(Assign, ()) if isinstance(node, Assign) and node.target.name == name]
    return values[0] if len(values) == 1 else None
