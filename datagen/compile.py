"""From an index to a verified data set: make, scan, prove, filter, split, write; the same bytes for the same seed and sources.

The samples of a batch are spooled to a file as they come, so that memory follows the number of samples and not their size.
"""

from __future__ import annotations

import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TypeVar

from datagen import work
from datagen.generators import GENERATORS, Over
from datagen.keep import Card, keep
from datagen.pool import ordered_map
from datagen.sample import Sample, sample_of
from datagen.scan import Evidence, Wanted
from datagen.split import assign, clone_pairs
from datagen.verify import Oracle, WantedCollector, global_failures
from datagen.write import Dataset, Writer
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

Progress = Callable[[str, int, int], None]
"""Called with the name of a phase, and how much of how much is done."""

BATCH: dict[Over, int] = {"selectors": 200, "classes": 40, "methods": 200}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settings:
    """How a data set is made. Everything but `out` and `jobs` decides what is in it."""

    out: Path
    """The folder to write."""
    seed: int = 1
    """The same seed, sources and version give the same bytes."""
    jobs: int = 1
    """How many processes work; has no influence on the result."""
    limit: int = 60_000
    """About how many samples at most; entities are drawn from the code base when there are more."""
    share: float = 0.06
    """How much of the samples goes to validation, and as much again to test."""
    tool: str = "stc"
    """Name and version of the program, for the manifest."""


@dataclass(frozen=True, slots=True)
class _Spooled:
    """A draft without its text, and where in the spool that is."""

    draft: work.Draft
    offset: int
    size: int


def compile_dataset(index: CodeIndex, settings: Settings, progress: Progress | None = None) -> Dataset:
    """Write the data set of `index` to `settings.out`; an older data set there is replaced when the new one is whole."""
    show = progress or (lambda phase, done, total: None)
    with Writer(settings.out) as writer, tempfile.TemporaryFile(dir=writer.folder) as spool:
        collector = WantedCollector()
        drafts = list(_make(index, settings, spool, collector, show))
        evidence = scan_all(index, collector.wanted(), settings.jobs, show)
        failed = _prove(index, evidence, spool, drafts, show)
        kept, dropped, splits = _judge(index, drafts, failed, settings)
        for count, spooled in enumerate(kept, 1):
            sample = _read(spool, spooled)
            writer.add(sample.with_split(splits[spooled.draft.roots[0]]))
            show("writing", count, len(kept))
        for spooled, reason in dropped:
            writer.drop(_read(spool, spooled), reason, failed.get(spooled.offset) or spooled.draft.failed)
        return writer.finish(index, _settings_of(settings))


def _settings_of(settings: Settings) -> dict[str, object]:
    return {"tool": settings.tool, "seed": settings.seed, "limit": settings.limit, "share": settings.share}


# Making


def _make(index: CodeIndex, settings: Settings, spool: BinaryIO, collector: WantedCollector, show: Progress) -> Iterator[_Spooled]:
    total = sum(_populations(index).values())
    done = 0
    offset = 0
    for drafts, size in _drafts(index, settings):
        for draft in drafts:
            data = draft.line.encode("utf-8", "surrogatepass")
            spool.write(data)
            if draft.failed is None:
                collector.add(sample_of(draft.line)[1])
            yield _Spooled(replace(draft, line=""), offset, len(data))
            offset += len(data)
        done += size
        show("making", min(done, total), total)


def _drafts(index: CodeIndex, settings: Settings) -> Iterator[tuple[list[work.Draft], int]]:
    """Yield the drafts of each batch of entities, and how many entities those were."""
    sizes: deque[int] = deque()

    def noted() -> Iterator[work.Batch]:
        for batch in _batches(index, settings):
            sizes.append(len(batch.entities))
            yield batch

    for drafts in ordered_map(work.make_batch, noted(), settings.jobs, work.begin, (index.path, settings.seed)):
        yield drafts, sizes.popleft()


def _populations(index: CodeIndex) -> dict[Over, int]:
    return {"selectors": len(_selectors(index)), "classes": len(_classes(index)), "methods": index.statistics().methods}


