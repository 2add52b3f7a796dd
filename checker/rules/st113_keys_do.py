"""A set of keys or values collected for an iteration.

Why:
    `keysDo:` and `do:` need no collection.
Bad:
    prices keys do: [:each | Transcript show: each]
Good:
    prices keysDo: [:each | Transcript show: each]
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._changes import leaves_alone
from checker.rules._scene import Scene, is_name
from stparse.pattern import Match


def _leaves_it_alone(match: Match, scene: Scene) -> bool:
    # The copy may be there because the loop changes the original.
    return leaves_alone(match.bindings["b"]) and not is_name(match.bindings["x"], "self", "super")


pattern_rule(
    "ST113",
    __doc__,
    {
        "`@x keys do: `@b": "`@x keysDo: `@b",
        "`@x values do: `@b": ("`@x valuesDo: `@b", "`@x do: `@b"),
        "`@x associations do: `@b": "`@x associationsDo: `@b",
    },
    message="a copy of the keys or values is only iterated over",
    when=_leaves_it_alone,
)
