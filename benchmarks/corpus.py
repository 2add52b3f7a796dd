"""Real code bases for tests and benchmarks: each folder in STC_CORPORA is one, read as `stc index` reads it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from stparse.chunk import Chunk, ChunkKind
from stparse.dialect import evidence_of, settle_dialects
from stparse.formats import FORMATS
from stparse.index.scan import scan
from stparse.index.survey import format_of, read_bytes, source_of
from stparse.issue import Issue
from stparse.text import SourceFile, unify_line_ends


@dataclass(frozen=True, slots=True)
class RealMethod:
    """A method of a code base as the image would hold it, with LF line ends; `where` is file:line."""

    where: str
    dialect: str
    class_name: str | None
    selector: str | None
    source: str


def folder_of_corpora() -> Path:
    """Answer the folder that STC_CORPORA names; end the program where there is none."""
    given = os.environ.get("STC_CORPORA")
    if not given or not Path(given).is_dir():
        sys.exit("STC_CORPORA must name a folder of Smalltalk code bases, each in a folder of its own; see benchmarks/README.md")
    return Path(given)


def corpora(names: list[str]) -> list[Path]:
    """Answer the folders of the corpora with these names, or of all."""
    root = folder_of_corpora()
    found = sorted(path for path in root.iterdir() if path.is_dir())
    unknown = sorted(set(names) - {path.name for path in found})
    if unknown:
        sys.exit(f"no corpus {', '.join(unknown)} in {root}")
    return [path for path in found if not names or path.name in names]


def sources(folder: Path, most: int | None = None, seed: int = 1) -> Iterator[SourceFile]:
    """Yield the files of a code base, format and dialect settled; at most `most` of them, drawn by `seed`."""
    files = scan([folder]).files
    if most is not None and len(files) > most:
        files = sorted(Random(seed).sample(files, most), key=lambda file: file.path)
    evidence = {}
    for file in files:
        source = source_of(file.path, read_bytes(file.location))
        evidence[file.path] = evidence_of(source, format_of(source).name)
    dialects = settle_dialects(evidence)
    for file in files:
        source = source_of(file.path, read_bytes(file.location))
        yield replace(source, format=format_of(source).name, dialect=dialects[file.path])


def chunks(source: SourceFile) -> Iterator[Chunk | Issue]:
    """Yield what the reader of its format finds in a file."""
    return FORMATS[source.format].read(source)


def methods(folder: Path, most: int | None = None, seed: int = 1) -> Iterator[RealMethod]:
    """Yield the methods of a code base, or of `most` of its files."""
    for source in sources(folder, most, seed):
        for chunk in chunks(source):
            if isinstance(chunk, Chunk) and chunk.kind is ChunkKind.METHOD:
                where = f"{source.path}:{source.lines.line(chunk.body)}"
                yield RealMethod(where, source.dialect, chunk.class_name, chunk.selector, unify_line_ends(chunk.text))


def sample(count: int, names: list[str], seed: int = 1) -> list[RealMethod]:
    """Answer about `count` methods, the same share from each corpus, the same ones for the same seed."""
    random = Random(seed)
    folders = corpora(names)
    drawn: list[RealMethod] = []
    for folder in folders:
        found = list(methods(folder, 150, seed))
        drawn += random.sample(found, min(len(found), count // len(folders) + 1))
    return drawn
