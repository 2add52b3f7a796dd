"""A class-side `initialize` that initialises its superclass again.

Why:
    A class-side `initialize` is run once when its class is loaded; `super initialize` runs the superclass's with
    this class as the receiver, and sets its class variables anew.
Bad:
    Contract class>>initialize
        super initialize.
        Registry := Dictionary new
Good:
    Contract class>>initialize
        Registry := Dictionary new
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, is_name
from stparse.issue import Severity
from stparse.nodes import Send


@rule(
    "ST225",
    __doc__,
    on=("initialize",),
    severity=Severity.INFO,
    message="the superclass is initialised again",
    hint="remove super initialize",
)
def check(node: Send, scene: Scene) -> Iterator[Found]:
    if scene.method.meta and scene.method.selector == "initialize" and is_name(node.receiver, "super"):
        yield Found(node)
