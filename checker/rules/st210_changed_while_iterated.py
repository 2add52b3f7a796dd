"""A collection changed by the loop over it.

Why:
    Elements are skipped or met twice, or the loop fails: iterating relies on positions or on a hash table that the
    change moves.
Bad:
    items do: [:each | each isOpen ifFalse: [items remove: each]]
Good:
    items copy do: [:each | each isOpen ifFalse: [items remove: each]]
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._changes import ADDING, REMOVING
from checker.rules._scene import CONDITIONALS, LOOPS, Scene, assigns, ends_method, is_name, receivers
from stparse.nodes import Block, Cascade, Node, Return, Send, Sequence, Variable

_LOOPS = (
    "do:",
    "keysDo:",
    "valuesDo:",
    "associationsDo:",
    "keysAndValuesDo:",
    "collect:",
    "select:",
    "reject:",
    "detect:ifNone:",
    "doWithIndex:",
)


@rule(
    "ST210",
    __doc__,
    on=_LOOPS,
    message="{name} is changed while it is iterated over",
    hint="iterate over a copy, or collect what to change first",
)
def check(node: Send, scene: Scene) -> Iterator[Found]:
    block = node.arguments[0]
    if not isinstance(node.receiver, Variable) or not isinstance(block, Block) or is_name(node.receiver, "self", "super"):
        return
    name = node.receiver.name
    if assigns(block, name) or name in {parameter.name for parameter in block.parameters}:
        return
    for receiver, message in receivers(block):
        if is_name(receiver, name) and message.selector in REMOVING | ADDING and not _leaves(message, block, scene):
            yield Found(message, name=name)


def _leaves(message: Node, block: Block, scene: Scene) -> bool:
    """Answer whether the loop is left after the change, or the change is made later."""
    current = message
    for above in scene.around(message):
        if isinstance(above, Return):
            return True
        if isinstance(above, Sequence) and (_ends(above) or isinstance(above.statements[-1], Cascade)):
            return True
        if above is block:
            return False
        if isinstance(above, Block) and not _runs_now(above, scene):
            return True
        current = above
    return current is not block


def _ends(body: Sequence) -> bool:
    return ends_method(body.statements[-1])


def _runs_now(block: Block, scene: Scene) -> bool:
    send = scene.parent(block)
    return isinstance(send, Send) and (send.selector in CONDITIONALS or send.selector in LOOPS or send.selector in ("and:", "or:"))
