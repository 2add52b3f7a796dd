"""An `inject:into:` that never looks at what it injects.

Why:
    Without the accumulated value it is a `do:`, or a line is missing.
Bad:
    items inject: 0 into: [:sum :each | each price]
Good:
    items inject: 0 into: [:sum :each | sum + each price]
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, mentions
from stparse.nodes import Block, Send


@rule("ST219", __doc__, on=("inject:into:", "fold:"), message="the accumulated value {name} is never read", hint="use it, or write do:")
def check(node: Send, scene: Scene) -> Iterator[Found]:
    block = node.arguments[-1]
    if isinstance(block, Block) and len(block.parameters) == 2 and block.body.statements and not scene.in_test:
        name = block.parameters[0].name
        if not mentions(block.body, name):
            yield Found(block, name=name)
