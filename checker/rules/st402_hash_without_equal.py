"""A class with its own `hash` and no `=`.

Why:
    A hash of its own serves only an equality of its own; here equality is still identity.
Bad:
    hash
        ^name hash
Good:
    = other
        ^name = other name

    hash
        ^name hash
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase, is_test_name
from checker.rules._facts import ClassFacts
from stparse.issue import Severity


@rule(
    "ST402",
    __doc__,
    scope="class",
    tier=2,
    severity=Severity.INFO,
    message="hash is defined, but = is not",
    hint="define = as well, or remove hash",
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    if is_test_name(facts.name):
        return
    hashed = facts.instance.get("hash")
    chain = code.superclasses(facts.group)
    if hashed is None or "=" in facts.instance or hashed.is_abstract or hashed.super_sends or not chain or not code.is_closed(facts.group):
        return
    for step in chain:
        if "=" in code.facts(step).instance and step.path[-1] not in ("Object", "ProtoObject"):
            return
    if not code.implementors_below(facts.group, "="):
        yield Found(hashed)
