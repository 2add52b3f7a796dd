"""The names around a method: its class in the index, the base facts, and what the code base attests."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from functools import cached_property

from checker.base import BaseClass, BaseFacts, short_name
from checker.base_export import all_parts, superclasses_named
from checker.names import Meaning, nearest
from stparse.index.classtable import ClassGroup, ClassTable, path_of
from stparse.index.query import CodeIndex
from stparse.index.reads import settled_property

_PART_OF_A_SYSTEM = 100
# Files that hold what was changed, as Squeak and Cuis name them.
_CHANGES = re.compile(r"\.(?:cs|cs\.st|changes)\Z")
# What a do-it puts into a pool dictionary: `Signals at: 'onAir' put: 3`.
_PUT = re.compile(r"\bat:\s*(?:#'|#|')(\w+)'?\s*put:")


def is_change_set(file: str) -> bool:
    """Answer whether a file holds what was changed at one moment, as its name says: it is neither the whole class nor its only version."""
    return _CHANGES.search(file) is not None


class House:
    """A code base and the base that it stands on; either may be missing. One for many checks: it remembers."""

    def __init__(self, index: CodeIndex | None = None, base: BaseFacts | None = None) -> None:
        self.index = index
        self.base = base
        self._environments: dict[tuple[str | None, bool, str | None], Environment] = {}

    def environment(self, class_name: str | None, *, meta: bool = False, file: str | None = None) -> Environment:
        """Answer the names in sight of a method of `class_name` (None: of no known class, or a do-it).

        `file` is where the class stands in the index: it tells classes of one name apart.
        """
        key = (class_name, meta, file)
        known = self._environments.get(key)
        if known is None:
            known = self._environments[key] = Environment(self, class_name, meta, file)
        return known

    @settled_property
    def base_complete(self) -> bool:
        """Whether a name that neither the code base nor the base knows is nobody's.

        It can be somebody's where the code base subclasses or extends classes that were not read: it stands on more than the base.
        A few of them are slips of the code, or its experiments; from one in a hundred classes on they are a part of the system.
        """
        if self.base is None or not self.base.complete:
            return False
        return len(self._foreign_classes) * _PART_OF_A_SYSTEM <= len(self.table.groups)

    @property
    def base_selectors(self) -> Container[str] | None:
        """What the base implements, None where a selector that it does not have may be somebody's all the same."""
        return self.base.selectors if self.base is not None and self.base_complete else None

    @cached_property
    def _foreign_classes(self) -> frozenset[str]:
        """The classes that the code base subclasses or extends, and that neither it nor the base defines."""
        own = (group for group in self.table.groups if not all(definition.stub for definition in group.definitions))
        names = {name for group in own for name in group.superclass_names} | self.filed_classes
        return frozenset(name for name in names if not self.table.named(name) and self.base_class(name) is None)

    @cached_property
    def filed_classes(self) -> frozenset[str]:
        """The classes that methods are filed for: they exist, although the code base may not define them."""
        return self.index.filed_classes if self.index else frozenset()

    @cached_property
    def table(self) -> ClassTable:
        return self.index.class_table if self.index else ClassTable((), ())

    @cached_property
    def attested(self) -> Mapping[str, int]:
        """How often each capitalised name is used in the code base."""
        return self.index.global_names if self.index else {}

    @cached_property
    def shared(self) -> frozenset[str]:
        """The names of namespaces and of shared variables outside classes, short and qualified."""
        if self.index is None:
            return frozenset()
        names = set(self.own_namespaces)
        # Where classes are, there is a namespace, although its definition may be elsewhere.
        for group in self.table.groups:
            names |= {".".join(group.path[:length]) for length in range(1, len(group.path))}
        for variable in self.index.shared_variables():
            if variable.environment is None or not self.table.named(variable.environment):
                names |= {variable.name, _joined(variable.environment, variable.name)}
        return frozenset(names | {short_name(name) for name in names})

    @cached_property
    def own_namespaces(self) -> frozenset[str]:
        """The qualified names of the namespaces that the code base itself defines."""
        spaces = self.index.namespaces() if self.index else ()
        return frozenset(_joined(space.parent, space.name) for space in spaces)

    @settled_property
    def put_by_doits(self) -> frozenset[str]:
        """The names that do-its put into dictionaries: what the pools are filled with that are no classes."""
        doits = self.index.doits() if self.index else ()
        return frozenset(name for doit in doits for name in _PUT.findall(doit.source))

    @settled_property
    def spaces(self) -> frozenset[str]:
        """The short names of all that classes stand in, in the code base and in the base, whoever creates it.

        What the code base itself names more than once as a namespace is one: its definition may not be among the files.
        """
        paths = [group.path for group in self.table.groups]
        if self.base is not None:
            paths += map(path_of, (*self.base.classes, *self.base.globals))
        used: Counter[str] = Counter()
        for name, count in self.attested.items():
            used.update(dict.fromkeys(path_of(name)[:-1], count))
        return frozenset(part for path in paths for part in path[:-1]) | {part for part, count in used.items() if count > 1}

    @settled_property
    def underscores(self) -> bool:
        """Whether the code base uses "_" as a letter, in a selector or in a variable."""
        if self.index is None:
            return False
        return any("_" in selector.strip("_") for selector in self.index.implemented_selectors)

    def settled(self) -> tuple[object, ...]:
        """Answer what nobody notes that asks for it, because it is of the whole house (see `stparse.index.reads`)."""
        return self.base_complete, self.underscores, sorted(self.spaces), sorted(self.put_by_doits)

    @cached_property
    def class_names(self) -> frozenset[str]:
        """The short names of all classes, of the code base and of the base: for hints."""
        own = {group.path[-1] for group in self.table.groups}
        return frozenset(own | (self.base.names if self.base else frozenset()))

    def base_class(self, name: str | None) -> BaseClass | None:
        return self.base.class_named(name) if self.base is not None and name is not None else None

    def meaning_of_global(self, name: str) -> Meaning:
        """Answer what a capitalised name means that is no variable of the class around it."""
        if self.table.named(name) or self.base_class(name) is not None:
            return Meaning.CLASS
        if (
            name in self.shared
            or name in self.filed_classes
            or (self.base is not None and self.base.knows(name))
            or self.attested.get(name, 0) > 1
        ):
            return Meaning.GLOBAL
        path = path_of(name)
        if path[-1] in self.spaces:
            return Meaning.GLOBAL
        if len(path) == 1:
            return Meaning.UNDECLARED if self.base_complete else Meaning.UNKNOWN
        if ".".join(path) in self.shared or self._is_variable_of_class(path):
            return Meaning.GLOBAL
        # A namespace that the code base itself defines, and that the base has no part in, is known as a whole.
        owner = ".".join(path[:-1])
        if owner in self.own_namespaces and not (self.base is not None and path[0] in self.base.namespaces):
            return Meaning.UNDECLARED
        return Meaning.UNDECLARED if self.base_complete else Meaning.UNKNOWN

    def _is_variable_of_class(self, path: tuple[str, ...]) -> bool:
        owners = self.table.named(".".join(path[:-1]))
        return any(path[-1] in definition.class_variables for owner in owners for definition in owner.definitions)


