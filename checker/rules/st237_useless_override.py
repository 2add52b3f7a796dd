"""A method that only sends itself to super.

Why:
    Without it the same method is run.
Bad:
    title
        ^super title
Good:
    title
        ^super title asUppercase
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, is_name, is_send
from stparse.nodes import Method, Return


@rule("ST237", __doc__, on=(), message="{name} does only what the superclass does", hint="remove the method")
def check(tree: Method, scene: Scene) -> Iterator[Found]:
    statements = tree.body.statements
    if len(statements) != 1 or tree.pragmas or tree.body.temporaries or scene.comments or not isinstance(statements[0], Return):
        return
    send = statements[0].value
    if not is_send(send, tree.selector) or not is_name(send.receiver, "super"):
        return
    same = all(is_name(given, argument.name) for given, argument in zip(send.arguments, tree.arguments, strict=True))
    if same and not (tree.selector == "new" and scene.method.meta) and not (scene.code and scene.code.has_traits(scene.method.class_name)):
        yield Found(scene.pattern_span, name=tree.selector)
