"""All that is measured on held-out code before the rules of the house are known: most of the validity report, and the calibration."""

from __future__ import annotations

from dataclasses import dataclass

from checker.style.background import PublicHouses
from checker.style.calibrate import Calibration
from checker.style.corpus import Corpus
from checker.style.folds import folds_of
from checker.style.pairs import Pair, pairs_of
from checker.style.validity import calibration_of, cross_fitted, permutation_null, separation, stability
from stparse.index.query import CodeIndex


@dataclass(frozen=True, slots=True)
class Measured:
    """Numbers of the validity report (see Validity), the calibration of all folds, and the pairs that the rules are still to judge."""

    methods: int
    auc_method: float | None
    auc_class: float | None
    brier: float | None
    null: float | None
    stability: float | None
    calibration: Calibration
    pairs: list[Pair]


def measure(index: CodeIndex, corpus: Corpus, public: PublicHouses, dialect: str, seed: int) -> Measured:
    """Measure a corpus of whole classes."""
    folds = folds_of(corpus, public, dialect, seed)
    calibrations = cross_fitted(folds)
    methods, classes, brier = separation(folds, calibrations)
    pairs = list(pairs_of(index, folds, calibrations, public, seed))
    null = permutation_null(folds, seed)
    steady = stability(corpus, public.background(dialect))
    return Measured(sum(len(fold.own) for fold in folds), methods, classes, brier, null, steady, calibration_of(folds), pairs)
