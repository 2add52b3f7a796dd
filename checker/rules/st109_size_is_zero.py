"""A size compared with zero.

Why:
    `isEmpty` says what is meant, and linked or lazy collections answer it without counting.
Bad:
    items size = 0 ifTrue: [^nil]
Good:
    items isEmpty ifTrue: [^nil]
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene, is_name
from stparse.nodes import Node
from stparse.pattern import Match


def _is_other(match: Match, scene: Scene) -> bool:
    # This is how a collection's own `isEmpty` is written; files, streams and fonts have sizes that are numbers.
    sized = match.bindings["x"]
    words = scene.source_of(sized).lower() if isinstance(sized, Node) else ""
    return not is_name(sized, "self", "super") and not scene.in_test and not any(word in words for word in ("file", "stream", "font"))


pattern_rule(
    "ST109",
    __doc__,
    {
        "`@x size = 0": "`@x isEmpty",
        "`@x size == 0": "`@x isEmpty",
        "`@x size < 1": "`@x isEmpty",
        "`@x size > 0": ("`@x notEmpty", "`@x isEmpty not"),
        "`@x size ~= 0": ("`@x notEmpty", "`@x isEmpty not"),
        "`@x size ~~ 0": ("`@x notEmpty", "`@x isEmpty not"),
        "`@x size >= 1": ("`@x notEmpty", "`@x isEmpty not"),
    },
    message="a size compared with zero",
    when=_is_other,
)
