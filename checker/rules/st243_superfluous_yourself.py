"""A `yourself` at the end of a cascade whose value nobody uses.

Why:
    The cascade does the same without it.
Bad:
    stream cr; tab; yourself
Good:
    stream cr; tab
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene
from stparse.issue import Severity
from stparse.nodes import Cascade


@rule("ST243", __doc__, on=(Cascade,), severity=Severity.INFO, message="yourself is not needed here", hint="remove ; yourself")
def check(node: Cascade, scene: Scene) -> Iterator[Found]:
    last = node.messages[-1]
    if last.selector == "yourself" and not scene.is_used(node) and not scene.in_test:
        yield Found(last)
