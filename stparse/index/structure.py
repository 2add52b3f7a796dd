"""Questions about classes that follow from the class table: superclass chains, subclasses, variables that are in sight."""

from __future__ import annotations

from collections.abc import Container, Iterator

from stparse.index.classtable import ClassGroup, ClassTable, Path
from stparse.index.model import Ancestor, Descendant, Hierarchy

Seen = tuple[str, str, ClassGroup]

_KINDS = (
    ("instance", "instance_variables"),
    ("class instance", "class_instance_variables"),
    ("class", "class_variables"),
    ("pool", "pools"),
)


def hierarchies_of(table: ClassTable, name: str) -> tuple[Hierarchy, ...]:
    """Answer one hierarchy for each class that `name` can mean; none if the index knows nothing of it."""
    groups = table.named(name)
    if groups:
        return tuple(
            Hierarchy(group.name, group.definitions, tuple(ancestors_of(table, group)), tuple(descendants_of(table, group.name)))
            for group in groups
        )
    below = tuple(descendants_of(table, name))
    return (Hierarchy(name, (), (), below),) if below else ()


def ancestors_of(table: ClassTable, group: ClassGroup) -> Iterator[Ancestor]:
    """Yield the superclasses from the nearest up, to the first that is outside, ambiguous or seen before."""
    seen = {group.path}
    current = group
    while True:
        names = current.superclass_names
        if not names:
            return
        found = table.superclasses_of(current)
        definitions = tuple(definition for candidate in found for definition in candidate.definitions)
        if len(found) != 1:
            # No class in the index, or several that it could be: where the chain goes on is not ours to guess.
            yield Ancestor(" or ".join(names), definitions, ambiguous=len(found) > 1)
            return
        current = found[0]
        cycle = current.path in seen
        yield Ancestor(current.name, definitions, cycle=cycle)
        if cycle:
            return
        seen.add(current.path)


def descendants_of(table: ClassTable, name: str) -> Iterator[Descendant]:
    """Yield all subclasses of the class `name`, depth first, sorted by name within one superclass."""
    seen = {group.path for group in table.meant(name)}
    stack = [(group, name, 1) for group in reversed(table.subclasses_of(name))]
    while stack:
        group, parent, depth = stack.pop()
        if group.path in seen:
            continue
        seen.add(group.path)
        yield Descendant(group.name, parent, depth, group.definitions)
        stack.extend([(below, group.name, depth + 1) for below in reversed(table.subclasses_in(group))])


def is_below(table: ClassTable, group: ClassGroup, others: Container[Path]) -> bool:
    """Whether one of the classes at the paths `others` is above `group`, on any way where it is not certain which superclass is meant."""
    seen: set[Path] = set()
    waiting = [group]
    while waiting:
        for above in table.superclasses_of(waiting.pop()):
            if above.path in others:
                return True
            if above.path not in seen:
                seen.add(above.path)
                waiting.append(above)
    return False


def lineage_of(table: ClassTable, group: ClassGroup) -> tuple[ClassGroup, ...]:
    """Answer `group` and its superclasses in the index, the nearest first, up to the first that is not certain."""
    chain = [group]
    for step in ancestors_of(table, group):
        if step.cycle or step.ambiguous or not step.classes:
            break
        chain += table.meant(step.name)
    return tuple(chain)


def variables_in_sight(table: ClassTable, group: ClassGroup) -> Iterator[Seen]:
    """Yield (kind, name, class that defines it) of the variables of `group`, own ones first."""
    seen: set[tuple[str, str]] = set()
    for owner in lineage_of(table, group):
        for kind, attribute in _KINDS:
            for definition in owner.definitions:
                for name in getattr(definition, attribute):
                    if (kind, name) not in seen:
                        seen.add((kind, name))
                        yield kind, name, owner
