"""A branch with nothing in it.

Why:
    The reader looks for what is missing; turning the test round says it without the empty block.
Bad:
    isOpen ifTrue: [] ifFalse: [self open]
Good:
    isOpen ifFalse: [self open]
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, is_empty_block
from stparse.issue import Severity
from stparse.nodes import Send


@rule(
    "ST242",
    __doc__,
    on=("ifTrue:", "ifFalse:", "ifTrue:ifFalse:", "ifFalse:ifTrue:", "ifNil:", "ifNotNil:"),
    severity=Severity.INFO,
    message="an empty branch",
    hint="turn the test round, or say in a comment why there is nothing to do",
)
def check(node: Send, scene: Scene) -> Iterator[Found]:
    for argument in node.arguments:
        if (
            is_empty_block(argument)
            and '"' not in scene.method.source[argument.start : argument.end]
            and not scene.is_used(node)
            and not scene.in_test
        ):
            yield Found(argument)
