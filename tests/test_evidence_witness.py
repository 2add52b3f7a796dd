"""The program that opens every place of evidence: it accepts what is there, and refuses what is beside it or shows something else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from housing import write_house

from checker.style.mine import mine
from stparse.index.build import build_index
from stparse.index.query import CodeIndex

ROOT = Path(__file__).resolve().parent.parent


def test_it_accepts_what_is_there_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "benchmarks"), *sys.path])
    from evidence_witness import SHOWS, Spot, claims, spot

    sources = write_house(tmp_path / "src", thing5={"setter": "argument"})
    build_index([sources], tmp_path / "i.sqlite", jobs=1)
    with CodeIndex.open(tmp_path / "i.sqlite") as index:
        mine(index)
    found = list(claims(tmp_path / "i.sqlite"))
    assert {which for _, which, context, *_ in found if context == "C07 setter"} == {"here", "usual"}
    asked = 0
    for reference, _, context, value, file, line in found:
        seen = spot(sources, reference, file, line)
        assert isinstance(seen, Spot), (reference, seen)
        shows = SHOWS.get(context[:3])
        if shows is not None and (told := shows(context[4:], value, seen)) is not None:
            asked += 1
            assert told, (reference, context, value)
            assert not shows(context[4:], "zork", seen)
        assert isinstance(spot(sources, reference, file, line + 8), str)
        assert isinstance(spot(sources, reference, f"no-{file}", line), str)
    assert asked > len(found) / 2
