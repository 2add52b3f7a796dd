"""From an index to a verified data set: make, scan, prove, filter, split, write; the same bytes for the same seed and sources.

The samples of a batch are spooled to a file as they come, so that memory follows the number of samples and not their size.
"""

from __future__ import annotations

import json
import platform
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TypeVar

from checker.base import base_bytes, load_base
from checker.messages import standing_of
from datagen import work
from datagen.chance import number_for
from datagen.companions import Companions
from datagen.generators import GENERATORS
from datagen.habits import Habits, mine_habits
from datagen.history import History
from datagen.judging import based_on, house_of
from datagen.keep import Card, fitting, keep
from datagen.layout import written_of
from datagen.leaks import Bodies
from datagen.licences import notices_of
from datagen.manifest import Recipe, stated_of, unchanged
from datagen.mentions import mentions_in
from datagen.oracle import Oracle, dialects_of
from datagen.pool import Workers, ordered_map
from datagen.redact import hidden_places
from datagen.resume import SoFar, work_folder
from datagen.sample import Sample
from datagen.scan import Evidence, Wanted
from datagen.split import assign, clone_pairs, split_of, torn_pairs
from datagen.tables import Tables
from datagen.tokens import OWN, TokenCounter
from datagen.units import Draft
from datagen.verify import WantedCollector, global_failures
from datagen.version import code_version
from datagen.write import Dataset, Writer, dataset_of
from stparse.index.changes import structure_of
from stparse.index.query import CodeIndex
from stparse.text import digest_of
from stparse.veil import Veil

Progress = Callable[[str, int, int], None]
"""Called with the name of a phase, and how much of how much is done."""

BATCH = {"selectors": 200, "classes": 40, "changes": 10, "mentions": 40, "methods": 200}
SPARE = 1.3
"""So many times more samples are made than can be kept, because filters drop some."""
RARE = 5
"""So many times more entities are drawn for a kind of which most of them have nothing."""
FEWEST = 500
"""Of a kind over methods at least so many are made, if there are so many methods."""
TOGETHER = 500
"""So many samples are read, counted and written at a time."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settings:
    """How a data set is made. Everything but `out`, `jobs`, `executor` and `cache` decides what is in it."""

    out: Path
    """The folder to write."""
    seed: int = 1
    """The same seed, sources and version give the same bytes."""
    jobs: int = 1
    """How many processes work; has no influence on the result."""
    executor: Executor | None = None
    """Who works instead of processes of this machine, `jobs` of them; they must see `out` under the same path."""
    limit: int = 60_000
    """About how many samples at most; entities are drawn from the code base when there are more."""
    share: float = 0.06
    """How much of the samples goes to validation, and as much again to test."""
    history: History = field(default_factory=History)
    """The last commits of the sources, where they lie in git and the user wants them."""
    companions: Companions = field(default_factory=Companions)
    """The TypeScript and Markdown beside the sources."""
    tool: str = "stc"
    """Name and version of the program, for the manifest."""
    system: str | None = None
    """The system prompt that every conversation begins with."""
    counter: TokenCounter = OWN
    """What counts the tokens that are stated of each sample; the filters go by our own estimate."""
    tables: Tables | None = None
    """What writes the samples as tables too."""
    base: Path | None = None
    """The user's own base facts, that all is judged with in place of those that come with stc; they are kept beside the samples."""
    veil: Veil | None = None
    """What hides secrets, as it did while the index was made."""
    cache: Path | None = None
    """The folder where what is made is kept for the next compilation to `out`, which makes only what differs; None: nothing is kept."""
    sources: tuple[Path, ...] = ()
    """Where the code came from: notices of licences are looked for there."""

    @property
    def workers(self) -> Workers:
        return Workers(self.jobs, self.executor, work_folder(self.out))


@dataclass(frozen=True, slots=True)
class _Spooled:
    """A draft without its text, and where in the spool that is."""

    draft: Draft
    offset: int
    size: int


