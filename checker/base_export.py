"""Base facts made from an index or from a plain list of names: what one code base knows, another can stand on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from checker.base import BaseClass, BaseFacts
from stparse.index.classtable import ClassGroup, ClassTable, path_of
from stparse.index.model import IndexedClass
from stparse.index.query import CodeIndex


def facts_of_index(index: CodeIndex, *, dialect: str | None = None, origin: str | None = None, complete: bool = False) -> BaseFacts:
    """Answer what `index` defines, its stubs of base classes included, as base facts; names only, never source."""
    if dialect is None:
        dialect = next((name for name, _ in index.statistics().dialects), "")
    table = index.class_table
    classes = {group.name: _base_class(table, group) for group in table.groups}
    for name in sorted({method.class_name for method in index.methods()}):
        if name and " " not in name and not table.named(name):
            # A class that is only extended here exists, and that is all that is known of it.
            classes[name] = BaseClass(name, None, partial=True)
    selectors = {selector: count for selector, count in index.implemented_selectors.items() if len(selector.split()) == 1}
    return BaseFacts(dialect, origin or f"index {index.path.name}", complete, classes, _globals_of(index), selectors)


def facts_of_list(text: str, *, dialect: str, origin: str, complete: bool = False) -> BaseFacts:
    """Answer base facts from a plain list, one class or global a line; what follows `#` is a comment."""
    names = [line.partition("#")[0].strip() for line in text.splitlines()]
    classes = {name: BaseClass(name, None, partial=True) for name in names if name}
    return BaseFacts(dialect, origin, complete, classes)


def merged(facts: Iterable[BaseFacts], *, dialect: str, origin: str, complete: bool = False) -> BaseFacts:
    """Answer all that any of `facts` knows; what the first says of a class weighs more, variables are those of all."""
    classes: dict[str, BaseClass] = {}
    selectors: dict[str, int] = {}
    names: set[str] = set()
    for one in facts:
        names |= one.globals
        for name in one.classes:
            known = one.classes[name]
            classes[name] = _both(classes[name], known) if name in classes else known
        for selector, count in one.selectors.items():
            selectors[selector] = max(count, selectors.get(selector, 0))
    return BaseFacts(dialect, origin, complete, classes, frozenset(names - classes.keys()), selectors)


def _both(first: BaseClass, second: BaseClass) -> BaseClass:
    if first.partial and not second.partial:
        first, second = second, first
    superclass = first.superclass or second.superclass
    return replace(
        first,
        superclass=superclass,
        instance=_united((first.instance, second.instance)),
        class_instance=_united((first.class_instance, second.class_instance)),
        shared=_united((first.shared, second.shared)),
        pools=_united((first.pools, second.pools)),
        # Two certain definitions with different superclasses are two versions of the base: which one it is nobody said.
        partial=first.partial or (not second.partial and second.superclass != superclass),
    )


def _base_class(table: ClassTable, group: ClassGroup) -> BaseClass:
    names = group.superclass_names
    above = tuple({found.path: found for name in names for found in superclasses_named(table, group, name)}.values())
    parts = tuple(all_parts(table, group))
    return BaseClass(
        group.name,
        above[0].name if above else names[0] if names else None,
        _united(definition.instance_variables for definition in parts),
        _united(definition.class_instance_variables for definition in parts),
        _united(definition.class_variables for definition in parts),
        _united((*definition.pools, *_classes_among(table, definition.imports)) for definition in parts),
        # Two superclasses: which of the definitions an image has is not known.
        partial=len(above) > 1 or (not above and len(names) > 1),
    )


def _classes_among(table: ClassTable, imports: tuple[str, ...]) -> tuple[str, ...]:
    """Answer the imports that are classes: their variables are in sight as those of a pool are."""
    return tuple(name for name in imports if table.named(name))


def superclasses_named(table: ClassTable, group: ClassGroup, name: str) -> tuple[ClassGroup, ...]:
    """Answer the classes that the superclass `name` of `group` can mean; a class is never its own superclass."""
    return tuple(each for each in table.superclasses_named(group, name) if each.path != group.path)


def all_parts(table: ClassTable, group: ClassGroup) -> Iterator[IndexedClass]:
    """Yield the definitions of a class and of the traits that it uses, those of the traits included."""
    seen = {group.path}
    waiting = [group]
    while waiting:
        for definition in waiting.pop().definitions:
            yield definition
            for name in definition.traits:
                for trait in table.named(name):
                    if trait.path not in seen:
                        seen.add(trait.path)
                        waiting.append(trait)


def _globals_of(index: CodeIndex) -> frozenset[str]:
    """Answer the namespaces, and the shared variables outside classes (those in a class are its class variables)."""
    found = {_spelled(space.parent, space.name) for space in index.namespaces()}
    for variable in index.shared_variables():
        if variable.environment is None or not index.class_table.named(variable.environment):
            found.add(_spelled(variable.environment, variable.name))
    return frozenset(name for name in found if len(name.split()) == 1)


def _spelled(environment: str | None, name: str) -> str:
    return ".".join(path_of(f"{environment}.{name}" if environment else name))


def _united(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in lists for name in names))
