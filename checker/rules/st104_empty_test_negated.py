"""The negation of a test for emptiness.

Why:
    There is a message for the opposite.
Bad:
    items isEmpty not ifTrue: [self show]
Good:
    items notEmpty ifTrue: [self show]
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene, is_name
from stparse.pattern import Match


def _is_ordinary(match: Match, scene: Scene) -> bool:
    # This is how `notEmpty` itself is written.
    return not is_name(match.bindings["x"], "self", "super")


pattern_rule(
    "ST104",
    __doc__,
    {
        "`@x isEmpty not": ("`@x notEmpty", "`@x isNotEmpty"),
        "`@x notEmpty not": "`@x isEmpty",
        "`@x isEmpty == false": ("`@x notEmpty",),
    },
    message="a test for emptiness is negated",
    when=_is_ordinary,
)