def compile_dataset(index: CodeIndex, settings: Settings, progress: Progress | None = None) -> Dataset:
    """Write the data set of `index` to `settings.out`; an older data set there is replaced when the new one is whole."""
    show = progress or (lambda phase, done, total: None)
    writing = Writer(settings.out, settings.system, settings.counter, settings.tables)
    stated = stated_of(index, _recipe(index, settings))
    before = unchanged(settings.out, stated)
    if before is not None:
        return dataset_of(settings.out.absolute(), before)
    with (
        based_on(settings.base),
        SoFar(settings.out, index, _basis(index, settings), settings.cache) as so_far,
        writing as writer,
        tempfile.TemporaryFile(dir=writer.folder) as spool,
    ):
        maker = _Maker(index, settings, spool, so_far, show)
        maker.run()
        drafts = maker.drafts
        evidence = scan_all(index, maker.collector.wanted(), settings.workers, show)
        failed = _prove(Oracle.of(index, evidence, settings.history.commits, settings.companions.files), spool, drafts, show)
        kept, dropped, splits = _judge(index, drafts, failed, settings)
        bodies = Bodies.of(index, {root for root, split in splits.items() if split == "test"})
        cited: set[str] = set()
        for count, batch in enumerate(batched(kept, TOGETHER)):
            samples = [_placed(_read(spool, spooled), splits, settings.seed) for spooled in batch]
            cited.update(source.file for sample in samples for source in sample.sources)
            leaks = [bodies.found_in_sample(sample) if sample.split == "train" else None for sample in samples]
            writer.add([sample for sample, leak in zip(samples, leaks, strict=True) if leak is None])
            for sample, leak in zip(samples, leaks, strict=True):
                if leak is not None:
                    writer.drop(sample, "shows the body of a test method", leak)
            show("writing", count * TOGETHER + len(batch), len(kept))
        used = {commit for spooled in kept for commit in spooled.draft.commits}
        writer.keep_history(commit for commit in settings.history.commits if commit.short in used)
        writer.keep_companions(file for file in settings.companions.files if file.path in cited)
        for spooled, reason in dropped:
            writer.drop(_read(spool, spooled), reason, failed.get(spooled.offset) or spooled.draft.failed)
        writer.check(bodies)
        writer.list_hidden((*hidden_places(index), *settings.companions.hidden))
        if settings.base is not None:
            writer.keep_base(load_base(settings.base))
        return writer.finish(index, stated, dict(sorted(maker.passed_over.items())))


def _recipe(index: CodeIndex, settings: Settings) -> Recipe:
    decided: dict[str, object] = {"tool": settings.tool, "seed": settings.seed, "limit": settings.limit, "share": settings.share}
    if settings.history.heads:
        decided |= {"history": settings.history.to_json()}
    if settings.base is not None:
        decided["base"] = digest_of(base_bytes(load_base(settings.base)))
    tables = settings.tables.version if settings.tables else "none"
    versions = {"python": platform.python_version(), "tables": tables, "code": code_version()}
    notices = notices_of(index, settings.sources, settings.veil)
    return Recipe(decided, versions, settings.system, settings.counter, notices, settings.companions)


def _basis(index: CodeIndex, settings: Settings) -> str:
    """Answer what a unit rests on beside its entity and what is read of the index while it is made."""
    houses = [standing_of(house_of(index, dialect)) for dialect, _ in sorted(index.dialects)]
    base = digest_of(base_bytes(load_base(settings.base))) if settings.base is not None else None
    found = [settings.seed, code_version(), platform.python_version(), base, structure_of(index), houses]
    return digest_of(json.dumps(found).encode("utf-8", "surrogatepass"))


# Making


class _Maker:
    """Makes the drafts of all generators: of selectors and classes first, since their number says how many methods are of use."""

    def __init__(self, index: CodeIndex, settings: Settings, spool: BinaryIO, so_far: SoFar, show: Progress) -> None:
        self._index, self._settings, self._spool, self._so_far, self._show = index, settings, spool, so_far, show
        self.collector = WantedCollector()
        self.drafts: list[_Spooled] = []
        self.passed_over: Counter[str] = Counter()
        self._habits = Habits()
        self._offset = 0

    def run(self) -> None:
        self._show("mining conventions", 0, 1)
        # Once for the whole compilation: what is usual in a code base is not seen from a part of it.
        settings = self._settings
        self._habits = mine_habits(self._index, settings.jobs if settings.executor is None else 1)
        self._show("mining conventions", 1, 1)
        mentions = mentions_in(self._index, self._settings.companions)
        for over, entities, population in (
            ("selectors", _selectors(self._index), len(_selectors(self._index))),
            ("classes", _classes(self._index), len(_classes(self._index))),
            ("changes", self._settings.history.commits, len(self._settings.history.commits)),
            ("mentions", mentions, len(mentions)),
            ("methods", self._index.methods(), self._index.statistics().methods),
        ):
            self._make(f"making: {over}", self._batches(over, entities, population), population)

    def _batches(self, over: str, entities: Iterable[work.Entity], population: int) -> Iterator[work.Batch]:
        """Yield the entities in batches, each with the generators that are drawn for it."""
        found = [generator for _, generator in GENERATORS.items() if generator.over == over]
        most = self._most(len(found)) if over == "methods" else self._part
        chances = {g.name: SPARE * (RARE if g.rare else 1) * most / max(1, population) for g in found}
        for batch in batched(entities, BATCH[over]):
            drawn = tuple(tuple(g.name for g in found if self._is_drawn(g.name, entity, chances[g.name])) for entity in batch)
            yield work.Batch(tuple(batch), drawn)

    def _most(self, kinds: int) -> float:
        """Answer how many samples of a kind over methods can be kept, if there are `kinds` of them and these others."""
        counts = Counter(spooled.draft.kind for spooled in self.drafts)
        return max(FEWEST, fitting([min(n, self._part) for n in counts.values()] + [self._part] * kinds))

    @property
    def _part(self) -> int:
        """An equal part of the set for each kind."""
        return self._settings.limit // len(GENERATORS)

    def _is_drawn(self, generator: str, entity: work.Entity, chance: float) -> bool:
        drawn = chance >= 1 or number_for(self._settings.seed, f"draw {generator}", work.key_of(entity)) < chance * 2**64
        if not drawn:
            self.passed_over[generator] += 1
        return drawn

    def _make(self, phase: str, batches: Iterator[work.Batch], total: int) -> None:
        settings = self._settings
        dialects = dialects_of(self._index, settings.history.commits)
        base = settings.base.absolute() if settings.base is not None else None
        begun = (self._index.path.absolute(), settings.seed, dialects, base, self._habits)

        def run(unknown: Iterator[work.Batch]) -> Iterator[list[bytes]]:
            return ordered_map(work.make_batch, unknown, settings.workers, work.begin, begun)

        done = 0
        for count, units in self._so_far.made(batches, run):
            for unit in units:
                self.collector.join(unit.wanted)
                for draft in unit.drafts:
                    self._spool_draft(draft)
            done += count
            self._show(phase, done, total)

    def _spool_draft(self, draft: Draft) -> None:
        data = draft.line.encode("utf-8", "surrogatepass")
        self._spool.write(data)
        self.drafts.append(_Spooled(replace(draft, line=""), self._offset, len(data)))
        self._offset += len(data)


