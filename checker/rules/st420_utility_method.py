"""A method that uses nothing of its object.

Why:
    It would do the same anywhere: it may belong to the class of its argument.
Bad:
    nameOf: aContract
        ^aContract title asUppercase
Good:
    Contract>>upperCaseTitle
        ^title asUppercase
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts
from stparse.issue import Severity

_LEAST = 2


@rule(
    "ST420",
    __doc__,
    scope="class",
    tier=2,
    severity=Severity.INFO,
    default=False,
    message="{name} uses nothing of its object",
    hint="move it to the class of its argument, or to the class side",
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    if not code.is_closed(facts.group) or code.is_test(facts.group):
        return
    own = {
        name
        for step in code.lineage(facts.group)
        for definition in step.definitions
        for name in (*definition.instance_variables, *definition.class_variables)
    }
    for method in facts.methods:
        if method.meta or method.uses_self or method.opaque or method.pragmas or method.statements < _LEAST:
            continue
        if code.index.implemented_selectors.get(method.selector, 0) == 1 and own.isdisjoint((*method.reads, *method.writes)):
            yield Found(method, name=method.selector)
