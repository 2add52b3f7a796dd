"""The classes of an index in short, as conventions ask for them, without one method being parsed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from itertools import chain
from pathlib import PurePosixPath
from typing import NamedTuple

from checker.conventions._class_page import ClassPage
from checker.conventions._page import ClassView
from stparse.index.classtable import ClassGroup
from stparse.index.facts import FactCollector, Strings
from stparse.index.model import IndexedClass, Outline
from stparse.index.query import CodeIndex
from stparse.index.structure import lineage_of
from stparse.parser import DEFAULT_DIALECT, parse_method

# Above these all classes are relatives, which says nothing.
_TOP = frozenset(("Object", "ProtoObject", "nil", "Core.Object", "Smalltalk.Object"))


_HALF = 0.5


class _Family(NamedTuple):
    """The selectors of the instance side of each subclass of a class, and those that are frequent, with their number, sorted."""

    selectors: dict[tuple[str, ...], frozenset[str]]
    frequent: list[tuple[str, int]]


class Views:
    """All classes of one index; remembers what it has answered."""

    def __init__(self, index: CodeIndex) -> None:
        self._index = index
        self._table = index.class_table
        self._known: dict[tuple[str, ...], ClassView] = {}
        self._named: dict[tuple[str, str], ClassView] = {}
        self._families: dict[str, _Family] = {}
        self._lineages: dict[tuple[str, ...], frozenset[tuple[str, ...]]] = {}
        self._instance_sides: dict[tuple[str, ...], frozenset[str]] = {}

    def of(self, class_name: str, file: str) -> ClassView:
        """Answer the class that methods filed for `class_name` in `file` belong to; one that nobody defines has its name only."""
        key = (class_name, file)
        known = self._named.get(key)
        if known is None:
            groups = self._table.meant(class_name, file)
            known = self._named[key] = self._view(groups[0]) if groups else self._undefined(class_name, file)
        return known

    def pages(self, paths: frozenset[str] | None = None) -> Iterator[ClassPage]:
        """Yield a page for every class that the index itself defines, in the order of the files; `paths` restricts them."""
        for group in self._table.groups:
            definition = next((one for one in group.definitions if not one.stub), None)
            if definition is not None and (paths is None or definition.file in paths):
                yield ClassPage(self._view(group), definition, tuple(self.methods.get(group.path, ())), *self._siblings(group))

    def named(self, name: str) -> ClassPage | None:
        """Answer the page of a class that the index itself defines; None for a name that nothing or several things have."""
        groups = self._table.named(name)
        definition = next((one for one in groups[0].definitions if not one.stub), None) if len(groups) == 1 else None
        if definition is None:
            return None
        group = groups[0]
        return ClassPage(self._view(group), definition, tuple(self.methods.get(group.path, ())), *self._siblings(group))

    def definitions(self) -> Iterator[tuple[ClassView, IndexedClass]]:
        """Yield every class that the index itself defines, with the definition that stands for it."""
        for group in self._table.groups:
            definition = next((one for one in group.definitions if not one.stub), None)
            if definition is not None:
                yield self._view(group), definition

    @cached_property
    def outlines(self) -> tuple[Outline, ...]:
        """All methods in short."""
        return tuple(self._index.outlines())

    @cached_property
    def methods(self) -> Mapping[tuple[str, ...], list[Outline]]:
        """The methods of each class, extensions in other files included."""
        found: dict[tuple[str, ...], list[Outline]] = {}
        for outline in self.outlines:
            for group in self._table.meant(outline.class_name, outline.file)[:1]:
                found.setdefault(group.path, []).append(outline)
        return found

    def _siblings(self, group: ClassGroup) -> tuple[int, tuple[str, ...]]:
        """Answer how many siblings a class has, and the selectors that at least half of them define."""
        name = next(iter(group.superclass_names), "")
        if not name or name in _TOP:
            return 0, ()
        family = self._family(name)
        own = family.selectors.get(group.path)
        count = len(family.selectors) - (own is not None)
        return count, tuple(one for one, number in family.frequent if number - (own is not None and one in own) >= _HALF * count)

    def _family(self, name: str) -> _Family:
        """Answer the subclasses of a class, counted once for all of them."""
        known = self._families.get(name)
        if known is None:
            selectors = {group.path: self._selectors(group) for group in self._table.subclasses_of(name)}
            counted = Counter(chain.from_iterable(selectors.values()))
            least = _HALF * (len(selectors) - 1)
            known = self._families[name] = _Family(selectors, sorted(one for one in counted.items() if one[1] >= least))
        return known

    def _selectors(self, group: ClassGroup) -> frozenset[str]:
        known = self._instance_sides.get(group.path)
        if known is None:
            sides = (one.selector for one in self.methods.get(group.path, ()) if not one.meta)
            known = self._instance_sides[group.path] = frozenset(sides)
        return known

    def _view(self, group: ClassGroup) -> ClassView:
        known = self._known.get(group.path)
        if known is None:
            known = self._known[group.path] = self._new_view(group)
        return known

    def _new_view(self, group: ClassGroup) -> ClassView:
        steps = lineage_of(self._table, group)
        definition = group.definitions[0]
        instance = frozenset(name for step in steps for one in step.definitions for name in one.instance_variables)
        meta = frozenset(name for step in steps for one in step.definitions for name in one.class_instance_variables)
        selectors = frozenset[str]().union(*map(self._selectors, steps))
        names = [name for step in steps for name in (step.name, *step.superclass_names[:1])]
        inside = [name for name in names if name not in _TOP]
        test = any(name.endswith(("TestCase", "Test")) for name in names[1:])
        return ClassView(
            group.name, group.path[-1], package_of(definition), inside[-1] if inside else group.name,
            next(iter(group.superclass_names), ""), instance, meta, selectors, test,
            frozenset(self._plain(group.path, [step.path for step in steps], instance, selectors)), self.packages,
        )  # fmt: skip

    def _plain(
        self, own: tuple[str, ...], lineage: Sequence[tuple[str, ...]], variables: frozenset[str], selectors: frozenset[str]
    ) -> Iterator[str]:
        for selector in selectors & {*variables, *(f"{name}:" for name in variables)}:
            kinds = self._accessors.get(selector, {})
            nearest = next((kinds[path] for path in lineage if path in kinds), False)
            others = (path for path, plain in kinds.items() if not plain)
            if nearest and not any(own in self._above(path) for path in others):
                yield selector

    def _above(self, path: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
        known = self._lineages.get(path)
        if known is None:
            known = self._lineages[path] = frozenset(step.path for step in lineage_of(self._table, self._groups[path]))
        return known

    @cached_property
    def _groups(self) -> Mapping[tuple[str, ...], ClassGroup]:
        return {group.path: group for group in self._table.groups}

    @cached_property
    def _accessors(self) -> Mapping[str, Mapping[tuple[str, ...], bool]]:
        """For each selector that a variable gives, the classes that define it, and whether the method is a plain accessor."""
        names = {name for group in self._table.groups for one in group.definitions for name in one.instance_variables}
        found: dict[str, dict[tuple[str, ...], bool]] = {}
        for path, outlines in self.methods.items():
            for one in outlines:
                if not one.meta and one.selector.removesuffix(":") in names:
                    found.setdefault(one.selector, {})[path] = one.shape in plain_shapes(one.selector)
        return found

    def _undefined(self, class_name: str, file: str) -> ClassView:
        none: frozenset[str] = frozenset()
        package, test = _package_of_file(file), class_name.endswith(("Test", "Tests", "TestCase"))
        return ClassView(class_name, class_name, package, class_name, "", none, none, none, test, none, self.packages)

    @cached_property
    def packages(self) -> Mapping[str, str]:
        """The package of each class that the index defines, by its short name; a name of several classes has none."""
        found: dict[str, str] = {}
        for group in self._table.groups:
            if not all(definition.stub for definition in group.definitions):
                found[group.path[-1]] = "" if group.path[-1] in found else package_of(group.definitions[0])
        return found


@cache
def plain_shapes(selector: str) -> tuple[int, ...]:
    """Answer the shapes that an accessor has which does nothing else: `name ^name`, and `name: a name := a`, with or without ^self."""
    name = selector.removesuffix(":")
    bodies = (f"^{name}",) if name == selector else (f"{name} := a", f"{name} := a. ^self")
    trees = (parse_method(f"{selector}{' a' if name != selector else ''}\n\t{body}", DEFAULT_DIALECT).tree for body in bodies)
    return tuple(FactCollector(Strings()).collect(1, tree, (0,), 1) for tree in trees if tree is not None)


@lru_cache(maxsize=4)
def views_of(index: CodeIndex) -> Views:
    """Answer the views of an index, the same as long as it is open."""
    return Views(index)


def package_of(definition: IndexedClass) -> str:
    """Answer the package of a class: its category, or what its file is called where it has none."""
    return definition.category or _package_of_file(definition.file)


def _package_of_file(file: str) -> str:
    path = PurePosixPath(file)
    return path.parent.name or path.stem
