"""An abstract class that is instantiated by name.

Why:
    The instance fails as soon as it is sent what only subclasses implement.
Bad:
    ^Contract new
Good:
    ^FilmContract new
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts


@rule(
    "ST415",
    __doc__,
    scope="class",
    tier=2,
    message="{name} is abstract: it leaves {selector} to its subclasses",
    hint="instantiate a subclass",
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    abstract = sorted(selector for selector, method in facts.instance.items() if method.is_abstract and method.statements <= 1)
    table = code.index.class_table
    if (
        not abstract
        or any(_creates(code.facts(step)) for step in code.lineage(facts.group))
        or not table.subclasses_of(facts.group.name)
        or len(table.named(facts.name)) > 1
    ):
        return
    if not any(selector in method.self_sends for method in facts.methods if not method.meta for selector in abstract):
        return
    for method in code.makers_of(facts.name):
        owners = table.meant(method.class_name, method.file)
        if not method.selector.startswith("test") and not any(code.is_test(owner) for owner in owners):
            yield Found(method, name=facts.name, selector=abstract[0])


def _creates(facts: ClassFacts) -> bool:
    """Answer whether a class has its own way to make instances, which may give one of a subclass."""
    return not facts.meta.keys().isdisjoint(("new", "new:", "basicNew", "basicNew:"))
