"""Code in a comment.

Why:
    Nobody knows whether it still works or why it is there; the version history keeps what was removed.
Bad:
    "total := total + tax."
    ^total
Good:
    ^total
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, is_name
from stparse.issue import Severity
from stparse.nodes import Assign, Method, Node, Return, Send, Sequence, Variable
from stparse.parser import parse_script

_LEAST = 8


@rule("ST306", __doc__, on=(), severity=Severity.INFO, message="code in a comment: {name}", hint="remove it; the version history keeps it")
def check(tree: Method, scene: Scene) -> Iterator[Found]:
    for sequence, index, text in scene.comments:
        # The comment at the top of a method often shows how it is called.
        if (index > 0 or sequence is not tree.body or not tree.body.statements) and _is_code(text, scene):
            yield Found(scene.place_of_comment(text), name=" ".join(text.split())[:40])
            return


def _is_code(text: str, scene: Scene) -> bool:
    if len(text.strip()) < _LEAST or not (":=" in text or "^" in text or "self " in text):
        return False
    if not text.rstrip().endswith((".", "]", ")")) and ":=" not in text and "^" not in text:
        return False
    script = parse_script(text.replace('""', '"'), scene.method.dialect).tree
    if not isinstance(script, Sequence) or not script.statements:
        return False
    return all(_acts(statement) for statement in script.statements)


def _acts(statement: Node) -> bool:
    if isinstance(statement, Assign):
        return True
    if isinstance(statement, Return):
        return not isinstance(statement.value, Variable) or statement.value.name in ("self", "nil", "true", "false")
    # Prose reads as a row of unary messages; a message to self with an argument does not come about by chance.
    return (
        isinstance(statement, Send)
        and bool(statement.arguments)
        and is_name(statement.receiver, "self", "super")
        and ":" in statement.selector
    )
