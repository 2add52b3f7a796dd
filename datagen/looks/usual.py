"""What a method does where a house may have a habit: its protocol, what it calls arguments, how it tests for nil; read anew from its text.

A key is a context of datagen/habits.py; what is seen under it is the value there, as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from datagen.looks import look
from datagen.scanned import Place, Scanned
from stparse.nodes import Block, Message, Node, Send, Variable

_TOOL = re.compile(r"<\s*(?:resource:|generated\b)|\"[^\"]*\bgenerated\b[^\"]{0,60}\bdo not (?:modify|edit|change)\b", re.IGNORECASE)
_WHOLE = ("initialize", "hash", "new", "release", "copy", "open", "close", "step", "changed")
_NIL = ("isNil", "notNil", "isNotNil")
_SAME, _OTHER = ("==", "="), ("~~", "~=")
_ONE_ARM, _TWO_ARMS = ("ifTrue:", "ifFalse:"), ("ifTrue:ifFalse:", "ifFalse:ifTrue:")
_FILLED = {"not-empty": ("notEmpty", "isNotEmpty"), "if-not-empty": ("ifNotEmpty:",)}
_NOT = {"not-empty": "not", "if-not-empty": "ifFalse:"}
_SHORT = {"ifNil:": "if-nil", "ifNotNil:": "if-not-nil", "ifNil:ifNotNil:": "if-nil-else", "ifNotNil:ifNil:": "if-nil-else"}


@dataclass(frozen=True, slots=True)
class Usual:
    """The value that a method has in a context, once for each case."""

    value: str
    class_name: str
    file: str
    place: Place


@look("usual")
def usual(seen: Scanned, wanted: Collection[str]) -> Iterator[tuple[str, object]]:
    """See the cases of these contexts."""
    method = seen.method
    for context in wanted:
        for value in values_in(seen, context):
            yield context, Usual(value, method.class_name, method.file, seen.place)


def values_in(seen: Scanned, context: str) -> Iterator[str]:
    """Yield what stands in a method in a context, case by case; nothing of what a tool has written."""
    if _TOOL.search(seen.method.source) or (seen.method.meta and seen.tree.selector.endswith("Spec") and "^" in seen.method.source):
        return
    code, kind, *rest = context.split(" ")
    if code == "C01":
        if kind == ("class" if seen.method.meta else "instance") and _is_called(seen.tree.selector, rest):
            yield from _protocol(seen.method.protocol or "")
    elif code == "C07":
        words = [f"{word}:" for word in seen.tree.selector.split(":")[:-1]]
        yield from (a.name for word, a in zip(words, seen.tree.arguments, strict=False) if word == rest[0])
    elif code == "C08":
        yield from _block_arguments(seen, rest[0])
    elif kind in ("not-empty", "if-not-empty"):
        yield from _emptiness(seen, kind)
    else:
        yield from _nil_tests(seen, kind)


def _is_called(selector: str, rest: list[str]) -> bool:
    if len(rest) == 2:
        return selector == rest[1]
    found = re.match(rf"{re.escape(rest[0])}(?![a-z])", selector)
    return found is not None and (selector != rest[0] or rest[0] in _WHOLE)


def _protocol(protocol: str) -> Iterator[str]:
    said = protocol.partition(" - ")[0].strip()
    if said and said[0] != "*" and not said.lower().startswith("private"):
        yield said


def _block_arguments(seen: Scanned, selector: str) -> Iterator[str]:
    for node in seen.executed:
        if isinstance(node, Send | Message) and node.selector == selector:
            blocks = [one for one in node.arguments if isinstance(one, Block) and len(one.parameters) == 1]
            yield from (block.parameters[0].name for block in blocks)


def _is_nil(node: Node) -> bool:
    return isinstance(node, Variable) and node.name == "nil"


def _test(node: Node) -> tuple[str, bool] | None:
    """Answer how an expression tests for nil, and whether it asks for not nil."""
    if not isinstance(node, Send):
        return None
    if node.selector in _NIL:
        return node.selector, node.selector != "isNil"
    if node.selector in _SAME + _OTHER and _is_nil(node.arguments[0]):
        return f"{node.selector} nil", node.selector in _OTHER
    return None


def _nil_tests(seen: Scanned, kind: str) -> Iterator[str]:
    inner = set[int]()
    for node in seen.executed:
        if not isinstance(node, Send):
            continue
        if _SHORT.get(node.selector) == kind or (kind == "if-not-nil" and node.selector == "ifNotNilDo:"):
            yield node.selector
        test = _test(node.receiver)
        if test is None or node.selector not in (*_ONE_ARM, *_TWO_ARMS, "not"):
            continue
        inner.add(id(node.receiver))
        if node.selector == "not":
            found = "not-nil"
        elif node.selector in _TWO_ARMS:
            found = "if-nil-else"
        else:
            found = "if-not-nil" if test[1] == (node.selector == "ifTrue:") else "if-nil"
        if found == kind:
            yield f"{test[0]} {node.selector}"
    for node in seen.executed if kind == "not-nil" else ():
        test = _test(node)
        if test is not None and test[1] and id(node) not in inner:
            yield test[0]


def _emptiness(seen: Scanned, kind: str) -> Iterator[str]:
    for node in seen.executed:
        if not isinstance(node, Send):
            continue
        if node.selector in _FILLED[kind]:
            yield node.selector
        elif node.selector == _NOT[kind] and isinstance(node.receiver, Send) and node.receiver.selector == "isEmpty":
            yield f"isEmpty {node.selector}"
        elif kind == "not-empty" and node.selector in (">", "~=") and _is_size(node.receiver) and seen.text(node.arguments[0]) == "0":
            yield "size > 0"


def _is_size(node: Node) -> bool:
    return isinstance(node, Send) and node.selector == "size"
