"""A condition that is always the same.

Why:
    Either the branch is never run, or the test is left over from trying something out.
Bad:
    false ifTrue: [self log]
Good:
    self isLogging ifTrue: [self log]
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import COMPARISONS, LITERALS, Scene, is_literal, is_send
from stparse.nodes import Block, Send

_TESTS = ("ifTrue:", "ifFalse:", "ifTrue:ifFalse:", "ifFalse:ifTrue:", "and:", "or:", "&", "|")


@rule("ST208", __doc__, on=_TESTS, message="the condition {name} never changes", hint="remove the test, or the branch that is never run")
def check(node: Send, scene: Scene) -> Iterator[Found]:
    receiver = node.receiver
    constant = is_literal(receiver) and not isinstance(receiver, LITERALS)
    compared = is_send(receiver, *COMPARISONS) and is_literal(receiver.receiver) and is_literal(receiver.arguments[0])
    block = isinstance(receiver, (Block, *LITERALS)) and node.selector.startswith("if")
    if (constant or compared or block) and not scene.in_test:
        yield Found(receiver, name=scene.source_of(receiver)[:40])
