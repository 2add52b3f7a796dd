"""Which methods are called as tests are, and how they compare."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from datagen.looks import look
from datagen.scanned import Place, Scanned
from stparse.nodes import Node, Send, Variable, walk

ALL = "*"


@dataclass(frozen=True, slots=True)
class Tested:
    """A method called `test...`: whether it asserts that `x = y`, and whether it does so with `equals:`."""

    class_name: str
    protocol: str
    place: Place
    equal: bool
    keyword: bool


@look("tests")
def tests(seen: Scanned, wanted: Collection[str]) -> Iterator[tuple[str, object]]:
    """See each of them."""
    tree, method = seen.tree, seen.method
    if method.meta or tree.arguments or not tree.selector.startswith("test"):
        return
    sent = [node for node in walk(tree.body) if isinstance(node, Send) and _is_self(node.receiver)]
    asserts = [node for node in sent if node.selector == "assert:"]
    equal = any(isinstance(one.arguments[0], Send) and one.arguments[0].selector == "=" for one in asserts)
    keyword = any(node.selector == "assert:equals:" for node in sent)
    yield ALL, Tested(method.class_name, method.protocol or "", seen.place, equal, keyword)


def _is_self(node: Node) -> bool:
    return isinstance(node, Variable) and node.name == "self"
