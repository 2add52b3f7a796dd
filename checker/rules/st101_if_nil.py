"""A test for nil followed by a branch.

Why:
    `ifNil:` and `ifNotNil:` say it in one message, and evaluate the receiver once.
Bad:
    name isNil ifTrue: [self loadName]
Good:
    name ifNil: [self loadName]
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene
from stparse.pattern import Match


def _is_unused(match: Match, scene: Scene) -> bool:
    return not scene.is_used(match.node)


pattern_rule(
    "ST101",
    __doc__,
    {
        "`@x isNil ifTrue: [`.@then]": "`@x ifNil: [`.@then]",
        "`@x isNil ifFalse: [`.@then]": "`@x ifNotNil: [`.@then]",
        "`@x notNil ifTrue: [`.@then]": "`@x ifNotNil: [`.@then]",
        "`@x notNil ifFalse: [`.@then]": "`@x ifNil: [`.@then]",
    },
    message="a test for nil and a branch are one message",
    when=_is_unused,
)
