"""Blocks nested very deep.

Why:
    The reader has to keep every condition around a line in mind.
Bad:
    a do: [:b | b do: [:c | c isOpen ifTrue: [...]]]
Good:
    a do: [:each | self process: each]
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene
from stparse.issue import Severity
from stparse.nodes import Block, Method

_MOST = 7


@rule("ST303", __doc__, on=(), severity=Severity.INFO, message="blocks nested {count} deep", hint="give the inner part a method of its own")
def check(tree: Method, scene: Scene) -> Iterator[Found]:
    if len(scene.nodes.get(Block, ())) <= _MOST:
        return
    depths: dict[int, int] = {}
    for block in scene.nodes[Block]:
        above = next((depths[id(each)] for each in scene.around(block) if id(each) in depths), 0)
        depths[id(block)] = above + 1
        if above + 1 > _MOST:
            yield Found(block, count=str(above + 1))
            return
