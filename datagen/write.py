"""The folder of a data set: samples as JSONL and tables, manifest, card, report, what was dropped, the index; whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from checker.base import BaseFacts, base_bytes
from datagen.card import card_text
from datagen.companions import COMPANIONS, Companion
from datagen.coverage import coverage_of
from datagen.folders import put_back, replace_folder
from datagen.history import HISTORY, Commit
from datagen.layout import (
    BASE,
    CARD,
    INDEX,
    PARTS,
    REPORT,
    file_digest,
    file_of,
    lines_of,
    part_of,
    parts_and_splits,
    record_of,
    written_of,
)
from datagen.leaks import Bodies
from datagen.manifest import MANIFEST, manifest_of, read_manifest
from datagen.report import report_text
from datagen.sample import Sample, line_of
from datagen.tables import Tables, TableWriter
from datagen.tally import Tally
from datagen.tokens import TokenCounter, tokens_of
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError, StcError

DROPPED = "dropped.jsonl"
REDACTED = "redacted.jsonl"


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set as it was written: `counts` by kind and split, `dropped` by reason."""

    name: str
    folder: Path
    digest: str
    seed: int
    counts: dict[str, dict[str, int]]
    dropped: dict[str, int]
    skipped: dict[str, int]
    manifest: dict[str, Any]

    @property
    def samples(self) -> int:
        return sum(sum(row.values()) for row in self.counts.values())


