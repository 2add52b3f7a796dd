"""A method that ends by turning a condition into true or false.

Why:
    The condition is the answer.
Bad:
    count > 3 ifTrue: [^true].
    ^false
Good:
    ^count > 3
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene
from stparse.nodes import Return, Variable
from stparse.pattern import Match


def _is_all(match: Match, scene: Scene) -> bool:
    # In a row of such tests the form is the better one.
    statements = scene.statements
    if len(statements) != 2 or statements[0] is not match.node or not isinstance(statements[1], Return):
        return False
    return isinstance(statements[1].value, Variable) and statements[1].value.name in ("true", "false")


pattern_rule(
    "ST126",
    __doc__,
    {
        "`@x ifTrue: [^true]": None,
        "`@x ifTrue: [^false]": None,
        "`@x ifFalse: [^true]": None,
        "`@x ifFalse: [^false]": None,
    },
    message="the method answers a condition the long way",
    hint="answer the condition",
    when=_is_all,
)
