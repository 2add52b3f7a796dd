"""A comparison or a computation whose result nobody uses.

Why:
    `=` stands where `:=` was meant, or the result of the line was meant to be kept.
Bad:
    total = 0.
    items do: [:each | total := total + each]
Good:
    total := 0.
    items do: [:each | total := total + each]
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import COMPARISONS, Scene, is_literal, is_send
from stparse.nodes import Pragma, Send, Sequence, Variable

_PURE = (*sorted(COMPARISONS), "+", "-", "*", "/", "//", "isNil", "notNil", "isEmpty", "notEmpty", "asString", "asSymbol", "printString",
         "copyReplaceAll:with:", "asUppercase", "asLowercase", "not", "copyFrom:to:")  # fmt: skip


@rule("ST206", __doc__, on=_PURE, message="the result of {name} is not used", hint="was := meant?")
def check(node: Send, scene: Scene) -> Iterator[Found]:
    # A test may only want to see that nothing is raised, and so may a handler around.
    if scene.in_test or scene.is_used(node) or (isinstance(node.receiver, Variable) and node.receiver.name in ("self", "super")):
        return
    if is_literal(node.receiver) and all(map(is_literal, node.arguments)):
        return
    if any(is_send(each, "on:do:", "ensure:", "should:raise:", "ifCurtailed:") for each in scene.around(node)):
        return
    if scene.nodes.get(Pragma) or "on:do:" in scene.sends or _is_last_in_block(node, scene):
        return
    yield Found(node, name=node.selector)


def _is_last_in_block(node: Send, scene: Scene) -> bool:
    sequence = scene.parent(node)
    return isinstance(sequence, Sequence) and sequence is not scene.tree.body and sequence.statements[-1] is node
