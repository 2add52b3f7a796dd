"""A class with its own `=` and no `hash`.

Why:
    Equal objects must have equal hashes, or sets and dictionaries do not find them.
Bad:
    = other
        ^name = other name
Good:
    = other
        ^name = other name

    hash
        ^name hash
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase, is_test_name
from checker.rules._facts import ClassFacts


@rule("ST401", __doc__, scope="class", tier=2, message="= is defined, but hash is not", hint="define hash from what = compares")
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    if is_test_name(facts.name):
        return
    equal = facts.instance.get("=")
    if (
        equal is None
        or "hash" in facts.instance
        or equal.is_abstract
        or (not code.superclasses(facts.group) and not facts.group.superclass_names)
    ):
        return
    if equal.super_sends or any(definition.traits for definition in facts.group.definitions):
        # It is as strict as the inherited one, whose hash then does.
        return
    for step in code.superclasses(facts.group):
        if "hash" in code.facts(step).instance and step.superclass_names and step.path[-1] not in ("Object", "ProtoObject"):
            return
    if _is_rooted(code.lineage(facts.group)[-1].superclass_names):
        yield Found(equal)


def _is_rooted(above: tuple[str, ...]) -> bool:
    """Answer whether what stands above the index is known to have no hash of its own but that of identity."""
    return all(name.rpartition(".")[2] in ("Object", "Model", "ProtoObject") for name in above)
