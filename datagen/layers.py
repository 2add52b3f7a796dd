"""Which packages stand on which: references between the classes of two packages that all go in one direction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from checker.style.corpus import Corpus, Owner
from checker.style.rules import LEAST_CLASSES, LEAST_PACKAGES
from checker.style.tally import LEAST

LEAST_METHODS = 3
"""So many methods of a package must refer to another before it stands on it: each is a place of evidence."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Methods of the package `upper` refer to classes of `base`, which never refers back: they are given by their ids, in file order."""

    upper: str
    base: str
    methods: tuple[int, ...]


def layers_in(corpus: Corpus, categories: Mapping[str, str]) -> tuple[Layer, ...]:
    """Answer the layers that convention C20 shows in a corpus. `categories` are the packages by the word that C20 has for each.

    A package is a base where enough methods refer to it, from enough classes and packages, and it to none of theirs.
    """
    knows: dict[tuple[str, str], dict[int, Owner]] = {}
    for owner in corpus.owners.values():
        for upper, base in _known(corpus, owner):
            if upper in categories and base in categories:
                knows.setdefault((categories[upper], categories[base]), {})[owner.id] = owner
    found: dict[str, list[Layer]] = {}
    for (upper, base), owners in sorted(knows.items()):
        if len(owners) >= LEAST_METHODS and (base, upper) not in knows:
            found.setdefault(base, []).append(Layer(upper, base, tuple(owners)))
    return tuple(layer for base in sorted(found) if _is_base(found[base], knows) for layer in found[base])


def _known(corpus: Corpus, owner: Owner) -> Iterator[tuple[str, str]]:
    first, last = corpus.ranges.get(owner.id, (0, 0))
    for row in range(first, last):
        if corpus.texts[corpus.contexts[row]].startswith("C20 between "):
            upper, _, base = corpus.texts[corpus.values[row]].partition(" knows ")
            yield upper, base


def _is_base(layers: list[Layer], knows: Mapping[tuple[str, str], Mapping[int, Owner]]) -> bool:
    owners = {number: owner for layer in layers for number, owner in knows[layer.upper, layer.base].items()}
    classes = {owner.class_key for owner in owners.values()}
    return len(owners) >= LEAST and len(classes) >= LEAST_CLASSES and len(layers) >= LEAST_PACKAGES
