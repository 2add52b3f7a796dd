"""A collection reversed for an iteration.

Why:
    `reverseDo:` needs no copy.
Bad:
    items reverse do: [:each | each close]
Good:
    items reverseDo: [:each | each close]
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._changes import leaves_alone
from checker.rules._scene import Scene
from stparse.pattern import Match


def _leaves_it_alone(match: Match, scene: Scene) -> bool:
    # The copy may be there because the loop changes the original.
    return leaves_alone(match.bindings["b"])


pattern_rule(
    "ST112",
    __doc__,
    {
        "`@x reverse do: `@b": "`@x reverseDo: `@b",
        "`@x reversed do: `@b": "`@x reverseDo: `@b",
    },
    message="a reversed copy is only iterated over",
    when=_leaves_it_alone,
)
