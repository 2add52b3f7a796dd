"""The packages of a code base: the classes of each category, in the order in which answers name them."""

from __future__ import annotations

from stparse.index.classtable import path_of
from stparse.index.model import IndexedClass
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered


@remembered(2)
def packages_of(index: CodeIndex) -> dict[str, list[IndexedClass]]:
    """Answer the classes of each category by name, each once; categories that cannot be quoted are left out."""
    found: dict[str, dict[str, IndexedClass]] = {}
    for definition in index.classes():
        if definition.category and "`" not in definition.category and "'" not in definition.category:
            found.setdefault(definition.category, {}).setdefault(definition.qualified, definition)
    return {category: sorted(of_it.values(), key=_by_name) for category, of_it in found.items()}


def packages_led_by(index: CodeIndex, name: str) -> list[tuple[str, list[IndexedClass]]]:
    """Answer the categories in which a class of this name is the first: so each is met once, whatever class is asked about."""
    return _by_first(index).get(name, [])


@remembered(2)
def _by_first(index: CodeIndex) -> dict[str, list[tuple[str, list[IndexedClass]]]]:
    found: dict[str, list[tuple[str, list[IndexedClass]]]] = {}
    for category, classes in packages_of(index).items():
        found.setdefault(_by_name(classes[0])[0], []).append((category, classes))
    return found


def _by_name(definition: IndexedClass) -> tuple[str, tuple[str, ...]]:
    path = path_of(definition.qualified)
    return path[-1], path
