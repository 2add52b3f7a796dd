"""A literal block evaluated where it stands.

Why:
    Without parameters the brackets and `value` change nothing.
Bad:
    [self refresh] value
Good:
    self refresh
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene
from stparse.issue import Severity
from stparse.nodes import Block, Send


@rule(
    "ST233",
    __doc__,
    on=("value",),
    severity=Severity.INFO,
    message="a block is evaluated where it stands",
    hint="remove the brackets and value",
)
def check(node: Send, scene: Scene) -> Iterator[Found]:
    block = node.receiver
    if (
        isinstance(block, Block)
        and not block.parameters
        and not block.body.temporaries
        and len(block.body.statements) == 1
        and not scene.in_test
    ):
        yield Found(node)
