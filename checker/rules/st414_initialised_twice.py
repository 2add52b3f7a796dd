"""A `new` that initialises what its superclass has initialised already.

Why:
    `initialize` is run twice for each new object.
Bad:
    new
        ^super new initialize
Good:
    new
        ^super new
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts


@rule(
    "ST414",
    __doc__,
    scope="class",
    tier=2,
    message="the new of {above} sends initialize already",
    hint="remove initialize here, or the whole method",
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    method = facts.meta.get("new")
    if method is None or "new" not in method.super_sends or "initialize" not in method.sends or "initialize" in method.self_sends:
        return
    inherited = code.inherited(facts.group, "new", meta=True)
    if inherited is not None and "initialize" in inherited.sends and "initialize" not in inherited.self_sends and method.statements == 1:
        yield Found(method, above=inherited.class_name)
