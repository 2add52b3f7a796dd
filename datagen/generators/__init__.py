"""Generators: each file of this folder makes one kind of sample from the index.

A generator is called once for each entity that it is `over`, with a Random of its own, so that neither the division of the
work nor the number of processes can change what it makes:

    @generator("qa.implementors", over="selectors")
    def make(index: CodeIndex, random: Random, selector: str) -> Iterator[Sample]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from datagen.sample import Sample
from stparse.registry import Registry

Over = Literal["selectors", "classes", "changes", "mentions", "methods"]
Make = TypeVar("Make", bound=Callable[..., Iterator[Sample]])


@dataclass(frozen=True, slots=True)
class Generator:
    """A kind of sample: what makes it, and over which entities: selectors and classes by name, methods as MethodDef, changes
    as the Commit that made them, mentions as what a file beside the Smalltalk says of a class or method.

    Of a `rare` kind more entities are drawn, because few of them have what it asks about; it must see quickly that one has not.
    """

    name: str
    over: Over
    make: Callable[[Any, Any, Any], Iterator[Sample]]
    rare: bool = False


GENERATORS: Registry[Generator] = Registry("generator", __name__)


def generator(name: str, *, over: Over, rare: bool = False) -> Callable[[Make], Make]:
    """Register a generator under the name of the kind that it makes."""

    def enter(make: Make) -> Make:
        GENERATORS.register(name)(Generator(name, over, make, rare))
        return make

    return enter
