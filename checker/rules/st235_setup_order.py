"""A `setUp` that does not begin, or a `tearDown` that does not end, with super.

Why:
    What the superclass prepares is not there yet, or is gone already, when this method works with it.
Bad:
    tearDown
        super tearDown.
        store close
Good:
    tearDown
        store close.
        super tearDown
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import is_test_name
from checker.rules._scene import Scene, is_name
from stparse.issue import Severity
from stparse.nodes import Send

_FIRST = {"setUp"}
_LAST = {"tearDown"}


@rule(
    "ST235", __doc__, on=("setUp", "tearDown"), severity=Severity.INFO, message="super {name} is not the {place} statement", hint="move it"
)
def check(node: Send, scene: Scene) -> Iterator[Found]:
    statements = scene.statements
    name = scene.method.selector
    if not is_test_name(scene.method.class_name):
        return
    if not is_name(node.receiver, "super") or node.selector != name or len(statements) < 2 or scene.method.meta:
        return
    wanted = 0 if name in _FIRST else len(statements) - 1
    if node in statements and statements[wanted] is not node:
        yield Found(node, name=name, place="first" if name in _FIRST else "last")
