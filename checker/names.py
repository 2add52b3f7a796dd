"""What the names of a method can mean: the class it is compiled for, and the globals around it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from functools import lru_cache
from typing import Protocol

_MANY = 300
_WORD = re.compile(r"[^\W\d]\w*")


CONSTANTS = frozenset(("nil", "true", "false"))
PSEUDO_VARIABLES = CONSTANTS | {"self", "super", "thisContext"}


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
        if name in self.classes or (name[:1].isupper() and _last_part(name) in self.classes):
            return Meaning.CLASS
        if name in self.globals:
            return Meaning.GLOBAL
        if name[:1].isupper():
            return Meaning.UNDECLARED if self.base else Meaning.UNKNOWN
        return Meaning.UNDECLARED if self.closed else Meaning.UNKNOWN

    def near(self, name: str) -> tuple[str, ...]:
        return nearest(name, (*self.instance_variables, *self.shared_variables, *self.classes, *self.globals))


def words_in(text: str) -> frozenset[str]:
    """Answer what a text of another language may use of the variables around it."""
    return frozenset(_WORD.findall(text))


def _last_part(name: str) -> str:
    return name.rpartition(".")[2].rpartition("::")[2]


def nearest(name: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Answer up to `most` of the known names that look like `name`, the nearest first.

    Of a frozenset of many names only those are compared that begin or end like `name`; the sorting of them is remembered.
    """
    if isinstance(known, frozenset) and len(known) > _MANY:
        shapes = _by_shape(known)
        known = (*shapes.get(name[:2].lower(), ()), *shapes.get(_end(name), ()))
    near = {word for word in known if abs(len(word) - len(name)) <= 3}
    return tuple(get_close_matches(name, sorted(near), n=most, cutoff=0.75))


def _end(name: str) -> str:
    # The blank keeps it apart from beginnings.
    return " " + name[-4:].lower()


@lru_cache(maxsize=8)
def _by_shape(known: frozenset[str]) -> dict[str, list[str]]:
    """Answer the names by how they begin and by how they end."""
    found: dict[str, list[str]] = {}
    for word in known:
        found.setdefault(word[:2].lower(), []).append(word)
        found.setdefault(_end(word), []).append(word)
    return found
