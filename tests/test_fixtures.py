"""Every golden in fixtures/parse, and what holds for every tree. STC_UPDATE_GOLDENS=1 writes them anew: read the difference."""

from __future__ import annotations

import os
from collections import Counter
from itertools import groupby

import pytest
from goldens import FOLDER, Golden, goldens, is_same, shown, write

from stparse.diagnose import faults
from stparse.nodes import children, walk
from stparse.tables import dialects
from stparse.unparse import to_source

CASES = goldens()
TREES = [case for case in CASES if case.expected.startswith("(")]


@pytest.fixture(scope="module", autouse=True)
def update() -> None:
    """Write the goldens anew where that is asked for."""
    if os.environ.get("STC_UPDATE_GOLDENS") == "1":
        for (dialect, file), cases in groupby(CASES, key=lambda case: (case.dialect, case.file)):
            write(FOLDER / dialect / f"{file}.txt", list(cases))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_golden(case: Golden) -> None:
    found = shown(case.parse(), case.source)
    assert is_same(found, case.expected), f"{case}\n{case.source}\n--- found\n{found}\n--- expected\n{case.expected}"


@pytest.mark.parametrize("case", TREES, ids=str)
def test_spans_nest(case: Golden) -> None:
    tree = case.parse().tree
    assert tree is not None
    for node in walk(tree):
        assert 0 <= node.start <= node.end <= len(case.source)
        for child in children(node):
            assert node.start <= child.start, f"{child} begins before {node}"
            assert child.end <= node.end, f"{child} ends behind {node}"


@pytest.mark.parametrize("case", TREES, ids=str)
def test_round_trip(case: Golden) -> None:
    tree = case.parse().tree
    assert tree is not None
    source = to_source(tree, case.dialect)
    again = case.parse(source)
    assert again.tree == tree, f"{source}\n{shown(again, source)}"
    assert to_source(again.tree, case.dialect) == source


def test_titles_are_unique() -> None:
    assert [title for title, n in Counter(map(str, CASES)).items() if n > 1] == []


def test_every_dialect_and_every_fault_has_goldens() -> None:
    assert {case.dialect for case in CASES} == set(dialects())
    seen = {case.expected.split(" ", 1)[0] for case in CASES if not case.expected.startswith("(")}
    assert set(faults()) - seen <= {"P100"}
