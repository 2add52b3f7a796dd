"""A class as the conventions meet it: its definition, its methods in short, its relatives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from checker.conventions._page import ClassView
from stparse.index.model import IndexedClass, Outline


@dataclass(frozen=True)
class ClassPage:
    """One class. `siblings` are the selectors of the instance side of each other subclass of its superclass, by class."""

    view: ClassView
    definition: IndexedClass
    methods: tuple[Outline, ...]
    siblings: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def instance(self) -> frozenset[str]:
        return frozenset(method.selector for method in self.methods if not method.meta)

    @cached_property
    def meta(self) -> frozenset[str]:
        return frozenset(method.selector for method in self.methods if method.meta)
