"""Helpers of the file-format tests: read a text, hold the reader to its contract, sort chunks by kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stparse.chunk import Chunk, ChunkKind
from stparse.formats import FORMATS
from stparse.issue import Issue
from stparse.text import SourceFile, decode


def read(name: str, text: str, path: str = "a.st") -> tuple[list[Chunk], list[Issue]]:
    """Answer the chunks and the issues that reader `name` finds, after asserting that the chunks tile the text."""
    found = list(FORMATS[name].read(SourceFile(path, text)))
    chunks = [item for item in found if isinstance(item, Chunk)]
    assert_tiles(chunks, text)
    issues = [item for item in found if isinstance(item, Issue)]
    for issue in issues:
        assert 0 <= issue.span.start <= issue.span.end
        assert issue.message
        assert issue.hint
    return chunks, issues


def assert_tiles(chunks: list[Chunk], text: str) -> None:
    at = 0
    for chunk in chunks:
        assert chunk.span.start == at
        assert chunk.span.end > at
        assert 0 <= chunk.body <= len(text)
        at = chunk.span.end
    assert at == len(text)


def of_kind(chunks: list[Chunk], kind: ChunkKind) -> list[Chunk]:
    return [chunk for chunk in chunks if chunk.kind is kind]


def codes(issues: list[Issue]) -> list[str]:
    return [issue.code for issue in issues]


def corpus_files(folder: Path, *endings: str) -> Iterator[tuple[str, str]]:
    """Yield (path, text) of each file below `folder` whose name has one of `endings`; skip the test where it is not there."""
    if not folder.is_dir():
        pytest.skip(f"{folder.name} is not in STC_CORPORA")
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name.endswith(endings):
            yield path.as_posix(), decode(path.read_bytes())[0]
