"""White space put on a stream as a character.

Why:
    The stream has a message for it.
Bad:
    aStream nextPut: Character cr
Good:
    aStream cr
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene, is_name
from stparse.pattern import Match


def _is_other(match: Match, scene: Scene) -> bool:
    # This is how a stream's own `cr` is written.
    return not is_name(match.bindings["s"], "self", "super")


pattern_rule(
    "ST128",
    __doc__,
    {
        "`@s nextPut: Character cr": "`@s cr",
        "`@s nextPut: Character tab": "`@s tab",
        "`@s nextPut: Character space": "`@s space",
    },
    message="white space is put on a stream as a character",
    when=_is_other,
)
