"""What add: or at:put: answers, used as if it were the collection.

Why:
    `add:` and `at:put:` answer the element, not the collection.
Bad:
    ^OrderedCollection new add: aContract
Good:
    ^OrderedCollection new add: aContract; yourself
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, is_send
from stparse.nodes import Cascade, Node, Send, Variable

_ANSWER_ELEMENT = frozenset(("add:", "addFirst:", "addLast:", "addAll:", "addAllFirst:", "addAllLast:", "at:put:", "add:withOccurrences:"))
_COLLECTIONS = frozenset(
    ("OrderedCollection", "Set", "Dictionary", "IdentityDictionary", "IdentitySet", "Bag", "SortedCollection", "Array", "LookupTable")
)


@rule(
    "ST215",
    __doc__,
    on=(Cascade, "add:", "addAll:", "at:put:", "addFirst:", "addLast:"),
    message="{name} answers its argument, not the collection",
    hint="end with: ; yourself",
)
def check(node: Node, scene: Scene) -> Iterator[Found]:
    assert isinstance(node, Send | Cascade)
    last = node.messages[-1].selector if isinstance(node, Cascade) else node.selector
    if last in _ANSWER_ELEMENT and _is_new_collection(node.receiver) and scene.is_used(node):
        yield Found(node, name=last)


def _is_new_collection(node: Node) -> bool:
    return is_send(node, "new", "new:") and isinstance(node.receiver, Variable) and node.receiver.name.rpartition(".")[2] in _COLLECTIONS
