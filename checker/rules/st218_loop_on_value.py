"""A loop whose condition is no block.

Why:
    `whileTrue:` evaluates its receiver again and again, so it has to be a block; a value would never change.
Bad:
    (count < 3) whileTrue: [count := count + 1]
Good:
    [count < 3] whileTrue: [count := count + 1]
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import COMPARISONS, Scene, is_literal, is_send
from stparse.nodes import Send


@rule(
    "ST218",
    __doc__,
    on=("whileTrue:", "whileFalse:", "whileTrue", "whileFalse"),
    message="{name} is sent to a value",
    hint="put the condition in brackets: [...]",
)
def check(node: Send, scene: Scene) -> Iterator[Found]:
    if is_send(node.receiver, *COMPARISONS, "isNil", "notNil", "not", "isEmpty", "notEmpty", "atEnd") or is_literal(node.receiver):
        yield Found(node, name=node.selector)
