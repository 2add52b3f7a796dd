"""A statement that does nothing.

Why:
    A name, a literal or a block that stands alone is evaluated and thrown away: a `^`, an assignment or a message
    is missing.
Bad:
    total
        | sum |
        sum := self compute.
        sum
Good:
    total
        | sum |
        sum := self compute.
        ^sum
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, is_name, is_simple
from stparse.nodes import Block, Character, LiteralArray, Node, Number, Sequence, String, Variable


@rule("ST205", __doc__, on=(Sequence,), message="{name} stands alone and does nothing", hint="return it, send it a message, or remove it")
def check(node: Sequence, scene: Scene) -> Iterator[Found]:
    if scene.raises_only or scene.in_test:
        return
    for statement in node.statements:
        alone = isinstance(statement, Variable | Number | String | Character | LiteralArray | Block)
        if not alone or scene.is_used(statement) or is_name(statement, "thisContext"):
            continue
        if node is not scene.tree.body and statement is node.statements[-1]:
            # The value of a block whose value nobody needs: `ifTrue: [nil]`.
            continue
        if _is_whole(scene, statement) or is_name(statement, *scene.locals & {argument.name for argument in scene.tree.arguments}):
            # A method of one constant is a way to say that there is nothing to do; an argument alone silences a compiler.
            continue
        yield Found(statement, name=scene.source_of(statement)[:40])


def _is_whole(scene: Scene, statement: Node) -> bool:
    return len(scene.statements) == 1 and is_simple(statement)
