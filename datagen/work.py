"""What the worker processes of a compilation do: make samples of a batch of entities, and scan a batch of methods."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress
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
from datagen.near import sketch
from datagen.sample import Sample
from datagen.scan import Evidence, Wanted, scan
from datagen.subject import roots_of
from datagen.units import Draft, Unit, packed
from datagen.verify import WantedCollector, local_failures
from stparse.index.model import MethodDef
from stparse.index.noting import NotingIndex, file_key
from stparse.index.query import CodeIndex
from stparse.index.reads import few, note, note_all, recorded
from stparse.text import digest_of

Entity = MethodDef | Commit | Mention | str
"""What a generator is called for: a method, a commit, what a companion says, or a selector or class by name."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Entities, and for each the generators that were drawn for it."""

    entities: tuple[Entity, ...]
    generators: tuple[tuple[str, ...], ...]

    def pairs(self) -> Iterator[tuple[Entity, tuple[str, ...]]]:
        """Yield each entity with its generators."""
        return zip(self.entities, self.generators, strict=True)

    def only(self, chosen: Sequence[Sequence[bool]]) -> Batch:
        """Answer the batch of those generators of each entity for which `chosen` says so."""
        found = [(entity, tuple(compress(names, these))) for (entity, names), these in zip(self.pairs(), chosen, strict=True)]
        left = [(entity, names) for entity, names in found if names]
        return Batch(tuple(entity for entity, _ in left), tuple(names for _, names in left))


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
    _state.index = NotingIndex.open(path)
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


def make_batch(batch: Batch) -> list[bytes]:
    """Answer the units of a batch, packed, in the order of entities and generators."""
    return [_made(entity, name) for entity, names in batch.pairs() for name in names]


def _made(entity: Entity, name: str) -> bytes:
    collector = WantedCollector()
    drafts = []
    with recorded() as reads:
        if isinstance(entity, MethodDef):
            note(file_key(entity.file))
        for sample in GENERATORS[name].make(_state.index, random_for(_state.seed, name, key_of(entity)), entity):
            drafts.append(_draft(sample))
            if drafts[-1].failed is None:
                collector.add(sample)
    return packed(Unit(tuple(drafts), collector.wanted() if drafts else Wanted()), few(reads))


def key_of(entity: Any) -> str:
    """Answer what names an entity in every index of the same sources."""
    if isinstance(entity, Commit):
        return entity.id
    if isinstance(entity, Mention):
        return entity.key
    return f"{entity.file}:{entity.span.start}" if isinstance(entity, MethodDef) else str(entity)


def identity_of(entity: Entity) -> str:
    """Answer what tells an entity from others of its kind, with all of it that is not in the index."""
    if isinstance(entity, Commit):
        return digest_of(entity.to_line().encode("utf-8", "surrogatepass"))
    return repr(entity) if isinstance(entity, Mention) else key_of(entity)


def random_for(seed: int, generator: str, key: str) -> Random:
    """Answer the source of chance of one generator for one entity."""
    return Random(number_for(seed, generator, key))  # noqa: S311 - chance, not secrecy


def _draft(sample: Sample) -> Draft:
    # A sample tells of places, and its verdict may rest on the dialect of the file.
    note_all(file_key(source.file) for source in sample.sources)
    note_all(file_key(place.rpartition(":")[0]) for claim in sample.claims for place in claim.places)
    failed = local_failures(sample, _state.dialects)
    roots = roots_of(_state.index, sample.sources)
    # The traits travel beside the line; they are no part of it.
    line = line_for(replace(sample, traits=frozenset()))
    commits = tuple(dict.fromkeys(commit for source in sample.sources if (commit := commit_in(source.file))))
    return Draft(line, sample.id, sample.kind, sample.traits, sample.tokens, sketch(sample), roots, "; ".join(failed) or None, commits)
