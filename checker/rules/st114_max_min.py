"""A larger or smaller value chosen by hand.

Why:
    `max:` and `min:` cannot be the wrong way round.
Bad:
    a > b ifTrue: [a] ifFalse: [b]
Good:
    a max: b
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene
from stparse.nodes import Send, walk
from stparse.pattern import Match


def _is_ordinary(match: Match, scene: Scene) -> bool:
    # This is how `max:` itself is written. Of two points neither need be the larger one.
    points = any(isinstance(node, Send) and node.selector == "@" for node in walk(match.node))
    return scene.method.selector not in ("max:", "min:") and not points


pattern_rule(
    "ST114",
    __doc__,
    {
        "`@a > `@b ifTrue: [`@a] ifFalse: [`@b]": "`@a max: `@b",
        "`@a >= `@b ifTrue: [`@a] ifFalse: [`@b]": "`@a max: `@b",
        "`@a < `@b ifTrue: [`@a] ifFalse: [`@b]": "`@a min: `@b",
        "`@a <= `@b ifTrue: [`@a] ifFalse: [`@b]": "`@a min: `@b",
        "`@a > `@b ifTrue: [`@b] ifFalse: [`@a]": "`@a min: `@b",
        "`@a >= `@b ifTrue: [`@b] ifFalse: [`@a]": "`@a min: `@b",
        "`@a < `@b ifTrue: [`@b] ifFalse: [`@a]": "`@a max: `@b",
        "`@a <= `@b ifTrue: [`@b] ifFalse: [`@a]": "`@a max: `@b",
    },
    message="the larger or smaller of two values is chosen by hand",
    when=_is_ordinary,
)
