"""A value put where there was none.

Why:
    `at:ifAbsentPut:` finds the place once, and says what is meant.
Bad:
    (cache includesKey: aKey) ifFalse: [cache at: aKey put: self compute]
Good:
    cache at: aKey ifAbsentPut: [self compute]
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene, is_name
from stparse.pattern import Match


def _is_ordinary(match: Match, scene: Scene) -> bool:
    # This is how `at:ifAbsentPut:` itself is written.
    return not is_name(match.bindings["d"], "self", "super")


pattern_rule(
    "ST118",
    __doc__,
    {
        "(`@d includesKey: `@k) ifFalse: [`@d at: `@k put: `@v]": "`@d at: `@k ifAbsentPut: [`@v]",
        "`@d at: `@k ifAbsent: [`@d at: `@k put: `@v]": "`@d at: `@k ifAbsentPut: [`@v]",
    },
    message="a value is put where there was none",
    when=_is_ordinary,
)
