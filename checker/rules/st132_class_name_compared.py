"""A test for a class by its name.

Why:
    It fails for subclasses, breaks when the class is renamed, and nobody finds it by searching for the class.
Bad:
    aShape class name = 'Circle'
Good:
    aShape isCircle
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene
from stparse.pattern import Match


def _is_ordinary(match: Match, scene: Scene) -> bool:
    return not scene.in_test


pattern_rule(
    "ST132",
    __doc__,
    {
        "`@x class name = `#s": None,
        "`@x class name == `#s": None,
        "`@x class name asString = `#s": None,
        "`@x class name asSymbol = `#s": None,
    },
    message="a test for a class by its name, {s}",
    hint="send a message that each class answers in its own way",
    when=_is_ordinary,
)
