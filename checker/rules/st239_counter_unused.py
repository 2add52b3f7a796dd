"""A counting loop that does not look at its counter.

Why:
    `timesRepeat:` says that only the number of rounds matters.
Bad:
    1 to: 3 do: [:i | stream cr]
Good:
    3 timesRepeat: [stream cr]
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, mentions
from stparse.issue import Severity
from stparse.nodes import Block, Number, Send


@rule("ST239", __doc__, on=("to:do:",), severity=Severity.INFO, message="the counter {name} is not used", hint="write timesRepeat:")
def check(node: Send, scene: Scene) -> Iterator[Found]:
    block = node.arguments[1]
    counts = isinstance(node.receiver, Number) and node.receiver.text == "1"
    if counts and isinstance(block, Block) and len(block.parameters) == 1 and not scene.in_test:
        name = block.parameters[0].name
        if block.body.statements and not mentions(block.body, name):
            yield Found(node, name=name)
