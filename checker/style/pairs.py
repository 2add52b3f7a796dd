"""Pairs of a held-out method and itself with one convention broken: does the score tell which is the house's?"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from checker.conventions._page import MethodPage
from checker.style.background import PublicHouses
from checker.style.calibrate import Calibration
from checker.style.counts import Slot
from checker.style.extract import page_of, slots_of_method
from checker.style.folds import Fold
from checker.style.mutants import mutants_of
from checker.style.rulebook import Names, Rulebook
from checker.style.views import views_of
from stparse.index.model import Outline
from stparse.index.query import CodeIndex

_METHODS = 60
"""Methods of a fold that are changed, each in every way that there is."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The slots of a held-out method before and after one habit of it was changed.

    `won` is 1 where the original ranks above, 0.5 on a tie, else 0.
    """

    fold: int
    names: Names
    before: list[Slot]
    after: list[Slot]
    won: float


def pairs_of(
    index: CodeIndex, folds: Sequence[Fold], calibrations: Sequence[Calibration], public: PublicHouses, seed: int
) -> Iterator[Pair]:
    """Yield some held-out methods in every way that one habit can be changed; counts and calibration of a fold are those of the others."""
    chance = random.Random(f"{seed} pairs")  # noqa: S311 - a draw, not a secret
    views = views_of(index)
    protocols = _protocols(views.outlines)
    for number, (fold, calibration) in enumerate(zip(folds, calibrations, strict=True)):
        owners = chance.sample(fold.held, min(_METHODS, len(fold.held)))
        methods = {method.id: method for method in index.methods_with(owner.id for owner in owners)}
        for owner in owners:
            method = methods.get(owner.id)
            if method is None:
                continue
            view = views.of(method.class_name, method.file)
            page = page_of(method, view)
            if page is None or fold.likelihood is None:
                continue
            names = Names(view.key, view.root, view.package)
            slots = _slots(page)
            score = calibration.score(fold.likelihood.evidence(public.abstract(slots)))
            for _, mutant in mutants_of(page, protocols, chance):
                changed = page_of(mutant, view)
                if changed is not None:
                    after = _slots(changed)
                    other = calibration.score(fold.likelihood.evidence(public.abstract(after)))
                    yield Pair(number, names, slots, after, 1.0 if score > other else 0.5 if score == other else 0.0)


def ranked(pairs: Iterable[Pair], books: Sequence[Rulebook]) -> tuple[float | None, int]:
    """Answer the share of pairs in which the original ranks above, and the number of pairs.

    A pair counts where the change breaks a rule in force that the original keeps; what the house does not care about is no convention.
    The rules of a fold (`books`) are those of the other folds.
    """
    won = [
        pair.won for pair in pairs if _broken(pair.after, pair.names, books[pair.fold]) > _broken(pair.before, pair.names, books[pair.fold])
    ]
    return (sum(won) / len(won) if won else None), len(won)


def _slots(page: MethodPage) -> list[Slot]:
    return [(f"{code} {slot.context}", slot.value) for code, slot in slots_of_method(page, {})]


def _broken(slots: Iterable[Slot], names: Names, book: Rulebook) -> int:
    """Answer how many slots break a rule in force."""
    rules = ((book.decide(context, names), value) for context, value in slots)
    return sum(rule is not None and rule.value != value for rule, value in rules)


def _protocols(outlines: Iterable[Outline]) -> list[str]:
    """Answer the protocols that are used most."""
    counted = Counter(one.protocol for one in outlines if one.protocol and not one.protocol.startswith("*"))
    return sorted(counted, key=lambda name: (-counted[name], name))[:12]
