"""A selection of which only the first element or the emptiness is used.

Why:
    The search can stop at the first element found, and no collection has to be made.
Bad:
    (items select: [:each | each isOpen]) isEmpty
Good:
    items noneSatisfy: [:each | each isOpen]
"""

from __future__ import annotations

from checker.rules import pattern_rule

pattern_rule(
    "ST111",
    __doc__,
    {
        "(`@x select: `@b) isEmpty": (
            "`@x noneSatisfy: `@b",
            "(`@x anySatisfy: `@b) not",
            "(`@x contains: `@b) not",
            "(`@x detect: `@b ifNone: [nil]) isNil",
        ),
        "(`@x select: `@b) notEmpty": ("`@x anySatisfy: `@b", "`@x contains: `@b", "(`@x detect: `@b ifNone: [nil]) notNil"),
        "(`@x select: `@b) first": ("`@x detect: `@b",),
        "(`@x select: `@b) size": ("`@x count: `@b",),
    },
    message="a collection is selected for one question about it",
)
