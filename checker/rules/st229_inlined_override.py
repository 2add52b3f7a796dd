"""A method that compilers never send.

Why:
    Compilers expand these messages in place, so the method is not run where the reader expects it.
Bad:
    Flag>>ifTrue: aBlock
        ^aBlock value
Good:
    Flag>>whenSet: aBlock
        ^aBlock value
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene
from stparse.issue import Severity
from stparse.nodes import Method

_INLINED = frozenset(("ifTrue:", "ifFalse:", "ifTrue:ifFalse:", "ifFalse:ifTrue:", "and:", "whileTrue:", "whileFalse:", "=="))
_KERNEL = ("Object", "Boolean", "True", "False", "Block", "Closure", "Number", "Integer", "Nil", "Context", "Continuation")


@rule(
    "ST229",
    __doc__,
    on=(),
    severity=Severity.INFO,
    message="{name} is expanded in place and seldom sent",
    hint="give the method another name",
)
def check(tree: Method, scene: Scene) -> Iterator[Found]:
    name = scene.method.class_name
    if tree.selector in _INLINED and not scene.in_test and not scene.method.meta and not any(word in name for word in _KERNEL):
        yield Found(scene.pattern_span, name=tree.selector)
