"""A key that is set twice in one cascade.

Why:
    The first value is lost at once: one of the keys is a copy that was not changed.
Bad:
    Dictionary new at: #a put: 1; at: #a put: 2; yourself
Good:
    Dictionary new at: #a put: 1; at: #b put: 2; yourself
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, is_literal
from stparse.nodes import Cascade, Node


@rule("ST220", __doc__, on=(Cascade,), message="{name} is set twice", hint="one of the two was meant to be another key")
def check(node: Cascade, scene: Scene) -> Iterator[Found]:
    if scene.in_test:
        return
    seen: list[Node] = []
    for message in node.messages:
        if message.selector != "at:put:":
            if not message.selector.startswith("at:"):
                seen.clear()
            continue
        key = message.arguments[0]
        if is_literal(key):
            if any(key == known for known in seen):
                yield Found(message, name=scene.source_of(key))
            seen.append(key)
