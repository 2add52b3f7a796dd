"""Classes as their definitions state them, linked anew: the second path for superclasses, subclasses and variables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stparse.index.model import IndexedClass

Path = tuple[str, ...]


def short_of(class_name: str) -> str:
    """Answer the last part of a qualified class name."""
    return class_name.replace("::", ".").rsplit(".", 1)[-1]


@dataclass(frozen=True, slots=True)
class ClassFact:
    """A class definition as its row in the index states it, and nothing resolved."""

    path: Path
    superclass: str | None
    definition: IndexedClass


class ClassFacts:
    """Superclass and subclasses of classes, linked anew from the definitions."""

    def __init__(self, definitions: Iterable[IndexedClass]) -> None:
        self._by_path: dict[Path, list[ClassFact]] = {}
        self._by_short: dict[str, list[Path]] = {}
        for definition in definitions:
            path = path_of(definition.qualified)
            if path not in self._by_path:
                self._by_short.setdefault(path[-1], []).append(path)
            self._by_path.setdefault(path, []).append(ClassFact(path, definition.superclass, definition))
        self._by_category: dict[str, list[ClassFact]] = {}
        self._below: dict[Path, list[Path]] = {}
        for path in self._by_path:
            above = self.superclass(path)
            if above is not None:
                self._below.setdefault(above, []).append(path)

    def paths(self, short: str) -> list[Path]:
        return self._by_short.get(short, [])

    def facts(self, path: Path) -> list[ClassFact]:
        return self._by_path.get(path, [])

    def all_facts(self) -> list[ClassFact]:
        """Answer every definition, in the order in which they came."""
        return [fact for facts in self._by_path.values() for fact in facts]

    def superclass_name(self, path: Path) -> str | None:
        return next((fact.superclass for fact in self._by_path.get(path, ()) if fact.superclass), None)

    def superclass(self, path: Path) -> Path | None:
        """Answer the indexed superclass of a class; None for a root and for one whose superclass is not indexed."""
        name = self.superclass_name(path)
        if name is None:
            return None
        wanted = path_of(name)
        # A class may be called as its superclass in another namespace is, and no part of its own name means the class itself.
        others = (p for p in self._by_short.get(wanted[-1], ()) if p != path or wanted == path)
        found = [p for p in others if p[-len(wanted) :] == wanted or wanted[-len(p) :] == p]
        same = [p for p in found if p == wanted or p[:-1] == path[:-1]]
        best = found if len(found) == 1 else same
        if path != wanted and path[-len(wanted) :] == wanted:
            around = [p for p in found if p[-len(wanted) :] == wanted and p[: -len(wanted)] == path[: len(p) - len(wanted)]]
            best = [max(around, key=len)] if around else best
        return best[0] if len(best) == 1 else None

    def chain(self, path: Path) -> list[Path]:
        """Answer the indexed superclasses of a class, nearest first."""
        found: list[Path] = []
        above = self.superclass(path)
        while above is not None and above not in found and above != path:
            found.append(above)
            above = self.superclass(above)
        return found

    def in_category(self, category: str) -> list[ClassFact]:
        """Answer the definitions that are in a category, stubs left out."""
        if not self._by_category:
            for facts in self._by_path.values():
                for fact in facts:
                    if fact.definition.category is not None and not fact.definition.stub:
                        self._by_category.setdefault(fact.definition.category, []).append(fact)
        return self._by_category.get(category, [])

    def below(self, path: Path) -> list[Path]:
        """Answer the direct subclasses of a class."""
        return self._below.get(path, [])

    def all_below(self, path: Path) -> list[Path]:
        """Answer all subclasses of a class."""
        found: dict[Path, None] = {}
        todo = [path]
        while todo:
            for child in self._below.get(todo.pop(), ()):
                if child not in found and child != path:
                    found[child] = None
                    todo.append(child)
        return list(found)


def path_of(name: str) -> Path:
    """Answer the parts of a qualified name, without the outermost namespaces."""
    parts = [part for part in name.replace("::", ".").split(".") if part]
    while len(parts) > 1 and parts[0] in ("Root", "Smalltalk"):
        parts.pop(0)
    return tuple(parts) or (name,)
