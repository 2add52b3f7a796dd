"""A position that is only compared with zero.

Why:
    `includes:` asks just that.
Bad:
    (codes indexOf: aCode) > 0
Good:
    codes includes: aCode
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene
from stparse.pattern import Match


def _is_ordinary(match: Match, scene: Scene) -> bool:
    # This is how `includes:` itself can be written.
    return not scene.in_test and scene.method.selector != "includes:"


pattern_rule(
    "ST116",
    __doc__,
    {
        "(`@x indexOf: `@y) > 0": "`@x includes: `@y",
        "(`@x indexOf: `@y) ~= 0": "`@x includes: `@y",
        "(`@x indexOf: `@y) = 0": "(`@x includes: `@y) not",
        "(`@x indexOf: `@y) == 0": "(`@x includes: `@y) not",
        "(`@x occurrencesOf: `@y) > 0": "`@x includes: `@y",
        "(`@x occurrencesOf: `@y) = 0": "(`@x includes: `@y) not",
    },
    message="a position or a count is only compared with zero",
    when=_is_ordinary,
)
