"""The checker says what compilers say: cases of our own, and real answers of GNU Smalltalk 3.2.5, in `fixtures/verdicts.jsonl`."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from checker.check import Outcome, check
from checker.names import GivenNames
from checker.verdict import UNDECLARED
from stc.texts import Context, check_text
from stparse.index.build import build_index
from stparse.issue import Severity

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


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer an index of a code base that has the class of the cases and nothing else."""
    folder = tmp_path_factory.mktemp("verdicts")
    definition = (
        "Object subclass: #STCCase instanceVariableNames: 'count items' classVariableNames: 'Registry' poolDictionaries: '' category: 'X'!"
    )
    (folder / "STCCase.st").write_text(definition, encoding="utf-8")
    build_index([folder / "STCCase.st"], folder / "code.sqlite")
    return folder / "code.sqlite"


# Their shipped bases are not complete: a capitalised name that nobody knows is not judged.
OPEN = ("squeak",)


@pytest.mark.parametrize("dialect", ["gnu", "squeak", "pharo", "dolphin", "amber"])
def test_the_shell_says_the_same_with_the_shipped_base(dialect: str, index: Path) -> None:
    """Codes alone tell the three outcomes apart: C101 to C103 are undeclared names, whatever the dialect."""
    different = []
    with Context(index, None, dialect, lint=False) as context:
        for case in CASES:
            if dialect not in case["verdicts"] or (case["title"], dialect) in EXPLAINED:
                continue
            issues = [one.issue for one in check_text(case["source"].encode(), "-", context, "method", "STCCase", "error")]
            errors = {issue.code for issue in issues if issue.severity is Severity.ERROR}
            said = "ok" if not errors else "undeclared" if errors <= UNDECLARED else "error"
            unknown = dialect in OPEN and any(issue.code == "C100" for issue in issues)
            if said != case["verdicts"][dialect]["verdict"] and not unknown:
                different.append((case["id"], said))
    assert different == []


def test_the_cases_are_many_and_of_every_kind() -> None:
    assert len(CASES) >= 120
    said = Counter((dialect, one["verdict"]) for case in CASES for dialect, one in case["verdicts"].items())
    for dialect in ("gnu", "squeak", "pharo", "dolphin", "amber"):
        assert said[dialect, "ok"] >= 40
        assert said[dialect, "error"] >= 40
        assert said[dialect, "undeclared"] >= 4
