"""Real code parses, and comes back the same: a bounded sample of each code base in STC_CORPORA; benchmarks/acceptance.py takes all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parent.parent / "benchmarks"))

from corpus import chunks, methods, sources

from stparse.chunk import Chunk
from stparse.parser import parse_method
from stparse.text import SourceFile
from stparse.unparse import to_source

FILES, METHODS = 12, 400


def folders() -> list[Path]:
    """Answer the folders of the code bases; none where STC_CORPORA is not set, and the fixture says so."""
    root = Path(os.environ.get("STC_CORPORA", ""))
    return sorted(path for path in root.iterdir() if path.is_dir()) if os.environ.get("STC_CORPORA") and root.is_dir() else []


@pytest.fixture(params=[path.name for path in folders()] or ["none"])
def folder(request: pytest.FixtureRequest, corpora: Path) -> Path:
    """Answer the folder of one code base."""
    return corpora / str(request.param)


def small(folder: Path) -> list[SourceFile]:
    return [source for source in sources(folder, FILES, seed=7) if len(source.text) < 600_000]


def test_methods_parse_and_survive(folder: Path) -> None:
    found = [method for method in methods(folder, FILES, seed=7) if len(method.source) < 50_000][:METHODS]
    rejected = []
    for method in found:
        tree = parse_method(method.source, method.dialect).tree
        if tree is None:
            rejected.append(f"{method.where} ({method.dialect})\n{method.source}")
            continue
        source = to_source(tree, method.dialect)
        again = parse_method(source, method.dialect)
        assert again.tree == tree, f"{method.where} became\n{source}\n{again.issues}"
        assert to_source(again.tree, method.dialect) == source
    assert len(rejected) <= max(1, len(found) // 1000), "\n\n".join(rejected)


def test_no_character_is_lost(folder: Path) -> None:
    for source in small(folder):
        at = 0
        for chunk in chunks(source):
            if isinstance(chunk, Chunk):
                assert chunk.span.start == at, f"{source.path}: characters {at} to {chunk.span.start} are in no chunk"
                at = chunk.span.end
        assert at == len(source.text), source.path
