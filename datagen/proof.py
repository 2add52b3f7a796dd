"""The proof of a data set from its written files alone: every line, every claim, every source, every table."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datagen import work
from datagen.companions import COMPANIONS, Companion, companion_of
from datagen.compile import Progress, batched, scan_all
from datagen.history import HISTORY, Commit, commit_of
from datagen.judging import based_on
from datagen.layout import BASE, INDEX, Written, file_digest, file_of, lines_of, part_of, parts_and_splits, record_of, written_of
from datagen.leaks import Bodies
from datagen.manifest import MANIFEST, needed_manifest
from datagen.oracle import Oracle
from datagen.pool import Workers, ordered_map
from datagen.sample import Sample, line_of
from datagen.subject import roots_of
from datagen.tableproof import differences
from datagen.tables import Tables
from datagen.tokens import OWN, tokens_of
from datagen.verify import WantedCollector, global_failures
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that does not hold; `sample` is an id, or None for a file as a whole."""

    file: str
    sample: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Proof:
    """How many samples and how many rows of tables were looked at, and what does not hold."""

    samples: int
    rows: int
    failures: tuple[Failure, ...]


def verify_dataset(folder: Path, jobs: int = 1, progress: Progress | None = None, tables: Tables | None = None) -> Proof:
    """Prove the data set in `folder`; its tables row by row where something is given that reads them, else by their digests.

    Raises BadInputError if there is no data set, or one of another version.
    """
    manifest = needed_manifest(folder)
    show = progress or (lambda phase, done, total: None)
    base = folder / BASE if "base" in manifest and (folder / BASE).is_file() else None
    with based_on(base), CodeIndex.open(folder / INDEX) as index:
        return _Proof(folder, manifest, index, base, jobs, show).run(tables)


