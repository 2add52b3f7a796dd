"""A very long method.

Why:
    Nobody sees at once what it does, and its parts cannot be tested or overridden one by one.
Bad:
    import
        ... two hundred statements ...
Good:
    import
        self readHeader; readLines; store
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene
from stparse.issue import Severity
from stparse.nodes import Method, Sequence

_MOST = 60


@rule(
    "ST301",
    __doc__,
    on=(),
    severity=Severity.INFO,
    message="{count} statements in one method",
    hint="divide it into methods of one task each",
)
def check(tree: Method, scene: Scene) -> Iterator[Found]:
    count = sum(len(node.statements) for node in scene.nodes.get(Sequence, ()) if isinstance(node, Sequence))
    if count > _MOST and not scene.in_test:
        yield Found(scene.pattern_span, count=str(count))