class Writer:
    """Fills a folder beside the one that is asked for, and puts it in its place when all is written.

    `system` begins every conversation; without `tables` there is JSONL alone.
    """

    def __init__(self, out: Path, system: str | None, counter: TokenCounter, tables: Tables | None) -> None:
        self._out = out.absolute()
        check_replaceable(self._out)
        self.folder = self._out.with_name(f".{self._out.name}.partial")
        self._system, self._counter, self._tables = system, counter, tables
        self._files: dict[str, BinaryIO] = {}
        self._writers: dict[str, TableWriter] = {}
        self._digests: dict[str, Any] = defaultdict(hashlib.sha256)
        self._tally = Tally()

    def __enter__(self) -> Writer:
        try:
            put_back(self._out)
            if self.folder.exists():
                shutil.rmtree(self.folder)
            for part in PARTS:
                (self.folder / part).mkdir(parents=True)
            for name in (*(file_of(part, split) for part, split in parts_and_splits()), DROPPED, REDACTED):
                self._files[name] = (self.folder / name).open("wb")
        except OSError as error:
            raise StcError(f"{self._out} cannot be written: {error.strerror or error}") from error
        if self._tables is not None:
            for part, split in parts_and_splits():
                name = file_of(part, split, self._tables.ending)
                self._writers[file_of(part, split)] = self._tables.writer(self.folder / name, part)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, samples: Sequence[Sample]) -> None:
        """Write samples, each to the file of its form and split."""
        for sample, tokens in zip(samples, tokens_of(samples, self._system, self._counter), strict=True):
            name = file_of(part_of(sample.kind), sample.split)
            record = record_of(sample, system=self._system, tokens=tokens)
            self._line(name, line_of(record))
            if self._tables is not None:
                self._writers[name].add(record)
            self._tally.add(sample, tokens)

    def drop(self, sample: Sample, reason: str, detail: str | None) -> None:
        """Note a sample that was dropped, and why."""
        self._tally.drop(sample, reason)
        first = sample.sources[0] if sample.sources else None
        found = {
            "id": sample.id,
            "kind": sample.kind,
            "reason": reason,
            "detail": detail,
            "question": sample.prompt.text.split("\n", 1)[0][:200],
            "file": first and first.file,
            "class": first and first.class_name,
            "selector": first and first.selector,
        }
        self._line(DROPPED, line_of(found))

    def check(self, bodies: Bodies) -> None:
        """Read what is to be trained on again. Raises StcError if a test method's body is in it: such a set must not be."""
        for part in PARTS:
            name = file_of(part, "train")
            self._files[name].flush()
            for number, line in lines_of(self.folder / name):
                leak = bodies.found_in_sample(written_of(line).sample)
                if leak is not None:
                    raise StcError(f"{name}:{number} shows the body of {leak}, which is for tests; please report it: nothing was written")

    def keep_history(self, commits: Iterable[Commit]) -> None:
        """Write the commits that samples speak of, so that these can be proved without the repository."""
        self._beside(HISTORY, (commit.to_line() for commit in commits))

    def keep_companions(self, files: Iterable[Companion]) -> None:
        """Write the files beside the Smalltalk that samples quote, so that these can be proved without them."""
        self._beside(COMPANIONS, (file.to_line() for file in files))

    def _beside(self, name: str, lines: Iterable[str]) -> None:
        for line in lines:
            if name not in self._files:
                self._files[name] = (self.folder / name).open("wb")
            self._line(name, line)

    def keep_base(self, facts: BaseFacts) -> None:
        """Write the base facts that the samples were judged with: the proof needs no other file."""
        data = base_bytes(facts)
        self._files[BASE] = (self.folder / BASE).open("wb")
        self._files[BASE].write(data)
        self._digests[BASE].update(data)

    def _line(self, name: str, line: str) -> None:
        data = line.encode("utf-8", "backslashreplace") + b"\n"
        self._files[name].write(data)
        self._digests[name].update(data)

    def list_hidden(self, places: Iterable[Mapping[str, str | int]]) -> None:
        """Write where something was hidden."""
        for place in places:
            self._line(REDACTED, line_of(place))

    def finish(self, index: CodeIndex, stated: dict[str, Any], passed_over: Mapping[str, int]) -> Dataset:
        """Write manifest, card and report, put the index beside them, and move the folder to its place."""
        self._close()
        shutil.copyfile(index.path, self.folder / INDEX)
        manifest = manifest_of(stated, self._tally, coverage_of(index, self._tally), self._all_digests(), passed_over)
        self._text(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
        self._text(CARD, card_text(self._out.name, manifest))
        self._text(REPORT, report_text(self._out.name, manifest))
        self._move()
        return dataset_of(self._out, manifest)

    def _close(self) -> None:
        with ExitStack() as stack:
            for close in (*(f.close for f in self._files.values()), *(w.close for w in self._writers.values())):
                stack.callback(close)
        self._writers = {}

    def _text(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8", newline="\n")

    def _all_digests(self) -> Mapping[str, str]:
        digests = {name: self._digests[name].hexdigest() for name in self._files}
        if self._tables is not None:
            names = [file_of(part, split, self._tables.ending) for part, split in parts_and_splits()]
            digests |= {name: file_digest(self.folder / name) for name in names}
        return digests

    def _move(self) -> None:
        try:
            replace_folder(self.folder, self._out)
        except OSError as error:
            raise StcError(f"{self._out} cannot be written: {error.strerror or error}") from error


def dataset_of(folder: Path, manifest: dict[str, Any]) -> Dataset:
    """Answer the data set in `folder` as its manifest tells of it."""
    skipped = dict(Counter(item["reason"] for item in manifest["skipped"]))
    return Dataset(folder.name, folder, manifest["digest"], manifest["seed"], manifest["samples"], manifest["dropped"], skipped, manifest)


def check_replaceable(out: Path) -> None:
    """Raise BadInputError if there is something at `out` that is neither empty nor a data set of stc."""
    if not out.exists():
        return
    if not out.is_dir():
        raise BadInputError(f"{out} is a file; give a folder with -o")
    if any(out.iterdir()) and not is_dataset(out):
        raise BadInputError(f"{out} holds something else than a data set of stc, and is left alone; give another folder with -o")


def is_dataset(folder: Path) -> bool:
    """Whether `folder` is a data set that stc has written."""
    return read_manifest(folder) is not None