class _Proof:
    """One run of the proof: two readings of the lines, with the scan of the sources in between."""

    def __init__(self, folder: Path, manifest: dict[str, Any], index: CodeIndex, base: Path | None, jobs: int, show: Progress) -> None:
        self._folder, self._manifest, self._index, self._jobs, self._show = folder, manifest, index, jobs, show
        self._base = base
        self._failures: list[Failure] = []
        self._count = 0

    def run(self, tables: Tables | None) -> Proof:
        collector = WantedCollector()
        homes: dict[str, str] = {}
        counts: Counter[tuple[str, str]] = Counter()
        tokens: Counter[tuple[str, str]] = Counter()
        for name, line, written in self._lines(self._note):
            self._count += 1
            sample = written.sample
            counts[sample.kind, sample.split] += 1
            tokens[sample.kind, sample.split] += written.tokens
            collector.add(sample)
            for reason in self._looked_at(name, line, written, homes):
                self._note(name, written.id, reason)
        self._files()
        self._counted(self._manifest["samples"], counts, "samples")
        self._counted(self._manifest["tokens"]["of"], tokens, "tokens")
        rows = self._tables(tables) if tables is not None else 0
        oracle = Oracle.of(
            self._index, scan_all(self._index, collector.wanted(), Workers(self._jobs), self._show), self._commits(), self._companions()
        )
        self._prove(oracle)
        self._leaks({root for root, split in homes.items() if split == "test"})
        return Proof(self._count, rows, tuple(self._failures))

    def _note(self, file: str, sample: str | None, reason: str) -> None:
        self._failures.append(Failure(file, sample, reason))

    def _commits(self) -> list[Commit]:
        """Answer the commits beside the samples, whose files must be those that git names so."""
        path, found = self._folder / HISTORY, []
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
            try:
                found.append(commit_of(line))
            except BadInputError as error:
                self._note(HISTORY, None, str(error))
        for commit in found:
            for name in (name for name, version in commit.versions() if not version.is_genuine):
                self._note(HISTORY, None, f"{name} is not what git names {commit.short}")
        return found

    def _companions(self) -> list[Companion]:
        """Answer the files beside the samples, which must be among those that the manifest names."""
        path, found = self._folder / COMPANIONS, []
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
            try:
                found.append(companion_of(line))
            except BadInputError as error:
                self._note(COMPANIONS, None, str(error))
        named = {(file["path"], file["digest"]) for file in self._manifest.get("companions", {}).get("files", ())}
        for file in found:
            if (file.path, file.digest) not in named:
                self._note(COMPANIONS, None, f"{file.path} is not the file that {MANIFEST} names")
        return found

    def _looked_at(self, name: str, line: str, written: Written, homes: dict[str, str]) -> Iterator[str]:
        sample = written.sample
        if written.id != sample.id:
            yield "the content is not what the id says"
        if name != file_of(part_of(sample.kind), sample.split):
            yield f"it says that it is a {sample.kind} in {sample.split}"
        if written.system != self._manifest["system"]:
            yield f"its system prompt is not that of {MANIFEST}"
        if self._manifest["tokens"]["counted_by"] == OWN.name and [written.tokens] != tokens_of([sample], written.system, OWN):
            yield f"it does not have {written.tokens} tokens"
        if line.rstrip("\n") != line_of(record_of(sample, system=written.system, tokens=written.tokens)):
            yield "its keys do not say the same: the conversation, the answer, or something that is not a sample's"
        split = name.partition("/")[2].removesuffix(".jsonl").replace("seen", "train")
        for root in roots_of(self._index, sample.sources):
            if homes.setdefault(root, split) != split:
                yield f"the hierarchy of {root} is in {homes[root]} too"

    def _lines(self, broken: Callable[[str, str | None, str], None] | None = None) -> Iterator[tuple[str, str, Written]]:
        for part, split in parts_and_splits():
            name = file_of(part, split)
            for number, line in lines_of(self._folder / name):
                try:
                    yield name, line, written_of(line)
                except BadInputError as error:
                    if broken is not None:
                        broken(name, None, f"line {number}: {error}")

    def _files(self) -> None:
        if self._manifest.get("base") != self._manifest["files"].get(BASE):
            self._note(MANIFEST, None, f"the base that it names is not {BASE}")
        for name, digest in self._manifest["files"].items():
            path = self._folder / name
            if not path.is_file() or file_digest(path) != digest:
                self._note(name, None, f"the file is not the one that {MANIFEST} names")

    def _leaks(self, roots: set[str]) -> None:
        bodies = Bodies.of(self._index, roots)
        for name, _, written in self._lines():
            leak = bodies.found_in_sample(written.sample) if written.sample.split == "train" else None
            if leak is not None:
                self._note(name, written.id, f"it shows the body of {leak}, which is for tests")

    def _counted(self, rows: Mapping[str, Mapping[str, int]], counts: Counter[tuple[str, str]], what: str) -> None:
        stated = {(kind, split): n for kind, row in rows.items() for split, n in row.items() if n}
        if stated != {key: n for key, n in counts.items() if n}:
            self._note(MANIFEST, None, f"the numbers of {what} are not those of the files")

    def _tables(self, tables: Tables) -> int:
        """Hold every table against its lines; answer the number of rows."""
        total = 0
        for part, split in parts_and_splits():
            name = file_of(part, split, tables.ending)
            if name in self._manifest["files"]:
                rows, found = differences(tables, self._folder / name, self._folder / file_of(part, split))
                total += rows
                for sample, reason in found:
                    self._note(name, sample, reason)
        return total

    def _prove(self, oracle: Oracle) -> None:
        pending: deque[list[tuple[str, str, Sample]]] = deque()

        def tasks() -> Iterator[list[Sample]]:
            found = ((name, written.id, written.sample) for name, _, written in self._lines())
            for batch in batched(found, 200):
                pending.append(batch)
                yield [sample for _, _, sample in batch]

        done = 0
        for found in ordered_map(work.prove_batch, tasks(), Workers(self._jobs), work.begin_local, (oracle.dialects, self._base)):
            for (name, stated, sample), local in zip(pending.popleft(), found, strict=True):
                for reason in (*local, *global_failures(sample, oracle)):
                    self._note(name, stated, reason)
                done += 1
            self._show("proving", done, self._count)
