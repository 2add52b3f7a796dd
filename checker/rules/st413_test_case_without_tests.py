"""A test case without tests.

Why:
    It looks as if something were tested.
Bad:
    TestCase subclass: #ContractTest
Good:
    ContractTest>>testTotal
        self assert: contract total = 3
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts
from stparse.issue import Severity


@rule("ST413", __doc__, scope="class", tier=2, severity=Severity.INFO, message="{name} has no tests", hint="write one, or remove the class")
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    group = facts.group
    if facts.name == "TestCase" or not code.is_test(group) or code.index.class_table.subclasses_of(group.name) or _is_abstract(facts):
        return
    chain = code.lineage(group)
    if not any(name.endswith("TestCase") for step in chain for name in (*step.superclass_names, step.path[-1])):
        return
    if "TestCase" not in {name.rpartition(".")[2] for step in chain for name in step.superclass_names}:
        return
    if any(definition.traits or definition.stub for step in chain for definition in step.definitions):
        return
    tests = [selector for step in chain for selector in code.facts(step).instance if selector.startswith(("test", "should"))]
    if not tests:
        yield Found(group.definitions[0], name=facts.name)


def _is_abstract(facts: ClassFacts) -> bool:
    return "isAbstract" in facts.meta or "Abstract" in facts.name or any(method.is_abstract for method in facts.methods)
