"""Mines the conventions of an index: slots, counts, rules, calibration and validity, written into the index file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from checker.style.background import PublicHouses, public_houses
from checker.style.corpus import Corpus, Owner, read_corpus
from checker.style.crew import crew_of
from checker.style.folds import FOLDS, abstract_counts, fold_of
from checker.style.measure import measure
from checker.style.pairs import ranked
from checker.style.rulebook import Rulebook
from checker.style.rules import Rule, mine_rules
from checker.style.store import write
from checker.style.tally import tally_of
from checker.style.validity import Validity
from checker.style.voice import voice_of
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
    with crew_of(index, jobs, paths) as crew:
        corpus = read_corpus(index, crew, paths, lambda done, total: tell("reading", done, total))
        tell("rules", 0, 1)
        # What asks for no rules is measured beside.
        measuring = crew.begin(measure, _part(corpus), public, dialect, seed)
        tally = tally_of(corpus)
        # What was held out has no part in the book of its fold.
        rules, others = mine_rules(tally, public.background(dialect), [fold_of(unit.class_key) for unit in tally.units])
        books = [Rulebook(found) for found in others]
        voice, alarms = voice_of(corpus, books)
        counts = abstract_counts(corpus, public, list(corpus.owners.values()))
        tell("rules", 1, 1)
        found = measuring()
        pairs, pairs_count = ranked(found.pairs, books)
    tell("validity", 1, 1)
    same = sum(house.dialect == dialect for house in public.houses)
    validity = Validity(
        methods=found.methods,
        auc_method=found.auc_method,
        auc_class=found.auc_class,
        null=found.null,
        brier=found.brier,
        false_alarms=alarms,
        stability=found.stability,
        pairs=pairs,
        pairs_count=pairs_count,
        others=f"{same} houses of {dialect}" if same >= FOLDS else f"{len(public.houses)} houses of other dialects",
    )
    meta = {
        "validity": validity.as_dict(),
        "weights": dict(found.calibration.weights),
        "constant": found.calibration.constant,
        "voice": voice,
        "dialect": dialect,
        "methods": sum(1 for _ in corpus.methods()),
        "slots": len(corpus.contexts),
        "generated": corpus.generated,
        "failed": corpus.failed,
        "signed": _signed(corpus.owners.values()),
    }
    return House(corpus, rules, meta), counts


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
