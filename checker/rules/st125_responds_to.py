"""A test whether an object understands a message.

Why:
    It asks for the implementation instead of the role, and hides the senders of the message.
Bad:
    (aView respondsTo: #refresh) ifTrue: [aView refresh]
Good:
    aView refresh
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene
from stparse.pattern import Match


def _is_ordinary(match: Match, scene: Scene) -> bool:
    return not scene.in_test


pattern_rule(
    "ST125",
    __doc__,
    {
        "`@x respondsTo: `#s": None,
    },
    message="a test whether {s} is understood",
    hint="give every class that can come here an answer",
    when=_is_ordinary,
)
