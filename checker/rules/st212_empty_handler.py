"""An exception caught and dropped.

Why:
    Every error inside, also one that nobody thought of, disappears without a trace.
Bad:
    [self load] on: Error do: [:error | ]
Good:
    [self load] on: Error do: [:error | self log: error messageText]
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, is_empty_block
from stparse.nodes import Send, Variable

_BROAD = frozenset(("Error", "Exception", "UnhandledError", "UnhandledException"))


@rule(
    "ST212",
    __doc__,
    on=("on:do:",),
    message="every {name} is caught and dropped",
    hint="log it, catch less, or say in a comment why nothing is to be done",
)
def check(node: Send, scene: Scene) -> Iterator[Found]:
    caught, handler = node.arguments
    if isinstance(caught, Variable) and caught.name.rpartition(".")[2] in _BROAD and is_empty_block(handler) and not scene.in_test:
        yield Found(handler, name=caught.name)
