"""An empty collection filled from another.

Why:
    The conversion says it, and makes it in the right size.
Bad:
    OrderedCollection new addAll: items; yourself
Good:
    items asOrderedCollection
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene, is_name
from stparse.pattern import Match


def _is_other(match: Match, scene: Scene) -> bool:
    # This is how the conversions themselves are written.
    return not is_name(match.bindings["x"], "self", "super")


pattern_rule(
    "ST130",
    __doc__,
    {
        "OrderedCollection new addAll: `@x; yourself": "`@x asOrderedCollection",
        "Set new addAll: `@x; yourself": "`@x asSet",
        "Bag new addAll: `@x; yourself": "`@x asBag",
    },
    when=_is_other,
    message="an empty collection is filled from another",
)
