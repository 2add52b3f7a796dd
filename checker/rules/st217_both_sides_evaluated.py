"""A test for nil that does not guard what stands behind it.

Why:
    `|` and `&` evaluate both sides: the second one is sent to nil all the same.
Bad:
    name isNil | name isEmpty
Good:
    name isNil or: [name isEmpty]
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, is_name, is_send, receivers
from stparse.nodes import Send, Variable

_GUARDS = {"|": "isNil", "&": "notNil"}
_SAFE = frozenset(
    ("isNil", "notNil", "isEmptyOrNil", "=", "==", "~=", "~~", "isString", "isSymbol", "isNumber", "isInteger", "class", "isKindOf:")
)


@rule(
    "ST217", __doc__, on=("|", "&"), message="{name} is evaluated also where the first test decides", hint="write or: [...] or and: [...]"
)
def check(node: Send, scene: Scene) -> Iterator[Found]:
    test, other = node.receiver, node.arguments[0]
    if not is_send(test, _GUARDS[node.selector]) or not isinstance(test.receiver, Variable):
        return
    sent = next((m for receiver, m in receivers(other) if is_name(receiver, test.receiver.name)), None)
    if sent is not None and sent.selector not in _SAFE and not sent.selector.startswith("is"):
        yield Found(node, name=scene.source_of(other)[:40])
