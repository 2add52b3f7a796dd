"""A well-known character by its number.

Why:
    Its name says which one it is.
Bad:
    Character value: 13
Good:
    Character cr
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene
from stparse.pattern import Match


def _is_ordinary(match: Match, scene: Scene) -> bool:
    # This is how `Character cr` itself is written.
    return not scene.method.meta and not scene.in_test


pattern_rule(
    "ST129",
    __doc__,
    {
        "Character value: 13": "Character cr",
        "Character value: 10": "Character lf",
        "Character value: 9": "Character tab",
        "Character value: 32": "Character space",
    },
    message="a well-known character is given by its number",
    when=_is_ordinary,
)
