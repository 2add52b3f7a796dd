"""What the names of a method can mean: the class it is compiled for, and the globals around it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import Protocol


class Meaning(Enum):
    """What a name that no method, block or temporary declares stands for."""

    INSTANCE = "instance variable"
    SHARED = "class, class-side, pool or shared variable"
    CLASS = "class"
    GLOBAL = "global"
    UNDECLARED = "undeclared"
    # The superclass chain or the base image is not known far enough to say.
    UNKNOWN = "unknown"


class Names(Protocol):
    """Looks up the names that the text itself does not declare."""

    def meaning(self, name: str) -> Meaning:
        """Answer what `name` stands for."""

    def near(self, name: str) -> tuple[str, ...]:
        """Answer known names that look like `name`, the nearest first."""

    @property
    def underscores(self) -> bool:
        """Whether names with "_" are in use around here."""


@dataclass(frozen=True, slots=True)
class GivenNames:
    """Names from plain sets: for tests, for snippets with a class context of their own, and for what an index gives.

    `closed` says that every instance variable is known: the whole superclass chain is. `base` says that the base
    image's globals are known; without it a capitalised name that is not listed is unknown, never undeclared.
    """

    instance_variables: frozenset[str] = frozenset()
    shared_variables: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    globals: frozenset[str] = frozenset()
    closed: bool = True
    base: bool = False
    underscores: bool = False

    def meaning(self, name: str) -> Meaning:
        if name in self.instance_variables:
            return Meaning.INSTANCE
        if name in self.shared_variables:
            return Meaning.SHARED
        if name in self.classes:
            return Meaning.CLASS
        if name in self.globals:
            return Meaning.GLOBAL
        if name[:1].isupper():
            return Meaning.UNDECLARED if self.base else Meaning.UNKNOWN
        return Meaning.UNDECLARED if self.closed else Meaning.UNKNOWN

    def near(self, name: str) -> tuple[str, ...]:
        return nearest(name, (*self.instance_variables, *self.shared_variables, *self.classes, *self.globals))


def nearest(name: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Answer up to `most` of the known names that look like `name`, the nearest first."""
    length = len(name)
    near = sorted(word for word in set(known) if abs(len(word) - length) <= 3)
    return tuple(get_close_matches(name, near, n=most, cutoff=0.75))
