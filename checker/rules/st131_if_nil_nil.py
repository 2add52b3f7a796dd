"""A branch for nil that answers nil.

Why:
    It answers what the receiver is already.
Bad:
    name ifNil: [nil]
Good:
    name
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene
from stparse.issue import Severity
from stparse.pattern import Match


def _is_ordinary(match: Match, scene: Scene) -> bool:
    return not scene.in_test


pattern_rule(
    "ST131",
    __doc__,
    {
        "`@x ifNil: [nil]": "`@x",
        "`@x isNil ifTrue: [nil] ifFalse: [`@x]": "`@x",
        "`@x notNil ifTrue: [`@x] ifFalse: [nil]": "`@x",
        "`@x isNil ifFalse: [`@x] ifTrue: [nil]": "`@x",
    },
    message="a branch answers nil for nil",
    severity=Severity.INFO,
    when=_is_ordinary,
)
