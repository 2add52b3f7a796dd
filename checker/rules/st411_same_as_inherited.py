"""A method that is written like the one it overrides.

Why:
    Without it the inherited one does the same.
Bad:
    FilmContract>>title
        ^title asUppercase
Good:
    Contract>>title
        ^title asUppercase
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase, is_test_name
from checker.rules._facts import ClassFacts, MethodFacts
from stparse.issue import Severity


@rule(
    "ST411",
    __doc__,
    scope="class",
    tier=2,
    severity=Severity.INFO,
    message="{name} is written like the method of {above}",
    hint="remove the method",
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    if is_test_name(facts.name):
        return
    if any(definition.traits for definition in facts.group.definitions):
        return
    for method in facts.methods:
        if method.opaque or method.pragmas or method.is_abstract or method.super_sends or not method.statements or _is_run_by_class(method):
            continue
        above = _nearest(method, facts, code)
        if above is not None and above.digest == method.digest and _names_are_the_same(method, facts, code):
            yield Found(method, name=method.selector, above=above.class_name)


def _is_run_by_class(method: MethodFacts) -> bool:
    """Answer whether the system runs the method for the class that holds it, and not for those that inherit it."""
    return method.meta and method.selector.startswith(("initialize", "uninitialize", "startUp", "shutDown"))


def _names_are_the_same(method: MethodFacts, facts: ClassFacts, code: CodeBase) -> bool:
    """Answer whether every capitalised name is a class: a shared variable of that name can be another one in each class."""
    own = {name for definition in facts.group.definitions for name in definition.class_variables}
    names = [name for name in (*method.reads, *method.writes) if name[:1].isupper()]
    return all(name not in own and code.index.class_table.named(name) for name in names)


def _nearest(method: MethodFacts, facts: ClassFacts, code: CodeBase) -> MethodFacts | None:
    for step in code.superclasses(facts.group):
        found = code.facts(step).side(method.meta).get(method.selector)
        if found is not None:
            return found
    return None
