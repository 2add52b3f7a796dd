"""Mutations: each file of this folder puts one kind of fault into a correct method.

    @mutation("N04", "syntax", rate=0.4)
    def mutate(reading: Reading, random: Random) -> Iterator[Mutant]: ...

A mutation promises the checker's code, and the place where the checker knows it. The code says of which family the fault is: `syntax`
is the parser's and needs the text alone, `names` and `messages` rest on what is around the method, an `idiom` is no error at all. Of the
family `definition` is what breaks the definition of a class, of the family `chunk` what breaks a file-out, of the family `habit` what
breaks a convention of the house and no rule of the language.
The claims of the sample (datagen/claims) hold it to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from stparse.registry import Registry


@dataclass(frozen=True, slots=True)
class Mutant:
    """A method with one fault: `text[start:start + len(now)]` is `now` where the original has `was`.

    `code` is what the checker must say of it; `place` the offset where it must say so, None where a fault of this kind
    shows itself somewhere behind the edit. `meant` is what its hint must name; `told` is what the answer tells instead of the
    hint: the mutation knows what stood there, and the checker can but guess. What it says in "it must be `...`" stands in the original.
    """

    text: str
    code: str
    start: int
    was: str
    now: str
    place: int | None = None
    meant: str | None = None
    told: str | None = None

    @property
    def original(self) -> str:
        return undone(self.text, self.start, self.was, self.now)

    @property
    def family(self) -> str:
        return family_of(self.code)


def family_of(code: str) -> str:
    """Answer of which family a fault is, by the code of the checker: what has to be known to see it."""
    return next((family for begin, family in _FAMILIES if code.startswith(begin)), "syntax")


LONGEST_QUOTED = 40
_FAMILIES = (("P", "syntax"), ("C", "names"), ("ST4", "messages"), ("ST", "idiom"), ("H", "habit"))
Mutate = Callable[[Any, Random], Iterator[Mutant]]
"""Of the family `definition` it is given a DefinitionReading, of `chunk` a FileOut, of `habit` a FiledReading, of all others a Reading."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """A kind of fault: what makes it, the families of its faults, and in which part of all methods it finds something to break.

    That part was measured (benchmarks/mutation_precision.py); a rare fault is preferred where it can be made, so that the
    common ones do not crowd it out.
    """

    mutate: Mutate
    families: frozenset[str]
    rate: float


MUTATIONS: Registry[Mutation] = Registry("mutation", __name__)


def mutation(name: str, families: str, *, rate: float) -> Callable[[Mutate], Mutate]:
    """Register a mutation under its number in the catalogue; `families` are separated by spaces."""

    def enter(mutate: Mutate) -> Mutate:
        MUTATIONS.register(name)(Mutation(mutate, frozenset(families.split()), rate))
        return mutate

    return enter


def undone(text: str, start: int, was: str, now: str) -> str:
    """Answer `text` before the edit."""
    return text[:start] + was + text[start + len(now) :]


def edited(
    text: str, start: int, end: int, now: str, code: str, place: int | None = None, *, meant: str | None = None, told: str | None = None
) -> Mutant:
    """Answer the mutant that has `now` in the place of `text[start:end]`; `place` counts in the mutant."""
    return Mutant(text[:start] + now + text[end:], code, start, text[start:end], now, place, meant, told)


def must_be(code: str) -> str | None:
    """Answer what is told of a place where `code` must stand, None where it cannot be quoted in a sentence."""
    return None if "`" in code or "\n" in code or len(code) > LONGEST_QUOTED else f"it must be `{code}`"
