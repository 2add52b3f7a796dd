"""The first look at a file: its text, its format, and what it shows of its dialect. Reading it comes after."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from stparse.dialect import evidence_of
from stparse.formats import FORMATS, FileFormat
from stparse.text import SourceFile, decode, digest_of

LARGEST = 256 * 1024 * 1024
"""More bytes than any source file has; an image or a database dump with a source file's name would fill the memory."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What the first look at a file found; `evidence` is points by dialect."""

    digest: str
    format: str
    evidence: dict[str, int]


def read_bytes(location: str) -> bytes:
    """Answer the bytes of a file. Raises OSError, also for a file that is too large to be source."""
    with Path(location).open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > LARGEST:
            raise OSError(f"{size // 1024 // 1024} MB are more than any source file has")
        return file.read()


def source_of(path: str, data: bytes) -> SourceFile:
    """Answer the file at `path` (which is shown, and tells of the format) with `data` as text."""
    text, encoding = decode(data)
    return SourceFile(path, text, encoding, digest_of(data))


def format_of(source: SourceFile) -> FileFormat:
    """Answer the format that is surest of `source`; the first by name among equals; the chunk format if none is sure at all."""
    surest, best = 0.0, FORMATS["chunk"]
    for name in FORMATS:
        candidate = FORMATS[name]
        sure = candidate.sniff(source)
        if sure > surest:
            surest, best = sure, candidate
    return best


def survey(path: str, data: bytes) -> Survey:
    """Look at the file `path` that holds `data`; never fails."""
    source = source_of(path, data)
    found = format_of(source)
    return Survey(source.digest, found.name, evidence_of(source, found.name))
