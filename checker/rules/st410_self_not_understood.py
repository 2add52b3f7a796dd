"""A message to self that neither the class, a superclass nor a subclass implements.

Why:
    It fails when the method is run: a typing mistake, or a method that was renamed or removed.
Bad:
    refresh
        self updateVeiw
Good:
    refresh
        self updateView
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase, is_test_name
from checker.rules._facts import ClassFacts


@rule(
    "ST410",
    __doc__,
    scope="class",
    tier=2,
    message="{receiver} does not understand {name}",
    hint="correct the selector, or implement it",
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    if is_test_name(facts.name):
        return
    known: dict[bool, set[str] | None] = {}
    for method in facts.methods:
        if method.meta not in known:
            known[method.meta] = _understood(facts, code, method.meta)
        understood = known[method.meta]
        if understood is None or method.is_abstract or method.expects_not_understood or method.pragmas or method.opaque:
            continue
        for selector in method.self_sends:
            if selector not in understood and not selector.startswith("env"):
                yield Found(method, name=selector, receiver="self")


def _understood(facts: ClassFacts, code: CodeBase, meta: bool) -> set[str] | None:
    """Answer the selectors that some instance could understand, None if that is not certain."""
    group = facts.group
    if not code.is_closed(group, meta=meta):
        return None
    understood: set[str] = set()
    chain = [code.facts(step) for step in code.lineage(group)]
    sides = [each.side(meta) for each in chain]
    if meta:
        sides += [code.facts(step).instance for above in code.index.class_table.named("Class") for step in code.lineage(above)]
    top = next((side for side in sides if "doesNotUnderstand:" in side), None)
    if top is None or "doesNotUnderstand:" in facts.side(meta) or sum("doesNotUnderstand:" in side for side in sides) > 2:
        return None
    for side in sides:
        understood.update(side)
    for below in code.descendants(group):
        if any(definition.traits for definition in below.definitions):
            return None
        understood.update(code.facts(below).side(meta))
    return understood
