"""How nil, emptiness and booleans are tested.

Why:
    `isNil ifTrue:`, `ifNil:` and `== nil` mean the same; a house that has settled on one reads the other as something special.
Example:
    `contract ifNil: [^self]`, not `contract isNil ifTrue: [^self]`; or the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import MethodPage, Slot, convention
from checker.rules._scene import is_name, is_send
from stparse.nodes import Block, Number, Send

_NIL_TESTS = {"isNil": "isNil", "notNil": "notNil", "isNotNil": "isNotNil"}
_EMPTY = {
    "isEmpty": ("empty", "isEmpty"), "notEmpty": ("not-empty", "notEmpty"), "isNotEmpty": ("not-empty", "isNotEmpty"),
    "ifEmpty:": ("if-empty", "ifEmpty:"), "ifNotEmpty:": ("if-not-empty", "ifNotEmpty:"), "isEmptyOrNil": ("empty-or-nil", "isEmptyOrNil"),
    "notNilAndNotEmpty": ("empty-or-nil", "notNilAndNotEmpty"), "ifEmpty:ifNotEmpty:": ("if-empty", "ifEmpty:"),
}  # fmt: skip
_THEN = {
    "ifNil:": ("if-nil", "ifNil:"), "ifNotNil:": ("if-not-nil", "ifNotNil:"), "ifNil:ifNotNil:": ("if-nil-else", "ifNil:ifNotNil:"),
    "ifNotNil:ifNil:": ("if-nil-else", "ifNotNil:ifNil:"), "ifNotNilDo:": ("if-not-nil", "ifNotNilDo:"),
}  # fmt: skip


@convention(
    "C18",
    __doc__,
    title="nil, empty and boolean idioms",
    contexts={
        "nil": "the test for nil",
        "not-nil": "the test for not nil",
        "if-nil": "what is done only where something is nil",
        "if-not-nil": "what is done only where something is not nil",
        "if-nil-else": "a choice between nil and not nil",
        "empty": "the test for empty",
        "not-empty": "the test for not empty",
        "if-empty": "what is done only where something is empty",
        "if-not-empty": "what is done only where something is not empty",
        "empty-or-nil": "the test for empty or nil",
        "negation": "how a condition is negated",
        "and": "how two conditions are joined with and",
        "or": "how two conditions are joined with or",
        "choice": "the order of the two branches",
    },
)
def slots(page: MethodPage) -> Iterator[Slot]:
    for selector, sends in page.scene.sends.items():
        for node in sends:
            found = _of(page, selector, node)
            if found is not None:
                yield Slot(*found, node.at or node.start, node.end)


def _of(page: MethodPage, selector: str, node: Send) -> tuple[str, str] | None:
    if selector in _THEN:
        return _THEN[selector]
    if selector in _NIL_TESTS or (selector in ("==", "=", "~~", "~=") and is_name(node.arguments[0], "nil")):
        return _nil(page, selector, node)
    if selector in _EMPTY:
        above = page.scene.parent(node)
        if selector == "isEmpty" and is_send(above, "not", "ifFalse:") and above.receiver is node:
            return ("not-empty", "isEmpty not") if above.selector == "not" else ("if-not-empty", "isEmpty ifFalse:")
        return _EMPTY[selector]
    if selector in ("=", ">", "~=", "==") and is_send(node.receiver, "size") and _is_zero(node.arguments[0]):
        return ("not-empty", "size > 0") if selector in (">", "~=") else ("empty", "size = 0")
    if selector == "not":
        return "negation", "not"
    if selector in ("and:", "&"):
        return "and", "&" if selector == "&" else "and: [...]" if isinstance(node.arguments[0], Block) else "and: (...)"
    if selector in ("or:", "|"):
        return "or", "|" if selector == "|" else "or: [...]" if isinstance(node.arguments[0], Block) else "or: (...)"
    if selector in ("ifTrue:ifFalse:", "ifFalse:ifTrue:"):
        return "choice", selector
    return None


def _nil(page: MethodPage, selector: str, node: Send) -> tuple[str, str]:
    test = selector if selector in _NIL_TESTS else f"{selector} nil"
    negative = selector in ("notNil", "isNotNil", "~~", "~=")
    above = page.scene.parent(node)
    if isinstance(above, Send) and above.receiver is node:
        if above.selector == "not":
            return "not-nil", f"{test} not"
        if above.selector in ("ifTrue:", "ifFalse:"):
            said = f"{test} {above.selector}"
            return ("if-not-nil" if negative == (above.selector == "ifTrue:") else "if-nil"), said
        if above.selector in ("ifTrue:ifFalse:", "ifFalse:ifTrue:"):
            return "if-nil-else", f"{test} {above.selector}"
    return ("not-nil" if negative else "nil"), test


def _is_zero(node: object) -> bool:
    return isinstance(node, Number) and node.text == "0"
