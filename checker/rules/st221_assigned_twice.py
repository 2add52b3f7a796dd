"""The same assignment twice in a row.

Why:
    The second one does nothing, or another variable was meant.
Bad:
    start := aDate.
    start := aDate
Good:
    start := aDate.
    end := aDate
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from checker.rules import Found, rule
from checker.rules._scene import Scene
from stparse.nodes import Assign, Cascade, Send, Sequence, walk


@rule("ST221", __doc__, on=(Sequence,), message="{name} is assigned the same twice in a row", hint="remove one, or assign what was meant")
def check(node: Sequence, scene: Scene) -> Iterator[Found]:
    for one, other in pairwise(node.statements):
        if (
            isinstance(one, Assign)
            and isinstance(other, Assign)
            and one == other
            and not any(isinstance(n, Send | Cascade) for n in walk(one))
        ):
            yield Found(other, name=one.target.name)
