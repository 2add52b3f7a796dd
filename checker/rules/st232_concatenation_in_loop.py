"""A string built by concatenation in a loop.

Why:
    Each round copies all that was built so far; a stream does not.
Bad:
    items do: [:each | text := text , each name]
Good:
    items do: [:each | stream nextPutAll: each name]
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import CONDITIONALS, LOOPS, Scene, is_send
from stparse.issue import Severity
from stparse.nodes import Assign, Block, Node, Send, Variable


@rule("ST232", __doc__, on=(",",), severity=Severity.INFO, message="{name} is copied in each round", hint="write to a stream")
def check(node: Send, scene: Scene) -> Iterator[Found]:
    first: Node = node
    while is_send(first, ","):
        first = first.receiver
    above = scene.parent(node)
    if not (isinstance(first, Variable) and isinstance(above, Assign) and above.target.name == first.name):
        return
    for each in scene.around(above):
        if isinstance(each, Block):
            if first.name in {t.name for t in (*each.parameters, *each.body.temporaries)} or scene.parent(each) is None:
                return
            loop = scene.parent(each)
            if isinstance(loop, Send) and loop.selector in LOOPS:
                yield Found(above, name=first.name)
                return
            if not (isinstance(loop, Send) and loop.selector in CONDITIONALS):
                return
