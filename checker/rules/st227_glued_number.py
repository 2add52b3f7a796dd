"""A number glued to a name.

Why:
    `3abc` is read as 3 and then the message abc: a typing mistake, or a radix or exponent that is none.
Bad:
    limit := 10seconds
Good:
    limit := 10 seconds
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene
from stparse.nodes import Number, Send


@rule("ST227", __doc__, on=(Send,), message="{name} is read as a number and a message", hint="put a space between them")
def check(node: Send, scene: Scene) -> Iterator[Found]:
    glued = isinstance(node.receiver, Number) and node.receiver.end == node.at and (node.selector[0].isalpha() or node.selector[0] == "_")
    # Where the code base makes numbers so, as with `3i` for a complex one, that is what is meant.
    if glued and (scene.code is None or node.selector not in scene.code.index.implemented_selectors):
        yield Found(node, name=scene.source_of(node)[:40])
