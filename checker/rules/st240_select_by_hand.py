"""A loop that fills a new collection with elements, or with what they answer.

Why:
    `select:` and `collect:` say it, and make the right kind of collection in the right size.
Bad:
    open := OrderedCollection new.
    items do: [:each | each isOpen ifTrue: [open add: each]]
Good:
    open := items select: [:each | each isOpen]
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from checker.rules import Found, rule
from checker.rules._scene import Scene, is_name, is_send, mentions, only_statement
from stparse.issue import Severity
from stparse.nodes import Assign, Block, Cascade, Node, Send, Sequence, walk


@rule(
    "ST240", __doc__, on=(Sequence,), severity=Severity.INFO, message="{name} is filled by hand", hint="write {better} instead of the loop"
)
def check(node: Sequence, scene: Scene) -> Iterator[Found]:
    for made, loop in pairwise(node.statements):
        if not (isinstance(made, Assign) and is_send(made.value, "new") and is_name(made.value.receiver, "OrderedCollection")):
            continue
        if not (is_send(loop, "do:") and isinstance(block := loop.arguments[0], Block) and len(block.parameters) == 1):
            continue
        # `self do:` in a collection is how select: itself is written.
        if is_name(loop.receiver, "self", "super") or _changes(scene.tree, made.target.name) > _changes(loop, made.target.name):
            continue
        better = _better(block, made.target.name, block.parameters[0].name)
        if better and not mentions(loop.receiver, made.target.name):
            yield Found(loop, name=made.target.name, better=better)


def _changes(tree: Node, name: str) -> int:
    """Count how often the collection `name` is changed below `tree`: what select: answers may not be one that can be."""
    count = 0
    for node in walk(tree):
        if isinstance(node, Send | Cascade) and is_name(node.receiver, name):
            selectors = [node.selector] if isinstance(node, Send) else [message.selector for message in node.messages]
            count += sum(selector.startswith(("add", "remove", "insert", "at:put:")) for selector in selectors)
    return count


def _better(block: Block, filled: str, element: str) -> str:
    statement = only_statement(block)
    if is_send(statement, "ifTrue:", "ifFalse:"):
        added = only_statement(statement.arguments[0])
        if not mentions(statement.receiver, filled) and is_send(added, "add:") and is_name(added.receiver, filled):
            return ("select:" if statement.selector == "ifTrue:" else "reject:") if is_name(added.arguments[0], element) else ""
    if is_send(statement, "add:") and is_name(statement.receiver, filled) and not mentions(statement.arguments[0], filled):
        return "addAll:" if is_name(statement.arguments[0], element) else "collect:"
    return ""
