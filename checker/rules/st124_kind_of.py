"""A test for a class or its subclasses.

Why:
    A message that each class answers in its own way needs no test, and works for classes that are yet to come.
Bad:
    (anItem isKindOf: Contract) ifTrue: [^anItem partner]
Good:
    ^anItem partner
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene
from stparse.pattern import Match


def _is_ordinary(match: Match, scene: Scene) -> bool:
    # Equality has to know whom it has before it.
    return not scene.in_test and scene.method.selector != "="


pattern_rule(
    "ST124",
    __doc__,
    {
        "`@x isKindOf: `C": None,
    },
    message="a test for the kind of class {C}",
    hint="send a message that each class answers in its own way",
    when=_is_ordinary,
    default=False,
)
