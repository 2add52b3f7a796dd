"""An assignment where a comparison was meant.

Why:
    `:=` with a variable or a literal as its value is no condition; `=` is.
Bad:
    (state := #open) ifTrue: [self close]
Good:
    state = #open ifTrue: [self close]
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import CONDITIONALS, Scene, is_literal, only_statement
from stparse.nodes import Assign, Send


@rule(
    "ST207",
    __doc__,
    on=(*sorted(CONDITIONALS), "and:", "or:", "whileTrue:", "whileFalse:"),
    message="{name} is assigned in a condition",
    hint="was = meant?",
)
def check(node: Send, scene: Scene) -> Iterator[Found]:
    condition = only_statement(node.receiver) or node.receiver
    if isinstance(condition, Assign) and is_literal(condition.value) and "Nil" not in node.selector:
        yield Found(condition, name=condition.target.name)
