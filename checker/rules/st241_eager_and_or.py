"""An alternative that is always evaluated.

Why:
    `and:` and `or:` take a block, so that the second test is made only where it decides.
Bad:
    isOpen or: self isForced
Good:
    isOpen or: [self isForced]
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import COMPARISONS, Scene, is_send
from stparse.issue import Severity
from stparse.nodes import Send


@rule(
    "ST241",
    __doc__,
    on=("and:", "or:"),
    severity=Severity.INFO,
    message="the argument of {name} is always evaluated",
    hint="put it in brackets: [...]",
)
def check(node: Send, scene: Scene) -> Iterator[Found]:
    argument = node.arguments[0]
    test = is_send(
        argument, *COMPARISONS, "isNil", "notNil", "not", "isEmpty", "notEmpty", "includes:", "includesKey:", "isKindOf:", "and:", "or:"
    )
    if test and not scene.in_test:
        yield Found(node, name=node.selector)
