"""A variable assigned to itself.

Why:
    It does nothing; another name was meant, or the line is left over.
Bad:
    name := name
Good:
    name := aName
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, is_name
from stparse.nodes import Assign


@rule("ST201", __doc__, on=(Assign,), message="{name} is assigned to itself", hint="assign what was meant, or remove the line")
def check(node: Assign, scene: Scene) -> Iterator[Found]:
    # VisualWorks and Dolphin code silences its compiler so, in primitives; Morphic says what a copy shares.
    quiet = scene.in_test or scene.tree.pragmas or scene.method.selector.startswith("veryDeep")
    if is_name(node.value, node.target.name) and not quiet:
        yield Found(node, name=node.target.name)
