"""A class with very many instance variables.

Why:
    It stands for several things at once; some of the variables belong together in objects of their own.
Bad:
    Object subclass: #Contract
        instanceVariableNames: '... thirty names ...'
Good:
    Object subclass: #Contract
        instanceVariableNames: 'title period price'
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase, is_test_name
from checker.rules._facts import ClassFacts
from stparse.issue import Severity

_MOST = 20


@rule(
    "ST425",
    __doc__,
    scope="class",
    tier=2,
    severity=Severity.INFO,
    message="{count} instance variables",
    hint="make objects of what belongs together",
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    definition = facts.group.definitions[0]
    if len(definition.instance_variables) > _MOST and not is_test_name(facts.name):
        yield Found(definition, count=str(len(definition.instance_variables)))
