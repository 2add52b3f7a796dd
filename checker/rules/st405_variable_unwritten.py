"""An instance variable that is read and never written.

Why:
    It is always nil.
Bad:
    title
        ^title
Good:
    title: aString
        title := aString
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase, is_test_name
from checker.rules._facts import ClassFacts
from checker.rules._variables import instance_variables
from stparse.issue import Severity


@rule(
    "ST405",
    __doc__,
    scope="class",
    tier=2,
    severity=Severity.INFO,
    message="the instance variable {name} is never written: it is always nil",
    hint="remove it, or store something in it",
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    if is_test_name(facts.name):
        return
    for name, use in instance_variables(facts, code):
        if use.read and not use.written:
            yield Found(facts.group.definitions[0], name=name)
