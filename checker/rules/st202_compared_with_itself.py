"""A value compared with itself.

Why:
    The answer is known; one side was meant to be something else.
Bad:
    count = count ifTrue: [self stop]
Good:
    count = limit ifTrue: [self stop]
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import COMPARISONS, Scene, is_name
from stparse.nodes import Send, Variable

_OTHERS = frozenset(("max:", "min:", "&", "|"))


@rule(
    "ST202",
    __doc__,
    on=(*sorted(COMPARISONS), *sorted(_OTHERS)),
    message="{name} is compared with itself",
    hint="compare with what was meant",
)
def check(node: Send, scene: Scene) -> Iterator[Found]:
    # `x = x` is how a float that is no number is told, and `self = self` how tests begin.
    if isinstance(node.receiver, Variable) and is_name(node.arguments[0], node.receiver.name) and not scene.in_test:
        if node.receiver.name == "self" or scene.method.selector in ("isNaN", "isNan", "=", "==") or node.receiver.name[:1].isupper():
            return
        yield Found(node, name=node.receiver.name)
