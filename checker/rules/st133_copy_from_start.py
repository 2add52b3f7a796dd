"""A copy of the first elements, by positions.

Why:
    `first:` says how many, without the 1.
Bad:
    aString copyFrom: 1 to: 3
Good:
    aString first: 3
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene, is_name
from stparse.pattern import Match


def _is_ordinary(match: Match, scene: Scene) -> bool:
    return not scene.in_test and not is_name(match.bindings["x"], "self")


pattern_rule(
    "ST133",
    __doc__,
    {
        "`@x copyFrom: 1 to: `#n": "`@x first: `#n",
        "`@x copyFrom: 1 to: `@x size": "`@x copy",
    },
    message="the first elements are copied by their positions",
    when=_is_ordinary,
)
