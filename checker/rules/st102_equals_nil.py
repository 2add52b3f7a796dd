"""A comparison with nil.

Why:
    `isNil` says what is asked, cannot be overridden by a strange `=`, and is what everybody searches for.
Bad:
    aContract = nil ifTrue: [^self]
Good:
    aContract isNil ifTrue: [^self]
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene
from stparse.pattern import Match


def _is_ordinary(match: Match, scene: Scene) -> bool:
    # `isNil` itself has to be written somehow, and `==` is how.
    return scene.method.selector not in ("isNil", "notNil", "ifNil:", "ifNotNil:", "=", "==")


pattern_rule(
    "ST102",
    __doc__,
    {
        "`@x = nil": "`@x isNil",
        "`@x == nil": "`@x isNil",
        "`@x ~= nil": "`@x notNil",
        "`@x ~~ nil": "`@x notNil",
        "nil = `@x": "`@x isNil",
        "nil == `@x": "`@x isNil",
    },
    message="a comparison with nil",
    when=_is_ordinary,
)
