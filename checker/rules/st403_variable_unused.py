"""An instance variable that no method uses.

Why:
    It takes space in each instance, and readers look for its purpose.
Bad:
    Object subclass: #Contract
        instanceVariableNames: 'title oldTitle'
Good:
    Object subclass: #Contract
        instanceVariableNames: 'title'
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase, is_test_name
from checker.rules._facts import ClassFacts
from checker.rules._variables import instance_variables
from stparse.issue import Severity


@rule("ST403", __doc__, scope="class", tier=2, severity=Severity.INFO, message="the instance variable {name} is not used", hint="remove it")
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    if is_test_name(facts.name):
        return
    for name, use in instance_variables(facts, code):
        if not use.read and not use.written:
            yield Found(facts.group.definitions[0], name=name)
