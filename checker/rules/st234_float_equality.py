"""A float compared with `=`.

Why:
    Computed floats differ from the literal in their last bits.
Bad:
    ratio = 0.1
Good:
    (ratio - 0.1) abs < 0.001
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene
from stparse.issue import Severity
from stparse.nodes import Number, Send


@rule("ST234", __doc__, on=("=", "~="), severity=Severity.INFO, message="a float is compared with {name}", hint="compare with a tolerance")
def check(node: Send, scene: Scene) -> Iterator[Found]:
    if scene.in_test:
        return
    for side in (node.receiver, node.arguments[0]):
        if isinstance(side, Number) and _is_inexact(side.text):
            yield Found(node, name=side.text)


def _is_inexact(text: str) -> bool:
    # Halves and quarters are exact, and so is what was assigned as 0.0 or 1.0.
    if "." not in text or "s" in text or "r" in text:
        return False
    try:
        return (float(text) * 64) % 1 != 0
    except ValueError:
        return False
