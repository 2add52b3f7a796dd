"""What the worker processes of a compilation do: make samples of a batch of entities, and scan a batch of methods."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from datagen.chance import number_for
from datagen.companions import Mention
from datagen.generators import GENERATORS
from datagen.habits import Habits, use_habits
from datagen.history import Commit, commit_in
from datagen.judging import use_base
from datagen.layout import line_for
from datagen.near import Sketch, sketch
from datagen.sample import Sample
from datagen.scan import Evidence, Wanted, scan
from datagen.subject import roots_of
from datagen.verify import WantedCollector, local_failures
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

Entity = MethodDef | Commit | Mention | str
"""What a generator is called for: a method, a commit, what a companion says, or a selector or class by name."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A sample as its line of JSON, with what the filters need to know of it. `failed` says which claim it breaks by itself."""

    line: str
    id: str
    kind: str
    traits: frozenset[str]
    tokens: int
    sketch: Sketch
    roots: tuple[str, ...]
    failed: str | None
    commits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """The drafts of a batch, and what a scan must look for to prove them."""

    drafts: tuple[Draft, ...]
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Batch:
    """Entities, and for each the generators that were drawn for it."""

    entities: tuple[Entity, ...]
    generators: tuple[tuple[str, ...], ...]


class _State(threading.local):
    """What a thread of a worker keeps between its batches: SQLite wants a connection of its own in each."""

    index: CodeIndex
    dialects: dict[str, str]
    seed: int
    wanted: Wanted


_state = _State()


def begin(path: Path, seed: int, dialects: dict[str, str], base: Path | None, habits: Habits) -> None:
    """Open the index in this process, and judge with this base and by these habits of the house."""
    use_base(base)
    use_habits(path, habits)
    _state.index = CodeIndex.open(path)
    _state.dialects = dialects
    _state.seed = seed


def begin_scan(wanted: Wanted) -> None:
    """Remember in this process what is wanted of the scan."""
    _state.wanted = wanted


def begin_local(dialects: dict[str, str], base: Path | None) -> None:
    """Remember in this process the dialects of the files, and judge with this base."""
    use_base(base)
    _state.dialects = dialects


def scan_batch(methods: Sequence[MethodDef]) -> Evidence:
    """Answer what the sources of methods say."""
    return scan(methods, _state.wanted)


def prove_batch(samples: Sequence[Sample]) -> list[list[str]]:
    """Answer the failures that samples show by themselves."""
    return [local_failures(sample, _state.dialects) for sample in samples]


def make_batch(batch: Batch) -> Made:
    """Answer the samples of a batch of entities, in the order of entities and generators."""
    drafts = []
    collector = WantedCollector()
    for entity, names in zip(batch.entities, batch.generators, strict=True):
        for name in names:
            random = random_for(_state.seed, name, key_of(entity))
            for sample in GENERATORS[name].make(_state.index, random, entity):
                drafts.append(_draft(sample))
                if drafts[-1].failed is None:
                    collector.add(sample)
    return Made(tuple(drafts), collector.wanted())


def key_of(entity: Any) -> str:
    """Answer what names an entity in every index of the same sources."""
    if isinstance(entity, Commit):
        return entity.id
    if isinstance(entity, Mention):
        return entity.key
    return f"{entity.file}:{entity.span.start}" if isinstance(entity, MethodDef) else str(entity)


def random_for(seed: int, generator: str, key: str) -> Random:
    """Answer the source of chance of one generator for one entity."""
    return Random(number_for(seed, generator, key))  # noqa: S311 - chance, not secrecy


def _draft(sample: Sample) -> Draft:
    failed = local_failures(sample, _state.dialects)
    roots = roots_of(_state.index, sample.sources)
    # The traits travel beside the line; they are no part of it.
    line = line_for(replace(sample, traits=frozenset()))
    commits = tuple(dict.fromkeys(commit for source in sample.sources if (commit := commit_in(source.file))))
    return Draft(line, sample.id, sample.kind, sample.traits, sample.tokens, sketch(sample), roots, "; ".join(failed) or None, commits)
