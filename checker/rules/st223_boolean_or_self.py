"""A method that answers a Boolean on one path and itself on another.

Why:
    Who tests the answer fails with "non-Boolean receiver" when the path without a return is taken.
Bad:
    isOpen
        state = #open ifTrue: [^true]
Good:
    isOpen
        ^state = #open
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, ends_method, is_name
from stparse.nodes import Method, Pragma, Return, Variable


@rule("ST223", __doc__, on=(), message="{name} answers {answer} on one path and itself on another", hint="end with a return")
def check(tree: Method, scene: Scene) -> Iterator[Found]:
    statements = tree.body.statements
    if not statements or scene.raises_only or any(isinstance(node, Return) for node in statements) or not _is_question(tree.selector):
        return
    answers = [node.value for node in scene.nodes.get(Return, ()) if isinstance(node, Return)]
    booleans = [value for value in answers if is_name(value, "true", "false")]
    if not booleans or len(booleans) != len(answers) or ends_method(statements[-1]) or scene.nodes.get(Pragma):
        return
    assert isinstance(booleans[0], Variable)
    yield Found(scene.pattern_span, name=tree.selector, answer=booleans[0].name)


def _is_question(selector: str) -> bool:
    return selector.startswith(("is", "has", "can", "should", "includes", "must", "allows", "needs", "wants", "was", "are", "does"))
