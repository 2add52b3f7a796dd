"""Which class a name means: qualified and short names, several definitions, several classes of one short name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from stparse.index.model import IndexedClass

Path = tuple[str, ...]

_SEPARATOR = re.compile(r"\.|::")
# The outermost namespaces say nothing: `Smalltalk.Core.Object` is `Core.Object`.
_OUTERMOST = frozenset(("Root", "Smalltalk"))


def path_of(name: str) -> Path:
    """Answer the parts of a qualified name, without the outermost namespaces."""
    parts = [part for part in _SEPARATOR.split(name) if part]
    while len(parts) > 1 and parts[0] in _OUTERMOST:
        parts.pop(0)
    return tuple(parts) or (name,)


def _is_rooted(name: str) -> bool:
    """Tell whether a name says itself that it begins outside of all namespaces."""
    return _SEPARATOR.split(name, maxsplit=1)[0] in _OUTERMOST


@dataclass(frozen=True, slots=True)
class ClassPart:
    """What a statement apart from the definition says of a class: its comment, its class-side variables."""

    class_name: str
    part: str
    text: str
    file: str


@dataclass(frozen=True, slots=True)
class ClassGroup:
    """One class with all its definitions, in the order of the files."""

    path: Path
    definitions: tuple[IndexedClass, ...]

    @property
    def name(self) -> str:
        return self.definitions[0].qualified

    @property
    def superclass_names(self) -> tuple[str, ...]:
        """The superclass as the definitions name it, each name once; none for a root."""
        return tuple(dict.fromkeys(d.superclass for d in self.definitions if d.superclass is not None))

    def is_defined_in(self, file: str) -> bool:
        return any(definition.file == file for definition in self.definitions)


class ClassTable:
    """All classes of an index by name. Two definitions of one qualified name are one class; nothing is guessed."""

    def __init__(self, definitions: Iterable[IndexedClass], parts: Iterable[ClassPart]) -> None:
        grouped: defaultdict[Path, list[IndexedClass]] = defaultdict(list)
        for definition in definitions:
            grouped[path_of(definition.qualified)].append(definition)
        self._groups = {path: ClassGroup(path, tuple(found)) for path, found in grouped.items()}
        self._by_short: defaultdict[str, list[Path]] = defaultdict(list)
        for path in self._groups:
            self._by_short[path[-1]].append(path)
        # The same few thousand names are asked a million times when a code base is judged.
        self._named: dict[str, tuple[ClassGroup, ...]] = {}
        self._above: dict[Path, tuple[ClassGroup, ...]] = {}
        self._add_parts(parts)
        self._named.clear()

    @property
    def groups(self) -> tuple[ClassGroup, ...]:
        return tuple(self._groups.values())

    @cached_property
    def by_id(self) -> dict[int, IndexedClass]:
        """The definitions by their ids in the index, without those that only say what the code stands on."""
        return {definition.id: definition for group in self.groups for definition in group.definitions if not definition.stub}

    def named(self, name: str) -> tuple[ClassGroup, ...]:
        """Answer every class that `name`, short or qualified, can mean."""
        found = self._named.get(name)
        if found is None:
            path = path_of(name)
            known = self._by_short.get(path[-1], ())
            found = self._named[name] = tuple(self._groups[each] for each in known if _fits(path, each))
        return found

    def meant(self, name: str, file: str | None = None, namespace: str | None = None) -> tuple[ClassGroup, ...]:
        """Answer the classes that `name` can mean in the code of `file` and `namespace`: one, none, or all when unsure."""
        found = self.named(name)
        if len(found) < 2:
            return found
        path = path_of(name)
        near = [group for group in found if namespace and group.path == (*path_of(namespace), *path)]
        exact = [group for group in found if group.path == path]
        here = [group for group in found if file is not None and group.is_defined_in(file)]
        # A file that defines `Plan` in a namespace means that one by the short name, whatever there is outside of it.
        choices = (near, here, exact) if len(path) == 1 else (near, exact, here)
        if _is_rooted(name):
            # `Smalltalk::TestCase` is how a TestCase of another namespace names the one that it inherits from.
            choices = (exact, near, here)
        return next((tuple(choice) for choice in choices if len(choice) == 1), found)

    def superclasses_of(self, group: ClassGroup) -> tuple[ClassGroup, ...]:
        """Answer the classes that the superclass name of `group` can mean."""
        known = self._above.get(group.path)
        if known is None:
            known = self._above[group.path] = self._superclasses_of(group)
        return known

    def _superclasses_of(self, group: ClassGroup) -> tuple[ClassGroup, ...]:
        found: dict[Path, ClassGroup] = {}
        for name in group.superclass_names:
            for candidate in self.superclasses_named(group, name):
                found[candidate.path] = candidate
        return tuple(found.values())

    def superclasses_named(self, group: ClassGroup, name: str) -> tuple[ClassGroup, ...]:
        """Answer the classes that `name` can mean as the superclass of `group`.

        A name that is shorter than that of the class never means the class itself: `Error` in the namespace Dolphin is a subclass of the
        Error further out.
        """
        first = group.definitions[0]
        found = self.meant(name, first.file, first.namespace)
        if group not in found:
            return found
        asked = path_of(name)
        if len(asked) >= len(group.path):
            return found
        others = tuple(each for each in self.named(name) if each.path != group.path)
        around = (each for out in range(len(group.path) - 2, -1, -1) for each in others if each.path == (*group.path[:out], *asked))
        outer = next(around, None)
        return others if outer is None else (outer,)

    def subclasses_of(self, name: str) -> tuple[ClassGroup, ...]:
        """Answer the direct subclasses of the class `name`, which need not be in the index, sorted by name."""
        path = path_of(name)
        found = self._linked.get(path)
        if found is not None:
            return found
        if self.named(name):
            return ()
        outside = [below for above, below in self._linked.items() if above not in self._groups and _fits(path, above)]
        return tuple(sorted((group for below in outside for group in below), key=_by_name))

    def subclasses_in(self, group: ClassGroup) -> tuple[ClassGroup, ...]:
        """Answer the direct subclasses of a class of this table, sorted by name."""
        return self._linked.get(group.path, ())

    @cached_property
    def _linked(self) -> dict[Path, tuple[ClassGroup, ...]]:
        below: defaultdict[Path, list[ClassGroup]] = defaultdict(list)
        for group in self._groups.values():
            above = [found.path for found in self.superclasses_of(group)]
            # A superclass outside the index still has subclasses in it.
            for path in above or [path_of(name) for name in group.superclass_names]:
                below[path].append(group)
        return {path: tuple(sorted(found, key=_by_name)) for path, found in below.items()}

    def _add_parts(self, parts: Iterable[ClassPart]) -> None:
        for part in parts:
            self._named.clear()
            for group in self.meant(part.class_name, part.file):
                self._groups[group.path] = ClassGroup(group.path, tuple(_with_part(d, part) for d in group.definitions))


def _by_name(group: ClassGroup) -> tuple[str, Path]:
    return group.path[-1], group.path


def _fits(asked: Path, known: Path) -> bool:
    shorter = min(len(asked), len(known))
    return asked[-shorter:] == known[-shorter:]


def _with_part(definition: IndexedClass, part: ClassPart) -> IndexedClass:
    """Answer `definition` with what `part` adds; what the definition itself says stays."""
    said = getattr(definition, part.part)
    if definition.stub:
        return definition
    if part.part == "comment":
        return definition if said else replace(definition, comment=part.text)
    names = tuple(dict.fromkeys((*said, *part.text.split())))
    return replace(definition, **{part.part: names})  # type: ignore[arg-type]
