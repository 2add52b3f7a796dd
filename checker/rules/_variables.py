"""Who uses the instance variables of a class: the class, all below it, and nobody that the index does not show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts

# With these an instance variable is reached without its name, or by name from a string.
_BY_NUMBER = frozenset(("instVarAt:", "instVarAt:put:", "instVarNamed:", "instVarNamed:put:", "readFrom:", "copyFrom:", "copySameFrom:"))


@dataclass(frozen=True, slots=True)
class Use:
    """What the code does with a variable."""

    read: bool
    written: bool


def instance_variables(facts: ClassFacts, code: CodeBase) -> Iterator[tuple[str, Use]]:
    """Yield the instance variables that the class declares, with their use; none where that is not certain."""
    definitions = facts.group.definitions
    names = [name for definition in definitions for name in definition.instance_variables]
    if (
        facts.is_in_pieces
        or not names
        or len(definitions) > 1
        or any(d.trait or d.stub or d.traits or d.kind != "normal" for d in definitions)
    ):
        return
    family = [facts, *(code.facts(group) for group in code.descendants(facts.group))]
    methods = [method for each in family for method in each.methods]
    if any(each.is_opaque for each in family) or not facts.methods or any(not _BY_NUMBER.isdisjoint(method.sends) for method in methods):
        return
    if any(d.traits for each in family for d in each.group.definitions):
        return
    reads = {name for method in methods for name in method.reads}
    writes = {name for method in methods for name in method.writes}
    mentioned = {name for method in methods for name in method.mentions}
    for name in names:
        # A name in a symbol or a string may be how a tool, a mapping or a view gets at the variable.
        if name not in mentioned and f"{name}:" not in mentioned:
            yield name, Use(name in reads, name in writes)
