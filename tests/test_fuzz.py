"""Byte mutations of real files: nothing raises, no character is lost, whatever becomes of the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from stparse.chunk import Chunk
from stparse.dialect import detect_dialect
from stparse.formats import FORMATS
from stparse.index.extract import extract
from stparse.text import SourceFile, decode

ROOT = Path(__file__).parent.parent
SEEDS = sorted(path for path in (ROOT / "fixtures" / "projects" / "whatson-mini").rglob("*.*") if path.suffix in (".st", ".pst", ".app"))
SPECIAL = b"!'\"[](){}#$^:;.<>|-%\\\r\n\0"
ROUNDS = 150


def mutated(data: bytes, random: Random) -> bytes:
    """Answer `data` with a few bytes changed, inserted, repeated or lost."""
    out = bytearray(data)
    for _ in range(random.randint(1, 12)):
        if not out:
            break
        at = random.randrange(len(out))
        match random.randrange(5):
            case 0:
                out[at] = random.randrange(256)
            case 1:
                del out[at : at + random.randint(1, 40)]
            case 2:
                out[at:at] = bytes(random.choices(SPECIAL, k=random.randint(1, 4)))
            case 3:
                other = random.randrange(len(out))
                out[at:at] = out[other : other + random.randint(1, 200)]
            case _:
                del out[at:]
    return bytes(out)


def pieces(source: SourceFile, name: str) -> Iterator[Chunk]:
    return (piece for piece in FORMATS[name].read(source) if isinstance(piece, Chunk))


@pytest.mark.parametrize("name", list(FORMATS))
def test_no_reader_raises_or_loses_a_character(name: str) -> None:
    random = Random(name)
    for round_number in range(ROUNDS):
        data = mutated(random.choice(SEEDS).read_bytes()[:20_000], random)
        text, encoding = decode(data)
        source = SourceFile(f"mutant{round_number}.st", text, encoding)
        assert 0.0 <= FORMATS[name].sniff(source) <= 1.0
        assert "".join(text[piece.span.start : piece.span.end] for piece in pieces(source, name)) == text


@pytest.mark.parametrize("seed", range(4))
def test_indexing_a_broken_file_reports_and_goes_on(seed: int) -> None:
    random = Random(seed)
    for round_number in range(ROUNDS):
        data = mutated(random.choice(SEEDS).read_bytes()[:20_000], random)
        text, encoding = decode(data)
        source = SourceFile(f"mutant{round_number}.st", text, encoding)
        name = max((FORMATS[name].sniff(source), name) for name in FORMATS)[1]
        rows = extract(replace(source, format=name, dialect=detect_dialect(source, name)), len(data))
        assert not [row for row in rows.issues if "F003" in row], "a reader failed by itself"
