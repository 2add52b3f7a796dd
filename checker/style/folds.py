"""Held-out methods of a house beside methods of other houses, as evidence: what calibration and the validity report are made of."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from checker.style.background import PublicHouses
from checker.style.corpus import Corpus, Owner
from checker.style.counts import Counts, Slot
from checker.style.likelihood import Evidence, Likelihood

FOLDS = 4
LEAST_SLOTS = 3
"""Below so many slots nothing is said of a method."""

_METHODS = 300
_NEAR_DUPLICATE = 12
_BUCKET = 4
_CLASSES = 40
_OF_A_CLASS = 5
_TOGETHER = 8
"""The methods of a sample stand class by class, eight of each."""


@dataclass(slots=True)
class Fold:
    """Held-out methods and as many methods of other houses, matched in size; and whole classes of both, a few methods of each."""

    own: list[Evidence] = field(default_factory=list)
    others: list[Evidence] = field(default_factory=list)
    own_classes: list[list[Evidence]] = field(default_factory=list)
    other_classes: list[list[Evidence]] = field(default_factory=list)
    likelihood: Likelihood | None = None
    held: list[Owner] = field(default_factory=list)


def fold_of(name: str) -> int:
    """Answer the fold of a class or house by its name."""
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "big") % FOLDS


def abstract_counts(corpus: Corpus, public: PublicHouses, owners: Sequence[Owner]) -> Counts:
    """Count the slots of `owners` without the house's own names."""
    counted: dict[Slot, float] = {}
    for slot, count in corpus.counted(owners):
        for known in public.abstract((slot,)):
            counted[known] = counted.get(known, 0.0) + count
    counts = Counts()
    for known, count in counted.items():
        counts.add((known,), count)
    return counts


def folds_of(corpus: Corpus, public: PublicHouses, dialect: str, seed: int, houses: Sequence[Sequence[str]] | None = None) -> list[Fold]:
    """Answer the folds: classes held out of the house's counts, other houses held out of the background.

    `houses` are the names of the other houses of each fold; by default all are dealt out, those of the dialect evenly.
    """
    owners = [owner for owner in corpus.owners.values() if owner.id in corpus.ranges]
    by_fold: list[list[Owner]] = [[] for _ in range(FOLDS)]
    for owner in owners:
        by_fold[fold_of(owner.class_key)].append(owner)
    counts = abstract_counts(corpus, public, owners)
    dealt = houses or deal(public, dialect)
    found = []
    for number in range(FOLDS):
        held = by_fold[number]
        slots = {owner.id: public.abstract(corpus.slots(owner.id)) for owner in held}
        less = Counts()
        for owner in held:
            less.add(slots[owner.id], owner.weight)
        likelihood = Likelihood(counts, public.background(dialect, without=dealt[number]), less)
        shapes = {owner.shape for part in by_fold if part is not held for owner in part if owner.shape is not None}
        methods = [owner for owner in held if _is_worth(owner, len(slots[owner.id]), shapes)]
        chance = random.Random(f"{seed} {number}")  # noqa: S311 - a draw, not a secret
        found.append(_fold(methods, slots, likelihood, _pool(public, dealt[number]), chance))
    return found


def _is_worth(owner: Owner, slots: int, shapes: set[int]) -> bool:
    """Answer whether a held-out method tells anything: it has slots, and is no near duplicate of one that was counted."""
    duplicate = owner.shape in shapes and slots >= _NEAR_DUPLICATE
    return not owner.is_class and slots >= LEAST_SLOTS and not duplicate


def deal(public: PublicHouses, dialect: str) -> list[list[str]]:
    """Answer the houses that each fold is told apart from: those of the dialect where there are enough, dealt out in turn."""
    same = sorted(house.name for house in public.houses if house.dialect == dialect and house.sample)
    names = same if len(same) >= FOLDS else sorted(house.name for house in public.houses if house.sample)
    return [names[number::FOLDS] for number in range(FOLDS)]


_Pool = dict[int, list[tuple[str, tuple[Slot, ...]]]]


def _pool(public: PublicHouses, houses: Sequence[str]) -> _Pool:
    """Answer the methods of `houses` by their size."""
    pool: _Pool = {}
    for house in public.houses:
        if house.name in houses:
            for place, row in enumerate(house.sample):
                if len(row) >= LEAST_SLOTS:
                    pool.setdefault(len(row) // _BUCKET, []).append((f"{house.name} {place // _TOGETHER}", row))
    return pool


def _fold(methods: list[Owner], slots: dict[int, list[Slot]], likelihood: Likelihood, pool: _Pool, chance: random.Random) -> Fold:
    fold = Fold(held=methods, likelihood=likelihood)
    for owner in chance.sample(methods, min(_METHODS, len(methods))):
        near = pool.get(len(slots[owner.id]) // _BUCKET)
        if near:
            _, row = chance.choice(near)
            fold.own.append(likelihood.evidence(slots[owner.id]))
            fold.others.append(likelihood.evidence(row))
    own: dict[str, list[Sequence[Slot]]] = {}
    others: dict[str, list[Sequence[Slot]]] = {}
    for owner in methods:
        own.setdefault(owner.class_key, []).append(slots[owner.id])
    for rows in pool.values():
        for group, row in rows:
            others.setdefault(group, []).append(row)
    fold.own_classes, fold.other_classes = (_classes(found, likelihood, chance) for found in (own, others))
    return fold


def _classes(found: dict[str, list[Sequence[Slot]]], likelihood: Likelihood, chance: random.Random) -> list[list[Evidence]]:
    """Answer the evidence of some classes that have enough methods, of a few methods each."""
    large = sorted(name for name, rows in found.items() if len(rows) >= _OF_A_CLASS)
    taken = chance.sample(large, min(_CLASSES, len(large)))
    return [[likelihood.evidence(row) for row in chance.sample(found[name], min(_TOGETHER, len(found[name])))] for name in taken]
