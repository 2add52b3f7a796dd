"""An `initialize` that does not begin with super.

Why:
    The superclass sets its defaults after this class has set its own values, and may overwrite them.
Bad:
    initialize
        count := 3.
        super initialize
Good:
    initialize
        super initialize.
        count := 3
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, is_name
from stparse.issue import Severity
from stparse.nodes import Assign, Send


@rule(
    "ST236",
    __doc__,
    on=("initialize",),
    severity=Severity.INFO,
    message="super initialize comes after assignments",
    hint="begin with super initialize",
)
def check(node: Send, scene: Scene) -> Iterator[Found]:
    statements = scene.statements
    if scene.method.selector != "initialize" or scene.method.meta or not is_name(node.receiver, "super"):
        return
    place = next((number for number, statement in enumerate(statements) if statement is node), 0)
    before = statements[:place]
    if any(isinstance(statement, Assign) and statement.target.name not in scene.locals for statement in before):
        yield Found(node)
