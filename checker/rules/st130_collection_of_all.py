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

pattern_rule(
    "ST130",
    __doc__,
    {
        "OrderedCollection new addAll: `@x; yourself": "`@x asOrderedCollection",
        "Set new addAll: `@x; yourself": "`@x asSet",
        "Bag new addAll: `@x; yourself": "`@x asBag",
    },
    message="an empty collection is filled from another",
)
