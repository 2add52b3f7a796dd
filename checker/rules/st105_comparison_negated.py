"""The negation of a comparison.

Why:
    Every comparison has an opposite that is read once.
Bad:
    (count = limit) not
Good:
    count ~= limit
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import COMPARISONS, Scene
from stparse.pattern import Match


def _is_ordinary(match: Match, scene: Scene) -> bool:
    # This is how the opposites themselves are written.
    return scene.method.selector not in COMPARISONS


pattern_rule(
    "ST105",
    __doc__,
    {
        "(`@a = `@b) not": "`@a ~= `@b",
        "(`@a == `@b) not": "`@a ~~ `@b",
        "(`@a ~= `@b) not": "`@a = `@b",
        "(`@a ~~ `@b) not": "`@a == `@b",
        "(`@a < `@b) not": "`@a >= `@b",
        "(`@a > `@b) not": "`@a <= `@b",
        "(`@a <= `@b) not": "`@a > `@b",
        "(`@a >= `@b) not": "`@a < `@b",
    },
    message="a comparison is negated",
    when=_is_ordinary,
)
