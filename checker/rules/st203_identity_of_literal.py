"""An identity test with a literal that is a different object each time.

Why:
    `==` asks for the same object. Two equal strings, arrays, fractions or large numbers are two objects, so the
    answer is false or depends on the compiler.
Bad:
    code == 'PR'
Good:
    code = 'PR'
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene
from stparse.nodes import LiteralArray, Node, Number, Send, String


@rule("ST203", __doc__, on=("==", "~~"), message="{name} is compared by identity", hint="compare with = or ~=")
def check(node: Send, scene: Scene) -> Iterator[Found]:
    if scene.in_test:
        return
    for side in (node.receiver, node.arguments[0]):
        if _is_new(side):
            yield Found(node, name=scene.source_of(side))


def _is_new(node: Node) -> bool:
    if isinstance(node, Number):
        return "." in node.text or (node.text.isdigit() and int(node.text) >= 2**62)
    # The empty string and the empty array are used as marks.
    return (isinstance(node, String) and bool(node.value)) or (isinstance(node, LiteralArray) and bool(node.elements))