def _selectors(index: CodeIndex) -> list[str]:
    return sorted(index.implemented_selectors.keys() | index.sent_selectors.keys())


def _classes(index: CodeIndex) -> list[str]:
    return sorted({group.path[-1] for group in index.class_table.groups if not all(d.stub for d in group.definitions)})


def _batches(index: CodeIndex, settings: Settings) -> Iterator[work.Batch]:
    """Yield the entities in batches, each with the generators that are drawn for it."""
    populations = _populations(index)
    weights = sum(generator.weight for _, generator in GENERATORS.items())
    for over, entities in _entities(index):
        found = [generator for _, generator in GENERATORS.items() if generator.over == over]
        # A little more than fits: filters drop some.
        chances = {g.name: 1.3 * settings.limit * g.weight / weights / max(1, populations[over]) for g in found}
        for batch in batched(entities, BATCH[over]):
            drawn = tuple(tuple(g.name for g in found if _is_drawn(settings.seed, g.name, e, chances[g.name])) for e in batch)
            yield work.Batch(tuple(batch), drawn)


def _entities(index: CodeIndex) -> Iterator[tuple[Over, Iterable[MethodDef | str]]]:
    yield "selectors", _selectors(index)
    yield "classes", _classes(index)
    yield "methods", index.methods()


def _is_drawn(seed: int, generator: str, entity: MethodDef | str, chance: float) -> bool:
    return chance >= 1 or work.number_for(seed, f"draw {generator}", work.key_of(entity)) < chance * 2**64


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield `items` in lists of `size`."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


# Proving


def scan_all(index: CodeIndex, wanted: Wanted, jobs: int, show: Progress) -> Evidence:
    """Read every method's source again and answer what is wanted of it."""
    total = index.statistics().methods
    evidence = Evidence()
    done = 0
    batches = batched(index.methods(), 400)
    for found in ordered_map(work.scan_batch, batches, jobs, work.begin_scan, (wanted,)):
        evidence.join(found)
        done += 400
        show("scanning", min(done, total), total)
    return evidence


def _prove(index: CodeIndex, evidence: Evidence, spool: BinaryIO, drafts: list[_Spooled], show: Progress) -> dict[int, str]:
    """Answer the reasons of the samples that the sources contradict, by their offset in the spool."""
    oracle = Oracle.of(index, evidence)
    failed: dict[int, str] = {}
    for count, spooled in enumerate(drafts, 1):
        if spooled.draft.failed is None:
            reasons = global_failures(_read(spool, spooled), oracle)
            if reasons:
                failed[spooled.offset] = "; ".join(reasons)
        show("proving", count, len(drafts))
    return failed


def _read(spool: BinaryIO, spooled: _Spooled) -> Sample:
    spool.seek(spooled.offset)
    return sample_of(spool.read(spooled.size).decode("utf-8", "surrogatepass"))[1]


# Judging


def _judge(
    index: CodeIndex, drafts: list[_Spooled], failed: dict[int, str], settings: Settings
) -> tuple[list[_Spooled], list[tuple[_Spooled, str]], dict[str, str]]:
    """Answer what is kept and what is dropped, in the order of chance that their ids are in, and the split of each hierarchy."""
    ordered = sorted(drafts, key=lambda spooled: (spooled.draft.id, spooled.offset))
    weights = Counter(root for spooled in ordered for root in spooled.draft.roots[:1])
    for spooled in ordered:
        for root in spooled.draft.roots:
            weights.setdefault(root, 0)
    splits = assign(weights, clone_pairs(index), settings.seed, settings.share)
    cards = [_card(spooled, failed, splits) for spooled in ordered]
    _, dropped = keep(cards)
    kept = [spooled for position, spooled in enumerate(ordered) if position not in dropped]
    return kept, [(ordered[position], dropped[position]) for position in sorted(dropped)], splits


def _card(spooled: _Spooled, failed: dict[int, str], splits: dict[str, str]) -> Card:
    draft = spooled.draft
    found = tuple(sorted({splits[root] for root in draft.roots}))
    return Card(draft.id, draft.kind, draft.traits, draft.tokens, draft.near, found, draft.failed or failed.get(spooled.offset))
