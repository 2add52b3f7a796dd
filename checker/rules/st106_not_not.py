"""A double negation.

Why:
    Two negations cancel each other; what is left is the receiver.
Bad:
    self isOpen not not
Good:
    self isOpen
"""

from __future__ import annotations

from checker.rules import pattern_rule

pattern_rule(
    "ST106",
    __doc__,
    {
        "`@x not not": "`@x",
    },
    message="a double negation",
)
