"""A literal converted into the kind of literal that could be written.

Why:
    The conversion is done again each time, and the reader has to do it too.
Bad:
    'open' asSymbol
Good:
    #open
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene
from stparse.nodes import Character, Number, Send, String, Symbol
from stparse.pattern import Match

_SAME: dict[str, tuple[type, ...]] = {
    "asString": (String,),
    "asSymbol": (String, Symbol),
    "asCharacter": (Character,),
    "copy": (Symbol, Number, Character),
}


def _is_already(match: Match, scene: Scene) -> bool:
    assert isinstance(match.node, Send)
    literal = match.bindings["s"]
    if scene.in_test or (isinstance(literal, String) and match.node.selector == "asSymbol" and not literal.value.isidentifier()):
        return False
    return isinstance(literal, _SAME[match.node.selector])


pattern_rule(
    "ST121",
    __doc__,
    {
        "`#s asString": None,
        "`#s asSymbol": None,
        "`#s asCharacter": None,
        "`#s copy": None,
    },
    message="a literal is converted: {s}",
    hint="write the literal itself",
    when=_is_already,
)
