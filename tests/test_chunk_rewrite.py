"""VisualWorks XML methods, written anew as a chunk file-out and read back: class, side, protocol and source stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import pytest

from stparse.chunk import Chunk, ChunkKind
from stparse.formats import FORMATS
from stparse.text import SourceFile, decode, unify_line_ends

MINI = Path(__file__).parent.parent / "fixtures" / "projects" / "whatson-mini"
CORPORA = ("SmalltalkFit", "ExtraCatalogs", "SUnitTools", "ExternalEnumeration", "cormas", "shootout")


def methods_of(name: str, text: str) -> list[Chunk]:
    source = SourceFile("x.st", text)
    return [c for c in FORMATS[name].read(source) if isinstance(c, Chunk) and c.kind is ChunkKind.METHOD]


def file_out(methods: Iterable[Chunk], end: str) -> Iterator[str]:
    """Yield what VisualWorks' own file-out writes: a header for each protocol, bangs doubled, `! !` behind the last method."""
    yield f"'From VisualWorks(R), 7.6 of today'!{end}{end}"
    for (class_name, meta, protocol), group in groupby(methods, key=lambda m: (m.class_name, m.meta, m.category)):
        quoted = (protocol or "").replace("'", "''").replace("!", "!!")
        yield f"!{class_name}{' class' if meta else ''} methodsFor: '{quoted}'!{end}"
        yield f"!{end}{end}".join(unify_line_ends(m.text).replace("!", "!!").replace("\n", end) for m in group)
        yield f"! !{end}{end}"


def facts(method: Chunk) -> tuple[str | None, bool, str, str]:
    return method.class_name, method.meta, method.category or "", unify_line_ends(method.text).strip()


def check(path: Path) -> int:
    methods = methods_of("vwxml", decode(path.read_bytes())[0])
    for end in ("\n", "\r", "\r\n"):
        again = methods_of("chunk", "".join(file_out(methods, end)))
        assert [facts(m) for m in again] == [facts(m) for m in methods]
    return len(methods)


def is_xml(path: Path) -> bool:
    return path.suffix in (".st", ".pst", ".xml") and b"<st-source" in path.read_bytes()[:2000]


@pytest.mark.parametrize("path", sorted(filter(is_xml, MINI.rglob("*.*st"))), ids=lambda p: p.name)
def test_own_files(path: Path) -> None:
    assert check(path) > 0


@pytest.mark.parametrize("corpus", CORPORA)
def test_public_files(corpora: Path, corpus: str) -> None:
    if not (corpora / corpus).is_dir():
        pytest.skip(f"{corpus} is not in STC_CORPORA")
    found = [check(path) for path in sorted((corpora / corpus).rglob("*")) if path.is_file() and is_xml(path)]
    assert sum(found) > 50
