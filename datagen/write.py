"""The folder of a data set: JSONL for each split, manifest, card, what was dropped, and the index; written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from datagen.card import card_text
from datagen.history import HISTORY, Commit
from datagen.sample import Sample, line_of
from datagen.split import SPLITS
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError, StcError
from stparse.text import digest_of

MANIFEST = "manifest.json"
INDEX = "index.sqlite"
DROPPED = "dropped.jsonl"
FORMAT = 1


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
    """Fills a folder beside the one that is asked for, and puts it in its place when all is written."""

    def __init__(self, out: Path) -> None:
        self._out = out.absolute()
        check_replaceable(self._out)
        self.folder = self._out.with_name(f".{self._out.name}.partial")
        self._files: dict[str, BinaryIO] = {}
        self._digests: dict[str, Any] = defaultdict(hashlib.sha256)
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._dropped: Counter[str] = Counter()
        self._groups: defaultdict[str, set[str]] = defaultdict(set)

    def __enter__(self) -> Writer:
        try:
            if self.folder.exists():
                shutil.rmtree(self.folder)
            self.folder.mkdir(parents=True)
            for name in (*(f"{split}.jsonl" for split in SPLITS), DROPPED):
                self._files[name] = (self.folder / name).open("wb")
        except OSError as error:
            raise StcError(f"{self._out} cannot be written: {error.strerror or error}") from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for file in self._files.values():
            file.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, kind: str, group: str, split: str, line: str) -> None:
        """Write a sample, which is in no split yet, to the file of its split."""
        self._counts[kind][split] += 1
        self._groups[split].add(group)
        # In the text of a sample every quote is escaped: this can be nothing but the key.
        self._line(f"{split}.jsonl", line.replace('"split":""', f'"split":"{split}"', 1))

    def drop(self, sample: Sample, reason: str, detail: str | None) -> None:
        """Note a sample that was dropped, and why."""
        self._dropped[reason] += 1
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

    def keep_history(self, commits: Iterable[Commit]) -> None:
        """Write the commits that samples speak of, so that these can be proved without the repository."""
        for commit in commits:
            if HISTORY not in self._files:
                self._files[HISTORY] = (self.folder / HISTORY).open("wb")
            self._line(HISTORY, commit.to_line())

    def _line(self, name: str, line: str) -> None:
        data = line.encode("utf-8", "backslashreplace") + b"\n"
        self._files[name].write(data)
        self._digests[name].update(data)

    def finish(self, index: CodeIndex, settings: Mapping[str, object], passed_over: Mapping[str, int]) -> Dataset:
        """Write manifest and card, put the index beside them, and move the folder to its place."""
        for file in self._files.values():
            file.close()
        shutil.copyfile(index.path, self.folder / INDEX)
        manifest = self._manifest(index, settings, passed_over)
        text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
        (self.folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
        (self.folder / "README.md").write_text(card_text(self._out.name, manifest), encoding="utf-8", newline="\n")
        self._move()
        return Dataset(
            self._out.name,
            self._out,
            manifest["digest"],
            manifest["seed"],
            manifest["samples"],
            manifest["dropped"],
            dict(Counter(item["reason"] for item in manifest["skipped"])),
            manifest,
        )

    def _manifest(self, index: CodeIndex, settings: Mapping[str, object], passed_over: Mapping[str, int]) -> dict[str, Any]:
        digests = {name: self._digests[name].hexdigest() for name in sorted(self._files)}
        statistics = index.statistics()
        whole = digest_of(line_of([digests[f"{split}.jsonl"] for split in SPLITS]).encode())
        return {
            "format": FORMAT,
            **settings,
            "digest": whole,
            "files": digests,
            "samples": {kind: {split: found[split] for split in SPLITS} for kind, found in sorted(self._counts.items())},
            "dropped": dict(sorted(self._dropped.items(), key=lambda item: (-item[1], item[0]))),
            "passed_over": dict(passed_over),
            "groups": {split: len(self._groups[split]) for split in SPLITS},
            "code": {
                "files": statistics.files,
                "classes": statistics.classes,
                "methods": statistics.methods,
                "broken": statistics.broken,
                "dialects": dict(statistics.dialects),
            },
            "inputs": [{"path": f.path, "digest": f.digest, "dialect": f.dialect, "encoding": f.encoding} for f in index.files()],
            "skipped": [{"path": s.path, "reason": s.reason} for s in index.skipped()],
        }

    def _move(self) -> None:
        old = self._out.with_name(f".{self._out.name}.old")
        try:
            if old.exists():
                shutil.rmtree(old)
            if self._out.exists():
                self._out.rename(old)
            self.folder.rename(self._out)
        except OSError as error:
            raise StcError(f"{self._out} cannot be written: {error.strerror or error}") from error
        shutil.rmtree(old, ignore_errors=True)


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
    try:
        return str(json.loads((folder / MANIFEST).read_text(encoding="utf-8")).get("tool", "")).startswith("stc")
    except (OSError, ValueError, AttributeError):
        return False
