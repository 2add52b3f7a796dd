"""A value that is overwritten before anybody can read it.

Why:
    The first assignment does nothing: one of the two was meant for another variable, or is left over.
Bad:
    start := aDate.
    start := self today
Good:
    start := self today
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from checker.rules import Found, rule
from checker.rules._scene import Scene, is_name, mentions
from stparse.nodes import Assign, Node, Number, Sequence, String, Symbol


@rule(
    "ST222",
    __doc__,
    on=(Sequence,),
    message="{name} is overwritten at once",
    hint="remove the first assignment, or assign to what was meant",
)
def check(node: Sequence, scene: Scene) -> Iterator[Found]:
    if scene.in_test:
        return
    for one, other in pairwise(node.statements):
        if not (isinstance(one, Assign) and isinstance(other, Assign)) or one.target.name != other.target.name or one == other:
            continue
        name = one.target.name
        harmless = is_name(one.value) or (isinstance(one.value, Number | String | Symbol) and not _is_default(one.value))
        if harmless and not mentions(other.value, name) and name in scene.locals:
            yield Found(one, name=name)


def _is_default(value: Node) -> bool:
    """Answer whether a value is one that a variable is made ready with."""
    return isinstance(value, Number) and value.text in ("0", "1", "0.0")
