"""A class as the conventions meet it: its definition, its methods in short, its relatives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from checker.conventions._page import ClassView
from stparse.index.model import IndexedClass, Outline


@dataclass(frozen=True)
class ClassPage:
    """One class. `expected` are the selectors that many of its siblings define, and `siblings` how many classes those are.

    Siblings are the other subclasses of its superclass; none are told of where there are few.
    """

    view: ClassView
    definition: IndexedClass
    methods: tuple[Outline, ...]
    siblings: int = 0
    expected: tuple[str, ...] = ()

    @cached_property
    def instance(self) -> frozenset[str]:
        return frozenset(method.selector for method in self.methods if not method.meta)

    @cached_property
    def meta(self) -> frozenset[str]:
        return frozenset(method.selector for method in self.methods if method.meta)
