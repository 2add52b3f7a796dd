"""An instance variable that one method sets and uses.

Why:
    Within one method a temporary does, and no other method can meet an old value.
Bad:
    compute
        sum := 0.
        items do: [:each | sum := sum + each].
        ^sum
Good:
    compute
        | sum |
        sum := 0.
        items do: [:each | sum := sum + each].
        ^sum
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts
from checker.rules._variables import instance_variables
from stparse.issue import Severity


@rule(
    "ST427",
    __doc__,
    scope="class",
    tier=2,
    severity=Severity.INFO,
    default=False,
    message="the instance variable {name} is only used in {method}",
    hint="make it a temporary, if no value has to last",
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    family = [facts, *(code.facts(group) for group in code.descendants(facts.group))]
    for name, use in instance_variables(facts, code):
        if use.read and use.written:
            users = [method for each in family for method in each.methods if name in method.reads or name in method.writes]
            if len(users) == 1 and users[0].statements > 1:
                yield Found(facts.group.definitions[0], name=name, method=users[0].selector)
