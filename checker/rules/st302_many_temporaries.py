"""A method with very many temporaries.

Why:
    It holds several tasks, each with its own; in methods of their own they would be told apart.
Bad:
    compute
        | a b c d e f g h i j k l m |
        ...
Good:
    compute
        ^self net + self taxes
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene
from stparse.issue import Severity
from stparse.nodes import Method

_MOST = 12


@rule(
    "ST302",
    __doc__,
    on=(),
    severity=Severity.INFO,
    message="{count} temporaries in one method",
    hint="divide it into methods of one task each",
)
def check(tree: Method, scene: Scene) -> Iterator[Found]:
    count = len(tree.body.temporaries)
    if count > _MOST and not scene.in_test:
        yield Found(scene.pattern_span, count=str(count))
