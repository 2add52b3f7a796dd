"""Mines the conventions of an index: slots, counts, rules, calibration and validity, written into the index file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from checker.style.background import PublicHouses, public_houses
from checker.style.corpus import Corpus, Owner, read_corpus
from checker.style.folds import abstract_counts, folds_of
from checker.style.pairs import ranked_pairs
from checker.style.rules import Rule, mine_rules
from checker.style.store import write
from checker.style.tally import tally_of
from checker.style.validity import Validity, calibration_of, cross_fitted, permutation_null, separation, stability
from checker.style.voice import books_without_folds, voice_of
from stparse.index.query import CodeIndex

_ENOUGH = 8_000
"""Methods that the validity is measured on, at most."""

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class House:
    """What is known of a house's style before it is written: all that `stc conventions mine` makes."""

    corpus: Corpus
    rules: list[Rule]
    meta: dict[str, Any] = field(default_factory=dict)

    @property
    def validity(self) -> Validity:
        return Validity(**self.meta["validity"])


def mine(index: CodeIndex, jobs: int = 1, progress: Progress | None = None, seed: int = 0) -> House:
    """Mine `index` and write what was found into its file; the same index gives the same rows, whatever `jobs` is."""
    tell = progress or (lambda phase, done, total: None)
    public = public_houses()
    house, counts = measured(index, public, jobs, tell, seed)
    tell("writing", 0, 1)
    write(index, house.corpus, counts, house.rules, house.meta)
    tell("writing", 1, 1)
    return house


def measured(
    index: CodeIndex, public: PublicHouses, jobs: int, tell: Progress, seed: int, paths: list[str] | None = None
) -> tuple[House, Any]:
    """Answer a house and its counts, with nothing written; `paths` restricts it to some files."""
    dialect = index.dialects[0][0] if index.dialects else ""
    corpus = read_corpus(index, jobs, paths, lambda done, total: tell("reading", done, total))
    background = public.background(dialect)
    tell("rules", 0, 1)
    tally = tally_of(corpus)
    rules = mine_rules(tally, background)
    books = books_without_folds(tally, background)
    voice, alarms = voice_of(corpus, books)
    tell("rules", 1, 1)
    part = _part(corpus)
    folds = folds_of(part, public, dialect, seed)
    calibrations = cross_fitted(folds)
    methods, classes, brier = separation(folds, calibrations)
    tell("validity", 1, 3)
    pairs, pairs_count = ranked_pairs(index, part, folds, calibrations, public, books, seed)
    tell("validity", 2, 3)
    same = sum(house.dialect == dialect for house in public.houses)
    others = f"{same} houses of {dialect}" if same >= 4 else f"{len(public.houses)} houses of other dialects"
    validity = Validity(
        sum(len(fold.own) for fold in folds), methods, classes, permutation_null(folds, seed), brier, alarms,
        stability(part, background), pairs, pairs_count, others,
    )  # fmt: skip
    tell("validity", 3, 3)
    calibration = calibration_of(folds)
    meta = {
        "validity": validity.as_dict(),
        "weights": dict(calibration.weights),
        "constant": calibration.constant,
        "voice": voice,
        "dialect": dialect,
        "methods": sum(1 for _ in corpus.methods()),
        "slots": len(corpus.contexts),
        "generated": corpus.generated,
        "failed": corpus.failed,
        "signed": _signed(corpus.owners.values()),
    }
    return House(corpus, rules, meta), abstract_counts(corpus, public, list(corpus.owners.values()))


def _signed(owners: Iterable[Owner]) -> int:
    return sum(bool(owner.author) for owner in owners)


def _part(corpus: Corpus) -> Corpus:
    """Answer a corpus of whole classes, large enough to measure on."""
    methods = sum(1 for _ in corpus.methods())
    if methods <= _ENOUGH:
        return corpus
    parts = max(1, methods // _ENOUGH)
    part = Corpus(corpus.texts, corpus.contexts, corpus.values, corpus.starts, corpus.ends)
    # Folds go by the same digest modulo 4, so the parts must not.
    part.owners = {number: owner for number, owner in corpus.owners.items() if sum(map(ord, owner.class_key)) % parts == 0}
    part.ranges = {number: corpus.ranges[number] for number in part.owners}
    return part