def _selectors(index: CodeIndex) -> list[str]:
    return sorted(index.implemented_selectors.keys() | index.sent_selectors.keys())


def _classes(index: CodeIndex) -> list[str]:
    return sorted({group.path[-1] for group in index.class_table.groups if not all(d.stub for d in group.definitions)})


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield `items` in lists of `size`."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


# Proving


def scan_all(index: CodeIndex, wanted: Wanted, workers: Workers, show: Progress) -> Evidence:
    """Read every method's source again and answer what is wanted of it."""
    total = index.statistics().methods
    evidence = Evidence()
    done = 0
    batches = batched(index.methods(), 400)
    for found in ordered_map(work.scan_batch, batches, workers, work.begin_scan, (wanted,)):
        evidence.join(found)
        done += 400
        show("scanning", min(done, total), total)
    return evidence


def _prove(oracle: Oracle, spool: BinaryIO, drafts: list[_Spooled], show: Progress) -> dict[int, str]:
    """Answer the reasons of the samples that the sources contradict, by their offset in the spool."""
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
    return written_of(spool.read(spooled.size).decode("utf-8", "surrogatepass")).sample


# Judging


def _placed(sample: Sample, splits: Mapping[str, str], seed: int) -> Sample:
    return replace(sample, split=split_of(sample, splits, sample.group, seed))


def _judge(
    index: CodeIndex, drafts: list[_Spooled], failed: dict[int, str], settings: Settings
) -> tuple[list[_Spooled], list[tuple[_Spooled, str]], dict[str, str]]:
    """Answer what is kept and what is dropped, in the order of chance that their ids are in, and the split of each hierarchy."""
    ordered = sorted(drafts, key=lambda spooled: (spooled.draft.id, spooled.offset))
    weights = Counter(root for spooled in ordered for root in spooled.draft.roots[:1])
    for spooled in ordered:
        for root in spooled.draft.roots:
            weights.setdefault(root, 0)
    pairs = clone_pairs(index)
    splits = assign(weights, pairs, settings.seed, settings.share)
    sound = [spooled.draft for spooled in ordered if spooled.draft.failed is None and spooled.offset not in failed]
    while more := torn_pairs(((draft.kind, draft.roots) for draft in sound), splits):
        pairs |= more
        splits = assign(weights, pairs, settings.seed, settings.share)
    cards = [_card(spooled, failed, splits) for spooled in ordered]
    _, dropped = keep(cards)
    kept = [spooled for position, spooled in enumerate(ordered) if position not in dropped]
    return kept, [(ordered[position], dropped[position]) for position in sorted(dropped)], splits


def _card(spooled: _Spooled, failed: dict[int, str], splits: dict[str, str]) -> Card:
    draft = spooled.draft
    found = tuple(sorted({splits[root] for root in draft.roots}))
    return Card(draft.id, draft.kind, draft.traits, draft.tokens, draft.sketch, found, draft.failed or failed.get(spooled.offset))
