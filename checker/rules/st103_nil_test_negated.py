"""The negation of a test for nil.

Why:
    There is a message for the opposite.
Bad:
    name isNil not
Good:
    name notNil
"""

from __future__ import annotations

from checker.rules import pattern_rule

pattern_rule(
    "ST103",
    __doc__,
    {
        "`@x isNil not": "`@x notNil",
        "`@x notNil not": "`@x isNil",
        "`@x isNil == false": "`@x notNil",
    },
    message="a test for nil is negated",
)