class Environment:
    """Looks up names for one side of one class (see `checker.names.Names`).

    `closed`: every variable that the class inherits is known, because its superclass chain is, up to the root.
    """

    def __init__(self, house: House, class_name: str | None, meta: bool, file: str | None) -> None:
        self._house = house
        self._meta = meta
        self._file = file
        self._instance: set[str] = set()
        self._shared: set[str] = set()
        self._pools: set[str] = set()
        self._open_pools = False
        self._owners: set[tuple[str, ...]] = {()}
        self.class_known = False
        self.closed = class_name is None
        if class_name is not None:
            self._collect(class_name, file)

    @property
    def underscores(self) -> bool:
        return self._house.underscores

    def meaning(self, name: str) -> Meaning:
        if name in self._instance:
            return Meaning.INSTANCE
        if name in self._shared:
            return Meaning.SHARED
        if not name.lstrip("_")[:1].isupper():
            return self._meaning_of_lower_case(name)
        meaning = self._house.meaning_of_global(name)
        if meaning in (Meaning.CLASS, Meaning.GLOBAL):
            return meaning
        if name in self._pools:
            return Meaning.GLOBAL
        return Meaning.UNKNOWN if self._open_pools else meaning

    def _meaning_of_lower_case(self, name: str) -> Meaning:
        house = self._house
        if name in self._pools or name in house.shared or (house.base is not None and name in house.base.globals):
            return Meaning.GLOBAL
        # Smalltalk/X has classes with small letters, most of them private ones: in sight where their owner is.
        if any(group.path[:-1] in self._owners for group in house.table.named(name)):
            return Meaning.CLASS
        if self._open_pools and name in house.put_by_doits:
            return Meaning.GLOBAL
        return Meaning.UNDECLARED if self.closed else Meaning.UNKNOWN

    def near(self, name: str) -> tuple[str, ...]:
        if not name[:1].isupper():
            return nearest(name, self._instance | self._shared)
        # The many names of the house stay one set, whose order is remembered.
        found = (*nearest(name, self._house.class_names), *nearest(name, self._shared))
        return nearest(name, found) if self._shared else found

    def _collect(self, class_name: str, file: str | None) -> None:
        house = self._house
        groups = house.table.meant(class_name, file)
        known = None if groups else house.base_class(class_name)
        self.class_known = known is not None or bool(groups)
        above = [self._add_chain(group) for group in groups] if groups else [self._add_base_chain(known)]
        # Which of several classes is meant is not ours to guess: all their variables count, and no name is judged.
        self.closed = len(above) == 1 and above[0]
        if self._meta:
            self._collect_class_behaviour()

    def _collect_class_behaviour(self) -> None:
        """The metaclass of a root inherits from Class, and with it the variables that every class has."""
        self._meta = False
        house = self._house
        found = [group for group in house.table.named("Class") if group.path in (("Class",), ("Core", "Class"))]
        known = self._add_chain(found[0]) if len(found) == 1 else self._add_base_chain(house.base_class("Class"))
        self.closed = self.closed and known

    def _add_chain(self, first: ClassGroup) -> bool:
        """Add a class and all above it, by every superclass that its definitions name; answer whether all is known."""
        house = self._house
        seen = {first.path}
        waiting = [first]
        closed = True
        while waiting:
            group = waiting.pop()
            closed = self._add_group(group) and closed
            for name in group.superclass_names:
                above = superclasses_named(house.table, group, name)
                if len(above) != 1:
                    closed = not above and self._add_base_chain(house.base_class(name)) and closed
                elif len(path_of(name)) > len(above[0].path):
                    # `Imported.Plan` is hardly our `Plan`: its namespace was not read.
                    closed = False
                for found in above:
                    if found.path not in seen:
                        seen.add(found.path)
                        waiting.append(found)
        return closed

    def _add_group(self, group: ClassGroup) -> bool:
        """Add what the definitions of one class and of its traits declare; answer whether that is all."""
        table = self._house.table
        known = True
        for definition in all_parts(table, group):
            self._instance.update(definition.class_instance_variables if self._meta else definition.instance_variables)
            self._shared.update(definition.class_variables)
            self._add_pools(definition.pools)
            self._add_imports(definition.imports)
            known = known and all(table.named(trait) for trait in definition.traits)
        self._add_owners(group.path)
        return known and not self._is_of_another_moment(group)

    def _is_of_another_moment(self, group: ClassGroup) -> bool:
        """Whether only change sets define the class, and others than that of the method: it may have had other variables then."""
        files = {definition.file for definition in group.definitions}
        return self._file not in files and all(map(is_change_set, files))

    def _add_owners(self, path: tuple[str, ...]) -> None:
        """A private class sees the variables of the class that it is in; in Dolphin a namespace is such a class too."""
        self._owners.update(path[:length] for length in range(1, len(path) + 1))
        for length in range(1, len(path)):
            for owner in self._house.table.named("::".join(path[:length])):
                if owner.path == path[:length]:
                    for definition in owner.definitions:
                        self._shared.update(definition.class_variables)
                        self._add_imports(definition.imports)

    def _add_base_chain(self, known: BaseClass | None) -> bool:
        last: BaseClass | None = None
        certain = True
        for step in _base_chain(self._house.base, known):
            self._instance.update(step.class_instance if self._meta else step.instance)
            self._shared.update(step.shared)
            self._add_pools(step.pools)
            certain = certain and not step.partial
            last = step
        return certain and last is not None and last.superclass is None

    def _add_pools(self, names: tuple[str, ...]) -> None:
        for name in names:
            if name not in self._pools:
                self._pools.add(name)
                self._add_pool(name)

    def _add_imports(self, names: tuple[str, ...]) -> None:
        """Add the variables of imported classes, as Dolphin's constants are; namespaces are searched for every name anyway."""
        house = self._house
        for name in names:
            if house.table.named(name) or house.base_class(name) is not None:
                self._add_pools((name,))

    def _add_pool(self, name: str) -> None:
        """Add the variables of a pool: a class with class variables, a namespace, or a dictionary of which nothing is known."""
        house = self._house
        groups = house.table.named(name)
        known = house.base_class(name)
        if not groups and known is None:
            self._open_pools = True
        for group in groups:
            for definition in group.definitions:
                self._shared.update(definition.class_variables)
                self._add_pools(definition.pools)
        for step in _base_chain(house.base, known):
            self._shared.update(step.shared)
        # An empty pool is one whose variables come from somewhere that was not read.
        if not any(definition.class_variables for group in groups for definition in group.definitions) and not (known and known.shared):
            self._open_pools = True


def _base_chain(base: BaseFacts | None, known: BaseClass | None) -> Iterator[BaseClass]:
    seen: set[str] = set()
    while base is not None and known is not None and known.name not in seen:
        seen.add(known.name)
        yield known
        known = base.class_named(known.superclass) if known.superclass else None


def _joined(environment: str | None, name: str) -> str:
    return ".".join(path_of(f"{environment}.{name}" if environment else name))
