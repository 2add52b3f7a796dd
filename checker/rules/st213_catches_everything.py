"""A handler for Exception.

Why:
    Exception is also the superclass of notifications, warnings and the system's own signals, which are meant for
    others.
Bad:
    [self load] on: Exception do: [:e | self log: e]
Good:
    [self load] on: Error do: [:e | self log: e]
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, receivers
from stparse.issue import Severity
from stparse.nodes import Send, Variable


@rule(
    "ST213",
    __doc__,
    on=("on:do:",),
    severity=Severity.INFO,
    message="{name} is caught: notifications and warnings too",
    hint="catch Error, or a class of your own",
)
def check(node: Send, scene: Scene) -> Iterator[Found]:
    caught, handler = node.arguments
    if not isinstance(caught, Variable) or caught.name.rpartition(".")[2] != "Exception" or scene.in_test:
        return
    passes = any(message.selector in ("pass", "outer", "signal", "resignalAs:") for _, message in receivers(handler))
    if not passes:
        yield Found(caught, name=caught.name)
