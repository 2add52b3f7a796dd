"""A conversion of what has just been converted.

Why:
    The second conversion adds nothing, or makes the first one useless.
Bad:
    items asOrderedCollection asArray
Good:
    items asArray
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene
from stparse.pattern import Match


def _is_ordinary(match: Match, scene: Scene) -> bool:
    return not scene.in_test


pattern_rule(
    "ST120",
    __doc__,
    {
        "`@x asArray asArray": "`@x asArray",
        "`@x asOrderedCollection asOrderedCollection": "`@x asOrderedCollection",
        "`@x asArray asOrderedCollection": "`@x asOrderedCollection",
        "`@x asOrderedCollection asArray": "`@x asArray",
        "`@x asString asString": "`@x asString",
        "`@x printString asString": "`@x printString",
        "`@x displayString asString": "`@x displayString",
        "`@x asSymbol asSymbol": "`@x asSymbol",
        "`@x asSet asSet": "`@x asSet",
        "`@x asArray asSet": "`@x asSet",
        "`@x asOrderedCollection asSet": "`@x asSet",
        "`@x asLowercase asLowercase": "`@x asLowercase",
        "`@x asUppercase asUppercase": "`@x asUppercase",
    },
    message="converted twice",
    hint="one conversion is enough",
    when=_is_ordinary,
)
