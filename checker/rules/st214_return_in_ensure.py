"""A return inside an ensure block.

Why:
    It ends the unwinding that the block is part of: the exception, or the return that was under way, is lost.
Bad:
    [self load] ensure: [^self close]
Good:
    [self load] ensure: [self close]
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene
from stparse.nodes import Block, Return, Send, walk


@rule(
    "ST214",
    __doc__,
    on=("ensure:", "ifCurtailed:", "valueNowOrOnUnwindDo:", "valueOnUnwindDo:"),
    message="a return in {name} ends the unwinding",
    hint="return outside of the block",
)
def check(node: Send, scene: Scene) -> Iterator[Found]:
    block = node.arguments[0]
    if not isinstance(block, Block) or scene.in_test:
        return
    for inner in walk(block):
        if isinstance(inner, Return):
            yield Found(inner, name=node.selector)
