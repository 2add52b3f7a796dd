"""How far an adherence figure of this very house can be trusted: measured on held-out classes against methods of other houses."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from checker.style.calibrate import Calibration, auc, fit
from checker.style.corpus import Corpus
from checker.style.counts import Chances
from checker.style.folds import Fold, fold_of
from checker.style.likelihood import Evidence
from checker.style.rules import rules_of
from checker.style.tally import tally_of

_SHUFFLES = 4


@dataclass(frozen=True, slots=True)
class Validity:
    """The validity report of a house. `auc_method` and the like are means over folds; None where there was too little to measure.

    `false_alarms` is the share of held-out methods of the house that rules of the other classes find fault with; `null` is the AUC with
    shuffled labels; `stability` the share of rules of one half of the classes that the other half has too. `pairs` is how often a held-out
    method ranks above itself with one convention of the other classes broken.
    """

    methods: int
    auc_method: float | None
    auc_class: float | None
    null: float | None
    brier: float | None
    false_alarms: float | None
    stability: float | None
    pairs: float | None
    pairs_count: int
    others: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def verdict(self) -> str:
        """What the numbers say, in a sentence."""
        if self.auc_method is None:
            return "too little code to tell whether this house has a style"
        if self.auc_method < 0.65:
            return "this house has hardly a style of its own: an adherence figure says little"
        return "the figure tells this house from others" + (", in most cases" if self.auc_method < 0.8 else "")

    @property
    def line(self) -> str:
        """The report in one line, which goes with every adherence figure."""
        said = [
            f"validity: AUC method {_number(self.auc_method)}, class {_number(self.auc_class)}, shuffled {_number(self.null)}",
            f"pairs {_number(self.pairs)}",
            f"false alarms {_percent(self.false_alarms)}",
            f"stability {_percent(self.stability)}",
        ]
        return f"{', '.join(said)} (held-out, identifiers abstracted, against {self.others})"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def calibration_of(folds: Sequence[Fold]) -> Calibration:
    """Fit the calibration on all folds: every method was held out of the counts that it was judged by."""
    return fit([one for fold in folds for one in fold.own], [one for fold in folds for one in fold.others])


def cross_fitted(folds: Sequence[Fold]) -> list[Calibration]:
    """Answer for each fold a calibration that was fitted on the others."""
    return [calibration_of([other for other in folds if other is not fold]) for fold in folds]


def separation(folds: Sequence[Fold], calibrations: Sequence[Calibration]) -> tuple[float | None, float | None, float | None]:
    """Answer AUC of methods, AUC of classes, and the Brier score, as means over the folds that have enough."""
    methods, classes, brier = [], [], []
    for fold, calibration in zip(folds, calibrations, strict=True):
        if len(fold.own) < 20:
            continue
        own, others = ([calibration.score(one) for one in part] for part in (fold.own, fold.others))
        methods.append(auc(own, others))
        one, other = ([fmean(map(calibration.score, rows)) for rows in part] for part in (fold.own_classes, fold.other_classes))
        if len(one) >= 3 and len(other) >= 3:
            classes.append(auc(one, other))
        brier += [(1 - calibration.probability(each)) ** 2 for each in fold.own]
        brier += [calibration.probability(each) ** 2 for each in fold.others]
    return tuple(fmean(each) if each else None for each in (methods, classes, brier))  # type: ignore[return-value]


def permutation_null(folds: Sequence[Fold], seed: int) -> float | None:
    """Answer the AUC of methods where house and others are shuffled before anything is fitted: 0.5 if nothing leaks."""
    chance = random.Random(seed)  # noqa: S311 - a draw, not a secret
    found = []
    for _ in range(_SHUFFLES):
        shuffled = []
        for fold in folds:
            both: list[Evidence] = [*fold.own, *fold.others]
            chance.shuffle(both)
            half = len(both) // 2
            shuffled.append(Fold(both[:half], both[half:]))
        value = separation(shuffled, cross_fitted(shuffled))[0]
        if value is not None:
            found.append(value)
    return fmean(found) if found else None


def stability(corpus: Corpus, background: Chances) -> float | None:
    """Answer the share of the rules that one half of the classes has and the other half, where it says enough, has too."""
    parts = []
    for half in range(2):
        part = Corpus(corpus.texts, corpus.contexts, corpus.values, corpus.starts, corpus.ends)
        part.owners = {number: owner for number, owner in corpus.owners.items() if fold_of(f"half {owner.class_key}") % 2 == half}
        part.ranges = {number: corpus.ranges[number] for number in part.owners}
        parts.append({rule.context: rule for rule in rules_of(tally_of(part), background, scopes=())})
    kept = [
        parts[1 - half][context].value == rule.value and parts[1 - half][context].lower >= 0.5
        for half in range(2)
        for context, rule in parts[half].items()
        if rule.in_force and context in parts[1 - half]
    ]
    return sum(kept) / len(kept) if kept else None
