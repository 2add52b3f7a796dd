"""Two branches that do the same.

Why:
    The condition makes no difference: one branch was copied and not changed.
Bad:
    isOpen ifTrue: [self refresh] ifFalse: [self refresh]
Good:
    self refresh
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene
from stparse.nodes import Block, Send


@rule(
    "ST209",
    __doc__,
    on=("ifTrue:ifFalse:", "ifFalse:ifTrue:"),
    message="both branches do the same",
    hint="change one of them, or remove the test",
)
def check(node: Send, scene: Scene) -> Iterator[Found]:
    one, other = node.arguments
    if isinstance(one, Block) and one.body.statements and one == other:
        yield Found(node)
