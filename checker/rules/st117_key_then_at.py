"""A key looked for and then looked up.

Why:
    `at:ifAbsent:` finds the place once.
Bad:
    (prices includesKey: aCode) ifTrue: [prices at: aCode] ifFalse: [0]
Good:
    prices at: aCode ifAbsent: [0]
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene, is_name
from stparse.pattern import Match


def _is_other(match: Match, scene: Scene) -> bool:
    # This is how `at:ifAbsent:` itself can be written.
    return not is_name(match.bindings["d"], "self", "super")


pattern_rule(
    "ST117",
    __doc__,
    {
        "(`@d includesKey: `@k) ifTrue: [`@d at: `@k] ifFalse: [`.@else]": "`@d at: `@k ifAbsent: [`.@else]",
        "(`@d includesKey: `@k) ifFalse: [`.@else] ifTrue: [`@d at: `@k]": "`@d at: `@k ifAbsent: [`.@else]",
        "(`@d includesKey: `@k) ifTrue: [^`@d at: `@k]": None,
    },
    message="a key is looked for, and then looked up",
    when=_is_other,
    hint="look it up once, with at:ifAbsent:",
)
