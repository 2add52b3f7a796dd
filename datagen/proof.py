"""The proof of a data set from its written files alone: every line, every claim, every source."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from datagen import work
from datagen.compile import Progress, batched, scan_all
from datagen.history import HISTORY, Commit, commit_of
from datagen.oracle import Oracle
from datagen.pool import ordered_map
from datagen.sample import Sample, sample_of
from datagen.split import SPLITS
from datagen.subject import roots_of
from datagen.verify import WantedCollector, global_failures
from datagen.write import INDEX, MANIFEST, is_dataset
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
    """How many samples were looked at, and what does not hold."""

    samples: int
    failures: tuple[Failure, ...]


def verify_dataset(folder: Path, jobs: int = 1, progress: Progress | None = None) -> Proof:
    """Prove the data set in `folder`. Raises BadInputError if there is none."""
    if not is_dataset(folder):
        raise BadInputError(f"{folder} is no data set of stc (no {MANIFEST} of one); make one with: stc compile-dataset SOURCE... -o OUT")
    show = progress or (lambda phase, done, total: None)
    with CodeIndex.open(folder / INDEX) as index:
        proof = _Proof(folder, index, jobs, show)
        return proof.run()


class _Proof:
    """One run of the proof: two readings of the lines, with the scan of the sources in between."""

    def __init__(self, folder: Path, index: CodeIndex, jobs: int, show: Progress) -> None:
        self._folder, self._index, self._jobs, self._show = folder, index, jobs, show
        self._failures: list[Failure] = []
        self._count = 0

    def run(self) -> Proof:
        manifest = json.loads((self._folder / MANIFEST).read_text(encoding="utf-8"))
        collector = WantedCollector()
        homes: dict[str, str] = {}
        counts: Counter[tuple[str, str]] = Counter()
        for split, stated, sample in self._samples(self._note):
            self._count += 1
            counts[sample.kind, split] += 1
            collector.add(sample)
            for reason in self._looked_at(split, stated, sample, homes):
                self._note(split, stated, reason)
        self._files(manifest)
        self._counted(manifest, counts)
        oracle = Oracle.of(self._index, scan_all(self._index, collector.wanted(), self._jobs, self._show), self._commits())
        self._prove(oracle)
        return Proof(self._count, tuple(self._failures))

    def _commits(self) -> list[Commit]:
        """Answer the commits beside the samples, whose files must be those that git names so."""
        path, found = self._folder / HISTORY, []
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
            try:
                found.append(commit_of(line))
            except BadInputError as error:
                self._failures.append(Failure(HISTORY, None, str(error)))
        for commit in found:
            wrong = [name for name, version in commit.versions() if not version.is_genuine]
            self._failures.extend(Failure(HISTORY, None, f"{name} is not what git names {commit.short}") for name in wrong)
        return found

    def _note(self, split: str, sample: str | None, reason: str) -> None:
        self._failures.append(Failure(f"{split}.jsonl", sample, reason))

    def _looked_at(self, split: str, stated: str, sample: Sample, homes: dict[str, str]) -> Iterator[str]:
        if stated != sample.id:
            yield "the content is not what the id says"
        if sample.split != split:
            yield f"it says that it is in {sample.split}"
        for root in roots_of(self._index, sample.sources):
            if homes.setdefault(root, split) != split:
                yield f"the hierarchy of {root} is in {homes[root]} too"

    def _samples(self, broken: Callable[[str, str | None, str], None] | None = None) -> Iterator[tuple[str, str, Sample]]:
        for split in SPLITS:
            path = self._folder / f"{split}.jsonl"
            if not path.is_file():
                raise BadInputError(f"{path} is missing; make the data set anew")
            with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as file:
                for number, line in enumerate(file, 1):
                    try:
                        yield split, *sample_of(line)
                    except BadInputError as error:
                        if broken is not None:
                            broken(split, None, f"line {number}: {error}")

    def _files(self, manifest: dict[str, dict[str, str]]) -> None:
        for name, digest in manifest["files"].items():
            path = self._folder / name
            if not path.is_file() or _digest(path) != digest:
                self._failures.append(Failure(name, None, f"the file is not the one that {MANIFEST} names"))

    def _counted(self, manifest: dict[str, dict[str, dict[str, int]]], counts: Counter[tuple[str, str]]) -> None:
        stated = {(kind, split): n for kind, row in manifest["samples"].items() for split, n in row.items() if n}
        if stated != dict(counts):
            self._failures.append(Failure(MANIFEST, None, "the numbers of samples are not those of the files"))

    def _prove(self, oracle: Oracle) -> None:
        pending: deque[list[tuple[str, str, Sample]]] = deque()

        def tasks() -> Iterator[list[Sample]]:
            for batch in batched(self._samples(), 200):
                pending.append(batch)
                yield [sample for _, _, sample in batch]

        done = 0
        for found in ordered_map(work.prove_batch, tasks(), self._jobs, work.begin_local, (oracle.dialects,)):
            for (split, stated, sample), local in zip(pending.popleft(), found, strict=True):
                for reason in (*local, *global_failures(sample, oracle)):
                    self._note(split, stated, reason)
                done += 1
            self._show("proving", done, self._count)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
