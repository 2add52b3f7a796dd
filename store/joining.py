"""A compiled data set and what people decided, as one data set to train on: what is wrong is left out, what they taught is put in."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datagen.folders import replace_folder
from datagen.layout import BASE, INDEX, file_of, lines_of, parts_and_splits, written_of
from datagen.leaks import Bodies
from datagen.manifest import MANIFEST, needed_manifest
from datagen.sample import line_of
from store.exports import MANIFEST as EXPORT
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError


@dataclass(frozen=True, slots=True)
class Joined:
    """What was joined: `added` examples of the store, `left_out` samples of the data set that people found wrong, and `leaking` examples of
    the store that show the body of a method of the test or validation part."""

    digest: str
    added: tuple[str, ...]
    left_out: int
    leaking: tuple[str, ...]


def join(data: Path, export: Path, refused: Collection[str], out: Path) -> Joined:
    """Write the data set in `data`, joined with an export of the store, to the folder `out`, whole or not at all.

    It is what training and evaluation read: samples, index, manifest. The files are the same whenever the inputs are. Raises BadInputError
    where one of the folders is not what it should be.
    """
    manifest = needed_manifest(data)
    if not (export / EXPORT).is_file():
        raise BadInputError(f"{export} is no export of the store; stc store export writes one")
    partial = out.with_name(f".{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name in (INDEX, BASE):
        if (data / name).is_file():
            shutil.copyfile(data / name, partial / name)
    writer = _Writer(data, export, frozenset(refused), _bodies(data))
    files = {name: writer.write(partial, part, split) for part, split in parts_and_splits() for name in [file_of(part, split)]}
    digest = hashlib.sha256(line_of([manifest["digest"], *files.values()]).encode()).hexdigest()
    said = json.loads((export / EXPORT).read_text(encoding="utf-8"))
    joined = {"dataset": manifest["digest"], "export": said["digest"], "audit": said["audit"], "added": len(writer.added)}
    counts = {kind: {split: n for (k, split), n in writer.counts.items() if k == kind} for kind in sorted({k for k, _ in writer.counts})}
    new = {**manifest, "digest": digest, "files": files, "samples": counts, "joined": {**joined, "left_out": writer.left_out}}
    (partial / MANIFEST).write_text(json.dumps(new, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    replace_folder(partial, out)
    return Joined(digest, tuple(writer.added), writer.left_out, tuple(writer.leaking))


def _bodies(data: Path) -> Bodies:
    """Answer the bodies that are kept from the training part of a data set."""
    files = (data / file_of(part, split) for part, split in parts_and_splits() if split in ("validation", "test"))
    withheld = {group for file in files for _, line in lines_of(file) if (group := written_of(line).sample.group)}
    with CodeIndex.open(data / INDEX) as index:
        return Bodies.of(index, withheld)


class _Writer:
    """Writes the files of a joined data set, one after the other."""

    def __init__(self, data: Path, export: Path, refused: frozenset[str], bodies: Bodies) -> None:
        self._data, self._export, self._refused, self._bodies = data, export, refused, bodies
        self.added: list[str] = []
        self.leaking: list[str] = []
        self.left_out = 0
        self.counts: Counter[tuple[str, str]] = Counter()

    def write(self, folder: Path, part: str, split: str) -> str:
        """Write one file; answer its digest."""
        path, digest = folder / file_of(part, split), hashlib.sha256()
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            for line in self._lines(part, split):
                data = line.encode("utf-8", "surrogateescape")
                file.write(data)
                digest.update(data)
        return digest.hexdigest()

    def _lines(self, part: str, split: str) -> Iterator[str]:
        known = set()
        for _, line in lines_of(self._data / file_of(part, split)):
            said = json.loads(line)
            known.add(said["id"])
            if said["id"] in self._refused:
                self.left_out += 1
                continue
            yield self._counted(line, said, split)
        for _, line in lines_of(self._export / file_of(part, split)):
            said = json.loads(line)
            if said["provenance"]["origin"] == "dataset" or said["id"] in known:
                continue
            if split == "train" and self._bodies.found_in_sample(written_of(line).sample) is not None:
                self.leaking.append(said["id"])
                continue
            self.added.append(said["id"])
            yield self._counted(line, said, split)

    def _counted(self, line: str, said: dict[str, Any], split: str) -> str:
        self.counts[said["kind"], split] += 1
        return line
