"""A return of self at the end of a method.

Why:
    That is what a method answers anyway.
Bad:
    close
        isOpen := false.
        ^self
Good:
    close
        isOpen := false
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, is_name
from stparse.issue import Severity
from stparse.nodes import Method, Return


@rule("ST244", __doc__, on=(), severity=Severity.INFO, default=False, message="^self at the end", hint="remove it")
def check(tree: Method, scene: Scene) -> Iterator[Found]:
    statements = tree.body.statements
    if len(statements) > 1 and isinstance(statements[-1], Return) and is_name(statements[-1].value, "self"):
        yield Found(statements[-1])
