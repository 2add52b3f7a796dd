"""The classes beside a method's own: what a model that has read them may write into it by mistake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from checker.base_export import superclasses_named
from datagen.subject import BASE
from stparse.index.classtable import ClassGroup, path_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered
from stparse.nodes import Cascade, Node, Send, Variable, walk

# Under a root every class is the sibling of every other.
_ROOTS = BASE | {"Model", "TestCase"}
_MOST_METHODS = 60


Variables: TypeAlias = "Mapping[str, frozenset[str]]"
"""Instance variables, each with the selectors that are sent to it."""


def class_of(index: CodeIndex, method: MethodDef) -> tuple[str, ...] | None:
    """Answer the path of the class of a method; None where it is not certain which class that is."""
    groups = index.class_table.meant(method.class_name, method.file)
    return groups[0].path if len(groups) == 1 else None


@remembered(64)
def variables_beside(index: CodeIndex, path: tuple[str, ...]) -> Variables:
    """Answer the instance variables of the classes beside one: those that have the same superclass; under a root, the same category."""
    group = next(group for group in index.class_table.named(path[-1]) if group.path == path)
    found: dict[str, frozenset[str]] = {}
    for above in _above(index, group):
        for beside in _below(index)[above]:
            if beside.path != path and (above[-1] not in _ROOTS or _categories(beside) & _categories(group)):
                for name, selectors in variables_of(index, beside.path).items():
                    found[name] = found.get(name, frozenset()) | selectors
    return found


def _categories(group: ClassGroup) -> set[str]:
    return {definition.category for definition in group.definitions if definition.category}


@remembered(4)
def _below(index: CodeIndex) -> dict[tuple[str, ...], list[ClassGroup]]:
    """Answer the direct subclasses of each class, in the order of the index."""
    found: dict[tuple[str, ...], list[ClassGroup]] = {}
    for group in index.class_table.groups:
        for path in _above(index, group):
            found.setdefault(path, []).append(group)
    return found


def _above(index: CodeIndex, group: ClassGroup) -> list[tuple[str, ...]]:
    """Answer the superclass of a class, be it of the code base or not; none where it is not certain."""
    found = []
    for name in group.superclass_names:
        named = superclasses_named(index.class_table, group, name)
        if len(named) < 2:
            found.append(named[0].path if named else path_of(name))
    return found


@remembered(2000)
def variables_of(index: CodeIndex, path: tuple[str, ...]) -> Variables:
    """Answer the instance variables that a class declares, with the selectors that its methods send to each."""
    group = next(group for group in index.class_table.named(path[-1]) if group.path == path)
    found: dict[str, set[str]] = {name: set() for one in group.definitions for name in one.instance_variables}
    for method in index.methods_of(group.name, meta=False)[:_MOST_METHODS] if found else ():
        for name, selector in sends_to_names(method.tree):
            if name in found:
                found[name].add(selector)
    return {name: frozenset(selectors) for name, selectors in found.items()}


def sends_to_names(tree: Node | None) -> Iterator[tuple[str, str]]:
    """Yield (variable, selector) of each message that goes to a variable."""
    for node in walk(tree) if tree is not None else ():
        if isinstance(node, Send) and isinstance(node.receiver, Variable):
            yield node.receiver.name, node.selector
        elif isinstance(node, Cascade) and isinstance(node.receiver, Variable):
            yield from ((node.receiver.name, message.selector) for message in node.messages)
