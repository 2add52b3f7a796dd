"""A `yourself` that is sent to the last argument.

Why:
    A semicolon is missing: the message goes to the argument, where it does nothing, and the whole answers something
    else.
Bad:
    ^Set new add: 1; add: 2 yourself
Good:
    ^Set new add: 1; add: 2; yourself
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, is_literal, is_name
from stparse.nodes import Message, Send, Variable


@rule("ST216", __doc__, on=("yourself",), message="yourself is sent to {name}", hint="put a semicolon before yourself")
def check(node: Send, scene: Scene) -> Iterator[Found]:
    above = scene.parent(node)
    is_last = isinstance(above, Send | Message) and above.arguments and above.arguments[-1] is node
    plain = isinstance(node.receiver, Variable) and not is_name(node.receiver, "self")
    if is_last and not scene.method.source[node.end :].lstrip().startswith(")") and (plain or is_literal(node.receiver)):
        yield Found(node, name=scene.source_of(node.receiver)[:40])
