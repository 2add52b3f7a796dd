"""An instance variable that a superclass has already.

Why:
    Most compilers refuse it; where it is accepted there are two variables of one name.
Bad:
    Contract subclass: #FilmContract
        instanceVariableNames: 'title'
Good:
    Contract subclass: #FilmContract
        instanceVariableNames: 'director'
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts


@rule("ST407", __doc__, scope="class", tier=2, message="{name} is already a variable of {above}", hint="remove it here")
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    own = facts.group.definitions[0]
    if len(facts.group.definitions) > 1:
        return
    for step in code.superclasses(facts.group):
        for name in own.instance_variables:
            if len(step.definitions) == 1 and name in step.definitions[0].instance_variables:
                yield Found(own, name=name, above=step.path[-1])
                return
