"""A class without methods, variables or subclasses that nobody names.

Why:
    It looks as if it were good for something.
Bad:
    Object subclass: #ContractHelper ...
Good:
    remove it
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts
from stparse.issue import Severity


@rule(
    "ST428",
    __doc__,
    scope="class",
    tier=2,
    severity=Severity.INFO,
    default=False,
    message="{name} is empty, and nothing refers to it",
    hint="remove it",
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    definition = facts.group.definitions[0]
    variables = (
        definition.instance_variables,
        definition.class_variables,
        definition.class_instance_variables,
        definition.pools,
        definition.traits,
    )
    if (
        facts.methods
        or facts.is_in_pieces
        or any(variables)
        or definition.stub
        or definition.trait
        or definition.imports
        or definition.comment
        or definition.superclass is None
    ):
        return
    named = facts.name in code.index.global_names or definition.qualified in code.index.global_names or code.mentions(facts.name)
    if not named and not code.index.class_table.subclasses_of(facts.group.name) and not code.index.methods_of(facts.group.name):
        yield Found(definition, name=facts.name)
