"""A test for one exact class.

Why:
    It fails for subclasses, and grows with each new class; a message that each class answers does not.
Bad:
    aShape class == Circle ifTrue: [self drawCircle: aShape]
Good:
    aShape drawOn: self
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene, is_name
from stparse.nodes import Variable
from stparse.pattern import Match


def _is_a_class(match: Match, scene: Scene) -> bool:
    name = match.bindings["C"]
    if scene.in_test or scene.method.selector == "=" or is_name(match.bindings.get("x"), "self"):
        return False
    return isinstance(name, Variable) and name.name[:1].isupper() and name.name not in scene.locals


pattern_rule(
    "ST123",
    __doc__,
    {
        "`@x class == `C": None,
        "`@x class = `C": None,
        "`@x isMemberOf: `C": None,
    },
    message="a test for the class {C}",
    hint="send a message that each class answers in its own way",
    when=_is_a_class,
)
