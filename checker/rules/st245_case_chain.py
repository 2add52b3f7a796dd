"""A chain of conditions that asks one variable again and again.

Why:
    A dictionary, or a class for each case, needs no change here when a case is added.
Bad:
    kind = #a ifTrue: [1] ifFalse: [kind = #b ifTrue: [2] ifFalse: [...]]
Good:
    self prices at: kind
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, is_literal, is_send, only_statement
from stparse.issue import Severity
from stparse.nodes import Send, Variable

_MOST = 6


@rule(
    "ST245",
    __doc__,
    on=("ifTrue:ifFalse:",),
    severity=Severity.INFO,
    message="{name} is compared with {count} literals one by one",
    hint="use a dictionary, or let each case be a class",
)
def check(node: Send, scene: Scene) -> Iterator[Found]:
    name, count, current = _compared(node), 0, node
    while name and _compared(current) == name:
        count += 1
        following = only_statement(current.arguments[1])
        if not is_send(following, "ifTrue:ifFalse:"):
            break
        current = following
    if count >= _MOST:
        yield Found(node, name=name, count=str(count))


def _compared(node: Send) -> str:
    test = node.receiver
    if is_send(test, "=", "==") and isinstance(test.receiver, Variable) and is_literal(test.arguments[0]):
        return test.receiver.name
    return ""
