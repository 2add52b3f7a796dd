"""A class that is instantiated and lacks a method that its superclass demands.

Why:
    Sending the message to an instance fails.
Bad:
    FilmContract class>>open
        ^FilmContract new
Good:
    FilmContract>>price
        ^length * rate
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts
from stparse.issue import Severity


@rule(
    "ST408",
    __doc__,
    scope="class",
    tier=2,
    severity=Severity.INFO,
    message="{name} is instantiated, but does not implement {lacking}",
    hint="implement it here",
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    group = facts.group
    if code.index.class_table.subclasses_of(group.name) or "new" in facts.meta or len(code.index.class_table.named(facts.name)) > 1:
        return
    if any(definition.traits or definition.stub or definition.trait for step in code.lineage(group) for definition in step.definitions):
        return
    lacking = _lacking(facts, code)
    # Who makes instances is asked last: of a class that all use it takes long.
    if lacking and any(not method.class_name.endswith(("Test", "Tests", "TestCase")) for method in code.makers_of(facts.name)):
        yield Found(group.definitions[0], name=facts.name, lacking=", ".join(lacking[:5]))


def _lacking(facts: ClassFacts, code: CodeBase) -> list[str]:
    known = set(facts.instance)
    lacking = []
    for step in code.superclasses(facts.group):
        for selector, method in code.facts(step).instance.items():
            if selector not in known and method.is_abstract and method.statements <= 1 and _is_sent(selector, facts, code):
                lacking.append(selector)
            known.add(selector)
    return sorted(lacking)


def _is_sent(selector: str, facts: ClassFacts, code: CodeBase) -> bool:
    """Answer whether a method of the class or of a superclass sends the message to itself."""
    return any(
        selector in method.self_sends for step in code.lineage(facts.group) for method in code.facts(step).methods if not method.meta
    )
