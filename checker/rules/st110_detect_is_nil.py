"""A search whose result is only compared with nil.

Why:
    Whether there is such an element is a question of its own; it does not fail where nil is an element.
Bad:
    (items detect: [:each | each isOpen] ifNone: [nil]) notNil
Good:
    items anySatisfy: [:each | each isOpen]
"""

from __future__ import annotations

from checker.rules import pattern_rule

pattern_rule(
    "ST110",
    __doc__,
    {
        "(`@x detect: `@b ifNone: [nil]) notNil": ("`@x anySatisfy: `@b", "`@x contains: `@b"),
        "(`@x detect: `@b ifNone: [nil]) isNil": ("`@x noneSatisfy: `@b", "(`@x anySatisfy: `@b) not", "(`@x contains: `@b) not"),
        "(`@x detect: `@b ifNone: [nil]) ~= nil": ("`@x anySatisfy: `@b", "`@x contains: `@b"),
        "(`@x detect: `@b ifNone: [nil]) = nil": ("`@x noneSatisfy: `@b", "(`@x anySatisfy: `@b) not", "(`@x contains: `@b) not"),
        "(`@x detect: `@b ifNone: []) notNil": ("`@x anySatisfy: `@b", "`@x contains: `@b"),
        "(`@x detect: `@b ifNone: []) isNil": ("`@x noneSatisfy: `@b", "(`@x anySatisfy: `@b) not", "(`@x contains: `@b) not"),
    },
    message="the element found is only compared with nil",
)
