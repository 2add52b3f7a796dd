"""A minus sign glued to the number behind it.

Why:
    Some compilers read `x -1` as x and then the literal -1, which is an error.
Bad:
    index -1
Good:
    index - 1
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene
from stparse.issue import Severity
from stparse.nodes import Number, Send


@rule(
    "ST228",
    __doc__,
    on=("-",),
    severity=Severity.INFO,
    message="{name} is read differently by different compilers",
    hint="put a space behind the minus sign",
)
def check(node: Send, scene: Scene) -> Iterator[Found]:
    argument = node.arguments[0]
    if isinstance(argument, Number) and argument.start == node.at + 1 and node.receiver.end < node.at:
        yield Found(node, name=scene.source_of(node)[-40:])
