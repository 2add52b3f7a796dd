"""Pairs of a held-out method and itself with one convention broken: does the score tell which is the house's?"""

from __future__ import annotations

import random
from collections.abc import Sequence

from checker.conventions._page import ClassView, MethodPage
from checker.style.background import PublicHouses
from checker.style.calibrate import Calibration
from checker.style.corpus import Corpus
from checker.style.counts import Slot
from checker.style.extract import page_of, slots_of_method
from checker.style.folds import Fold
from checker.style.mutants import mutants_of
from checker.style.rulebook import Names, Rulebook
from checker.style.views import views_of
from stparse.index.query import CodeIndex

_METHODS = 60
"""Methods of a fold that are changed, each in every way that there is."""


def ranked_pairs(
    index: CodeIndex,
    corpus: Corpus,
    folds: Sequence[Fold],
    calibrations: Sequence[Calibration],
    public: PublicHouses,
    books: Sequence[Rulebook],
    seed: int,
) -> tuple[float | None, int]:
    """Answer the share of pairs in which the original ranks above, a tie counting half, and the number of pairs.

    A pair is one where the change breaks a rule in force that the original keeps; what the house does not care about is no convention.
    Rules (`books`), counts and calibration of a fold are those of the other folds.
    """
    chance = random.Random(f"{seed} pairs")  # noqa: S311 - a draw, not a secret
    views = views_of(index)
    protocols = _protocols(index)
    won, count = 0.0, 0
    for fold, calibration, book in zip(folds, calibrations, books, strict=True):
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
            slots = _slots(page)
            broken = _broken(slots, view, book)
            score = calibration.score(fold.likelihood.evidence(public.abstract(slots)))
            for _, mutant in mutants_of(page, protocols, chance):
                changed = page_of(mutant, view)
                if changed is None:
                    continue
                after = _slots(changed)
                if len(_broken(after, view, book)) > len(broken):
                    other = calibration.score(fold.likelihood.evidence(public.abstract(after)))
                    won += 1.0 if score > other else 0.5 if score == other else 0.0
                    count += 1
    return (won / count if count else None), count


def _slots(page: MethodPage) -> list[Slot]:
    return [(f"{code} {slot.context}", slot.value) for code, slot in slots_of_method(page, {})]


def _broken(slots: Sequence[Slot], view: ClassView, book: Rulebook) -> list[Slot]:
    names = Names(view.key, view.root, view.package)
    found = []
    for context, value in slots:
        rule = book.decide(context, names)
        if rule is not None and rule.value != value:
            found.append((context, value))
    return found


def _protocols(index: CodeIndex) -> list[str]:
    """Answer the protocols that are used most."""
    counted: dict[str, int] = {}
    for outline in index.outlines():
        if outline.protocol and not outline.protocol.startswith("*"):
            counted[outline.protocol] = counted.get(outline.protocol, 0) + 1
    return sorted(counted, key=lambda name: (-counted[name], name))[:12]
