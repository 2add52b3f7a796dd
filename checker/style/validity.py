"""How far an adherence figure of this very house can be trusted: measured on held-out classes against methods of other houses."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from checker.conventions import CONVENTIONS
from checker.style.calibrate import Calibration, auc, fit, quantile
from checker.style.corpus import Corpus, Owner
from checker.style.counts import Chances
from checker.style.folds import Fold, fold_of
from checker.style.likelihood import Evidence
from checker.style.rulebook import Names, Rulebook
from checker.style.rules import Rule, mine_rules

ALARMS = 0.05
"""Of the house's own methods at most so many may be found fault with."""

_AIM = 0.03
_USUAL = 0.95
_SHUFFLES = 4


@dataclass(frozen=True, slots=True)
class Validity:
    """The validity report of a house. `auc_method` and the like are means over folds; None where there was too little to measure.

    `false_alarms` is the share of held-out methods of the house that `check` finds fault with; `null` is the AUC with shuffled labels;
    `stability` the share of rules of one half of the classes that the other half has too. `pairs` is how often a method ranks
    above itself with one convention broken.
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


def may_speak(rule: Rule) -> bool:
    """Answer whether a rule is certain enough that one deviation is worth a word."""
    return rule.share >= _USUAL and rule.lower >= CONVENTIONS[rule.code].voice


def worst_break(corpus: Corpus, owner: Owner, book: Rulebook) -> float:
    """Answer how strong the strongest rule is that a method breaks; 0 where it breaks none."""
    names = Names(owner.class_key, owner.root, owner.package)
    worst = 0.0
    for context, value in corpus.slots(owner.id):
        rule = book.decide(context, names)
        tolerated = rule is not None and value in CONVENTIONS[rule.code].tolerated
        if rule is not None and rule.value != value and not tolerated and may_speak(rule):
            worst = max(worst, rule.lower)
    return worst


def voice_of(corpus: Corpus, book: Rulebook) -> tuple[float, float | None]:
    """Answer how strong a rule must be to be spoken of, so that few of the house's own methods are found fault with; and the share that is.

    The strength is chosen on half of the classes, the share measured on the other half.
    """
    halves: tuple[list[float], list[float]] = ([], [])
    for owner in corpus.methods():
        halves[fold_of(f"voice {owner.class_key}") % 2].append(worst_break(corpus, owner, book))
    if not halves[0] or not halves[1]:
        return 1.0, None
    threshold = max(quantile(halves[0], 1 - _AIM), 1e-9)
    # Many methods can stand right at the threshold: then only what is stronger is spoken of.
    if sum(value >= threshold for value in halves[0]) > ALARMS * len(halves[0]):
        threshold += 1e-9
    return threshold, sum(value >= threshold for value in halves[1]) / len(halves[1])


def stability(corpus: Corpus, background: Chances) -> float | None:
    """Answer the share of the rules that one half of the classes has and the other half, where it says enough, has too."""
    parts = []
    for half in range(2):
        part = Corpus(corpus.texts, corpus.contexts, corpus.values, corpus.starts, corpus.ends)
        part.owners = {number: owner for number, owner in corpus.owners.items() if fold_of(f"half {owner.class_key}") % 2 == half}
        part.ranges = {number: corpus.ranges[number] for number in part.owners}
        parts.append({rule.context: rule for rule in mine_rules(part, background) if rule.scope == "all"})
    kept = [
        parts[1 - half][context].value == rule.value and parts[1 - half][context].lower >= 0.5
        for half in range(2)
        for context, rule in parts[half].items()
        if rule.in_force and context in parts[1 - half]
    ]
    return sum(kept) / len(kept) if kept else None
