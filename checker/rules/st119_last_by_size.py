"""The last element, by its position.

Why:
    `last` says it, and fails with a clear error where there is none.
Bad:
    items at: items size
Good:
    items last
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene, is_name
from stparse.pattern import Match


def _is_other(match: Match, scene: Scene) -> bool:
    # This is how a collection's own `last` is written.
    return not scene.in_test and not is_name(match.bindings["x"], "self", "super")


pattern_rule(
    "ST119",
    __doc__,
    {
        "`@x at: `@x size": "`@x last",
    },
    message="the last element is fetched by its position",
    when=_is_other,
)
