"""The checker says what compilers say: cases of our own, and real answers of GNU Smalltalk 3.2.5, in `fixtures/verdicts.jsonl`."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from checker.check import Outcome, check
from checker.names import GivenNames

NAMES = GivenNames(
    instance_variables=frozenset(("count", "items")),
    shared_variables=frozenset(("Registry",)),
    classes=frozenset(("Object", "Array", "String", "OrderedCollection", "ZeroDivide", "STCCase")),
    globals=frozenset(("Smalltalk", "Transcript")),
    base=True,
)
WORDS = {Outcome.COMPILES: "ok", Outcome.UNDECLARED: "undeclared", Outcome.ERROR: "error"}
FILE = Path(__file__).parent.parent / "fixtures" / "verdicts.jsonl"
CASES = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
# gst stops at the first fault; we report all of them, and an error counts for more than a name (docs/compilers.md).
EXPLAINED = {("undeclared and an argument stored", "gnu")}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_verdict(case: dict[str, object]) -> None:
    source, verdicts = case["source"], case["verdicts"]
    assert isinstance(source, str)
    assert isinstance(verdicts, dict)
    for dialect, expected in verdicts.items():
        if (case["title"], dialect) in EXPLAINED:
            continue
        verdict = check(source, dialect=dialect, names=NAMES)
        assert WORDS[verdict.outcome] == expected["verdict"], (dialect, [issue.code for issue in verdict.issues])


def test_the_cases_are_many_and_of_every_kind() -> None:
    assert len(CASES) >= 120
    said = Counter((dialect, one["verdict"]) for case in CASES for dialect, one in case["verdicts"].items())
    for dialect in ("gnu", "squeak", "pharo", "dolphin", "amber"):
        assert said[dialect, "ok"] >= 40
        assert said[dialect, "error"] >= 40
        assert said[dialect, "undeclared"] >= 4
