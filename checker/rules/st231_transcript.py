"""Text written to the Transcript.

Why:
    It is output for the one who wrote the line; users do not see it, and in a server it may block.
Bad:
    Transcript show: 'here'; cr
Good:
    self log: 'here'
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import CONDITIONALS, Scene
from stparse.issue import Severity
from stparse.nodes import Cascade, Node, Send, Variable

_WRITING = ("show", "print", "display", "nextPut", "log", "trace")


@rule(
    "ST231",
    __doc__,
    on=(Variable,),
    severity=Severity.INFO,
    message="text is written to the Transcript",
    hint="use the code base's own logging, or remove it",
)
def check(node: Variable, scene: Scene) -> Iterator[Found]:
    above = scene.parent(node)
    if (
        node.name != "Transcript"
        or scene.in_test
        or scene.method.meta
        or not isinstance(above, Send | Cascade)
        or above.receiver is not node
    ):
        return
    selectors = [above.selector] if isinstance(above, Send) else [message.selector for message in above.messages]
    said = any(selector.startswith(_WRITING) and not selector.startswith("displayTextOn:") for selector in selectors)
    said = said and not any(_is_asked_for(each, scene) for each in scene.around(node))
    if said and not scene.method.selector.startswith(("example", "demo", "print", "log", "trace", "debug", "show")):
        yield Found(node)


def _is_asked_for(node: Node, scene: Scene) -> bool:
    """Answer whether the text is only written where somebody has switched that on."""
    if not isinstance(node, Send) or node.selector not in CONDITIONALS:
        return False
    words = scene.source_of(node.receiver).lower()
    return any(word in words for word in ("log", "debug", "trace", "verbose"))
