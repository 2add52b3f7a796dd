"""Two comparisons that ask whether a value lies in a range.

Why:
    `between:and:` evaluates the value once and cannot mix the bounds up.
Bad:
    (day >= 1) and: [day <= 31]
Good:
    day between: 1 and: 31
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene
from stparse.pattern import Match


def _is_ordinary(match: Match, scene: Scene) -> bool:
    # This is how `between:and:` itself is written.
    return scene.method.selector != "between:and:"


pattern_rule(
    "ST115",
    __doc__,
    {
        "`@x >= `@a and: [`@x <= `@b]": "`@x between: `@a and: `@b",
        "`@x >= `@a & (`@x <= `@b)": "`@x between: `@a and: `@b",
        "`@a <= `@x and: [`@x <= `@b]": "`@x between: `@a and: `@b",
    },
    message="two comparisons ask whether a value lies in a range",
    when=_is_ordinary,
)
