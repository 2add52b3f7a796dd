"""A branch that only turns a Boolean into the same Boolean.

Why:
    The condition is the answer already, or its negation is.
Bad:
    ^count > 3 ifTrue: [true] ifFalse: [false]
Good:
    ^count > 3
"""

from __future__ import annotations

from checker.rules import pattern_rule

pattern_rule(
    "ST107",
    __doc__,
    {
        "`@x ifTrue: [true] ifFalse: [false]": "`@x",
        "`@x ifFalse: [false] ifTrue: [true]": "`@x",
        "`@x ifTrue: [false] ifFalse: [true]": "`@x not",
        "`@x ifFalse: [true] ifTrue: [false]": "`@x not",
        "`@x ifTrue: [^true] ifFalse: [^false]": "^`@x",
        "`@x ifTrue: [^false] ifFalse: [^true]": "^`@x not",
    },
    message="the branches answer the condition itself",
)
