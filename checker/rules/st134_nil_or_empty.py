"""A test for nil followed by one for emptiness.

Why:
    One message asks both, where the code base has it.
Bad:
    name isNil or: [name isEmpty]
Good:
    name isEmptyOrNil
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene
from stparse.pattern import Match


def _is_ordinary(match: Match, scene: Scene) -> bool:
    return scene.method.selector not in ("isEmptyOrNil", "isNilOrEmpty", "isNilOrEmptyString")


pattern_rule(
    "ST134",
    __doc__,
    {
        "`@x isNil or: [`@x isEmpty]": ("`@x isEmptyOrNil", "`@x isNilOrEmpty", "`@x isNilOrEmptyString"),
        "`@x notNil and: [`@x notEmpty]": ("`@x isEmptyOrNil not", "`@x isNilOrEmpty not"),
    },
    message="nil and emptiness are tested one by one",
    when=_is_ordinary,
)
