"""A `setUp` or `tearDown` that leaves out what its superclass prepares.

Why:
    The superclass's own preparation, or its clearing up, is not done for these tests.
Bad:
    ContractTest>>setUp
        contract := Contract new
Good:
    ContractTest>>setUp
        super setUp.
        contract := Contract new
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts

_ROOTS = ("TestCase", "TestAsserter", "TestResource", "Object")


@rule("ST412", __doc__, scope="class", tier=2, message="{name} leaves out the {name} of {above}", hint="send super {name}")
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    for name in ("setUp", "tearDown"):
        method = facts.instance.get(name)
        if method is None or name in method.super_sends or not method.statements or not code.is_test(facts.group):
            continue
        for step in code.superclasses(facts.group):
            inherited = code.facts(step).instance.get(name)
            if inherited is not None and step.path[-1] not in _ROOTS and inherited.statements and not inherited.is_abstract:
                yield Found(method, name=name, above=step.path[-1])
                break
