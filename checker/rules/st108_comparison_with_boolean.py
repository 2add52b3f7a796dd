"""A comparison of a test with true or false.

Why:
    The test is a Boolean already.
Bad:
    (a > b) = true
Good:
    a > b
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import COMPARISONS, Scene, is_send
from stparse.nodes import Node
from stparse.pattern import Match

_TESTS = COMPARISONS | {"isNil", "notNil", "isEmpty", "not", "includes:", "includesKey:", "isKindOf:", "respondsTo:"}


def _is_test(match: Match, scene: Scene) -> bool:
    # Other messages may answer nil, and then the comparison is meant.
    tested = match.bindings["x"]
    return not scene.in_test and scene.method.selector not in COMPARISONS and is_send(tested if isinstance(tested, Node) else None, *_TESTS)


pattern_rule(
    "ST108",
    __doc__,
    {
        "`@x = true": "`@x",
        "`@x == true": "`@x",
        "`@x = false": "`@x not",
        "`@x == false": "`@x not",
        "`@x ~= true": "`@x not",
        "`@x ~= false": "`@x",
    },
    message="a test is compared with a Boolean",
    when=_is_test,
)
