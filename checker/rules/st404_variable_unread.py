"""An instance variable that is written and never read.

Why:
    What is stored there has no effect.
Bad:
    title: aString
        title := aString
Good:
    title
        ^title
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase, is_test_name
from checker.rules._facts import ClassFacts
from checker.rules._variables import instance_variables
from stparse.issue import Severity


@rule(
    "ST404",
    __doc__,
    scope="class",
    tier=2,
    severity=Severity.INFO,
    message="the instance variable {name} is never read",
    hint="remove it and what is stored in it, or use it",
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    if is_test_name(facts.name):
        return
    for name, use in instance_variables(facts, code):
        if use.written and not use.read:
            yield Found(facts.group.definitions[0], name=name)
