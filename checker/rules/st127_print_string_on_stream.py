"""A printed string put on a stream.

Why:
    `print:` writes to the stream at once; `printString` makes a stream and a string of its own for each part.
Bad:
    aStream nextPutAll: price printString
Good:
    aStream print: price
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene, is_name
from stparse.pattern import Match


def _in_printing(match: Match, scene: Scene) -> bool:
    return scene.method.selector in ("printOn:", "displayOn:", "storeOn:") or is_name(match.bindings["s"])


pattern_rule(
    "ST127",
    __doc__,
    {
        "`@s nextPutAll: `@x printString": "`@s print: `@x",
        "`@s show: `@x printString": "`@s print: `@x",
    },
    message="a printed string is put on a stream",
    when=_in_printing,
)
