"""Mutations: each file of this folder puts one kind of fault into a correct method.

    @mutation("N04")
    def mutate(method: MethodDef, random: Random) -> Iterator[Mutant]: ...

A mutation promises the parser's code, and the place where it knows it; datagen/verify.py holds it to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from stparse.index.model import MethodDef
from stparse.registry import Registry


@dataclass(frozen=True, slots=True)
class Mutant:
    """A method with one fault: `text[start:start + len(now)]` is `now` where the original has `was`.

    `code` is what the parser must say of it; `place` the offset where it must say so, None where a fault of this kind
    shows itself somewhere behind the edit.
    """

    text: str
    code: str
    start: int
    was: str
    now: str
    place: int | None = None

    @property
    def original(self) -> str:
        return undone(self.text, self.start, self.was, self.now)


Mutate = Callable[[MethodDef, Random], Iterator[Mutant]]

MUTATIONS: Registry[Mutate] = Registry("mutation", __name__)


def mutation(name: str) -> Callable[[Mutate], Mutate]:
    """Register a mutation under its number in the catalogue."""
    return MUTATIONS.register(name)


def undone(text: str, start: int, was: str, now: str) -> str:
    """Answer `text` before the edit."""
    return text[:start] + was + text[start + len(now) :]


def edited(text: str, start: int, end: int, now: str, code: str, place: int | None = None) -> Mutant:
    """Answer the mutant that has `now` in the place of `text[start:end]`; `place` counts in the mutant."""
    return Mutant(text[:start] + now + text[end:], code, start, text[start:end], now, place)
