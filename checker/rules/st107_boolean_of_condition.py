"""A branch that only turns a Boolean into the same Boolean.

Why:
    The condition is the answer already, or its negation is.
Bad:
    ^count > 3 ifTrue: [true] ifFalse: [false]
Good:
    ^count > 3
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import COMPARISONS, Scene
from stparse.nodes import Send
from stparse.pattern import Match


def _is_test(match: Match, scene: Scene) -> bool:
    # A variable may hold something else, and then the branches make it a Boolean.
    ordinary = not scene.in_test and not scene.tree.pragmas and scene.method.selector not in COMPARISONS
    return ordinary and isinstance(match.bindings["x"], Send)


pattern_rule(
    "ST107",
    __doc__,
    {
        "`@x ifTrue: [true] ifFalse: [false]": "`@x",
        "`@x ifFalse: [false] ifTrue: [true]": "`@x",
        "`@x ifTrue: [false] ifFalse: [true]": "`@x not",
        "`@x ifFalse: [true] ifTrue: [false]": "`@x not",
        "`@x ifTrue: [^true] ifFalse: [^false]": "^`@x",
        "`@x ifTrue: [^false] ifFalse: [^true]": "^`@x not",
    },
    message="the branches answer the condition itself",
    when=_is_test,
)
