"""A loop over positions that only fetches the elements.

Why:
    `do:` fetches them, works for every collection, and cannot run too far.
Bad:
    1 to: items size do: [:i | self show: (items at: i)]
Good:
    items do: [:each | self show: each]
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._changes import leaves_alone
from checker.rules._scene import Scene, assigns, is_name, is_send
from stparse.issue import Severity
from stparse.nodes import Block, Number, Send, Variable, walk


@rule(
    "ST238",
    __doc__,
    on=("to:do:",),
    severity=Severity.INFO,
    message="the positions of {name} are only used to fetch its elements",
    hint="iterate with do:",
)
def check(node: Send, scene: Scene) -> Iterator[Found]:
    upper, block = node.arguments
    if not (isinstance(node.receiver, Number) and node.receiver.text == "1" and is_send(upper, "size") and isinstance(block, Block)):
        return
    collection = upper.receiver
    if not is_name(collection) or is_name(collection, "self", "super") or len(block.parameters) != 1:
        return
    assert isinstance(collection, Variable)
    counter, name = block.parameters[0].name, collection.name
    if assigns(block, name) or not leaves_alone(block):
        return
    uses = [inner for inner in walk(block.body) if is_name(inner, counter)]
    fetches = [
        inner
        for inner in walk(block.body)
        if is_send(inner, "at:") and is_name(inner.receiver, name) and is_name(inner.arguments[0], counter)
    ]
    if uses and len(uses) == len(fetches):
        yield Found(node, name=name)
