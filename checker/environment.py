"""The names around a method: its class in the index, the base facts, and what the code base attests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from checker.base import BaseClass, BaseFacts, short_name
from checker.names import Meaning, nearest
from stparse.index.classtable import ClassGroup
from stparse.index.query import CodeIndex
from stparse.index.structure import lineage_of


class House:
    """A code base and the base that it stands on; either may be missing. One for many checks: it remembers."""

    def __init__(self, index: CodeIndex | None = None, base: BaseFacts | None = None) -> None:
        self.index = index
        self.base = base
        self._environments: dict[tuple[str | None, bool, str | None], Environment] = {}

    def environment(self, class_name: str | None, *, meta: bool = False, file: str | None = None) -> Environment:
        """Answer the names in sight of a method of `class_name` (None: of no known class, or a do-it)."""
        key = (class_name, meta, file)
        known = self._environments.get(key)
        if known is None:
            known = self._environments[key] = Environment(self, class_name, meta, file)
        return known

    @property
    def base_complete(self) -> bool:
        return self.base is not None and self.base.complete

    @cached_property
    def attested(self) -> dict[str, int]:
        """How often each capitalised name is used in the code base."""
        return self.index.global_names if self.index else {}

    @cached_property
    def shared(self) -> frozenset[str]:
        """The names of namespaces and of shared variables outside classes."""
        if self.index is None:
            return frozenset()
        names = {short_name(space.name) for space in self.index.namespaces()} | {space.name for space in self.index.namespaces()}
        return frozenset(names | {variable.name for variable in self.index.shared_variables()})

    @cached_property
    def underscores(self) -> bool:
        """Whether the code base uses "_" as a letter, in a selector or in a variable."""
        if self.index is None:
            return False
        return any("_" in selector.strip("_") for selector in self.index.implemented_selectors)

    @cached_property
    def class_names(self) -> frozenset[str]:
        """The short names of all classes, of the code base and of the base: for hints."""
        own = {group.path[-1] for group in self.index.class_table.groups} if self.index else set()
        return frozenset(own | (self.base.names if self.base else frozenset()))


class Environment:
    """Looks up names for one side of one class (see `checker.names.Names`).

    `closed`: every variable that the class inherits is known, because its superclass chain is, up to the root.
    """

    def __init__(self, house: House, class_name: str | None, meta: bool, file: str | None) -> None:
        self._house = house
        self._instance: set[str] = set()
        self._shared: set[str] = set()
        self._open_pools = False
        self.class_known = False
        self.closed = class_name is None
        if class_name is not None:
            self._collect(class_name, meta, file)

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
        house = self._house
        if short_name(name) in house.class_names or (house.index and house.index.class_table.named(name)):
            return Meaning.CLASS
        if name in house.shared or (house.base is not None and house.base.knows(name)) or house.attested.get(name, 0) > 1:
            return Meaning.GLOBAL
        return Meaning.UNDECLARED if house.base_complete and not self._open_pools else Meaning.UNKNOWN

    def _meaning_of_lower_case(self, name: str) -> Meaning:
        if name in self._house.shared or (self._house.base is not None and name in self._house.base.globals):
            return Meaning.GLOBAL
        return Meaning.UNDECLARED if self.closed else Meaning.UNKNOWN

    def near(self, name: str) -> tuple[str, ...]:
        known = self._house.class_names | self._shared if name[:1].isupper() else self._instance | self._shared
        return nearest(name, known)

    def _collect(self, class_name: str, meta: bool, file: str | None) -> None:
        table = self._house.index.class_table if self._house.index else None
        groups = table.meant(class_name, file) if table else ()
        if table is None or len(groups) != 1:
            known = self._house.base.class_named(class_name) if self._house.base else None
            self.class_known = known is not None or bool(groups)
            for group in groups:
                # Which of them is meant is not ours to guess: take all, and judge no lower-case name.
                self._add_group(group, meta)
            if not groups:
                self.closed = self._add_base_chain(known, meta)
            return
        self.class_known = True
        self.closed = self._add_chain(groups[0], meta)
        if meta and self.closed:
            # The metaclass of a root inherits from Class, and with it the variables that every class has.
            above = table.named("Class")
            if above:
                self.closed = len(above) == 1 and self._add_chain(above[0], False)
            else:
                self.closed = self._add_base_chain(self._house.base.class_named("Class") if self._house.base else None, False)

    def _add_chain(self, group: ClassGroup, meta: bool) -> bool:
        """Add a class and all above it; answer whether the chain is known to its end."""
        assert self._house.index is not None
        chain = lineage_of(self._house.index.class_table, group)
        for step in chain:
            self._add_group(step, meta)
        return self._close(chain[-1], meta)

    def _close(self, last: ClassGroup, meta: bool) -> bool:
        """Go on above the index; answer whether the chain is known to its end."""
        names = last.superclass_names
        if not names:
            return True
        if len(names) > 1:
            return False
        return self._add_base_chain(self._house.base.class_named(names[0]) if self._house.base else None, meta)

    def _add_base_chain(self, known: BaseClass | None, meta: bool) -> bool:
        for step in _base_chain(self._house.base, known):
            self._instance.update(step.class_instance if meta else step.instance)
            self._shared.update(step.shared)
            known = step
        return known is not None and known.superclass is None

    def _add_group(self, group: ClassGroup, meta: bool) -> None:
        for definition in group.definitions:
            self._instance.update(definition.class_instance_variables if meta else definition.instance_variables)
            self._shared.update(definition.class_variables)
            self._open_pools = self._open_pools or bool(definition.pools) or bool(definition.traits)


def _base_chain(base: BaseFacts | None, known: BaseClass | None) -> Iterator[BaseClass]:
    seen: set[str] = set()
    while base is not None and known is not None and known.name not in seen:
        seen.add(known.name)
        yield known
        known = base.class_named(known.superclass) if known.superclass else None
