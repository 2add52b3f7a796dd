"""A method with very many arguments.

Why:
    Callers get their order wrong, and what belongs together should be one object.
Bad:
    from: a to: b at: c on: d in: e with: f for: g by: h
Good:
    for: aBooking
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene
from stparse.issue import Severity
from stparse.nodes import Foreign, Method

_MOST = 7


@rule("ST304", __doc__, on=(), severity=Severity.INFO, message="{count} arguments", hint="make an object of what belongs together")
def check(tree: Method, scene: Scene) -> Iterator[Found]:
    count = len(tree.arguments)
    if count > _MOST and not tree.pragmas and not isinstance(next(iter(scene.nodes.get(Foreign, ())), None), Foreign):
        yield Found(scene.pattern_span, count=str(count))
