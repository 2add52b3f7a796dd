"""File formats: each file of this folder reads one, and says how sure it is that a file is of it.

A reader never fails and leaves nothing out: `"".join(text[c.span.start:c.span.end] for c in read(source)) == text`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from stparse.chunk import Chunk
from stparse.issue import Issue
from stparse.registry import Registry
from stparse.text import SourceFile


class Reader(Protocol):
    """Yields the chunks of a file in order, and the F-issues found on the way."""

    def __call__(self, source: SourceFile) -> Iterator[Chunk | Issue]: ...


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format: its name, its reader, and `sniff`, which answers 0.0 (no) to 1.0 (certain) for path and text."""

    name: str
    read: Reader
    sniff: Callable[[SourceFile], float]


FORMATS: Registry[FileFormat] = Registry("file format", __name__)


def file_format(name: str, sniff: Callable[[SourceFile], float]) -> Callable[[Reader], Reader]:
    """Register a reader under `name`."""

    def enter(read: Reader) -> Reader:
        FORMATS.register(name)(FileFormat(name, read, sniff))
        return read

    return enter
