"""The suite of whatson-mini: its right answers pass, its wrong ones do not, nor do other cases' answers or the question said again."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from evaluating import MINI, SUITE, index_of

from datagen.complete import Completion
from evaluator.item import USES, Item
from evaluator.judged import Bench, Judged, open_bench
from evaluator.judging import row_of
from evaluator.suite import cases_of, read_suite
from stc.cli import cli

pytestmark = pytest.mark.xdist_group("evaluate")
CASES = cases_of(SUITE)
ALSO_RIGHT = {
    "gen-setter": """Sure:

```smalltalk
workingTitle: aTitle

	(originalTitle = aTitle) ifTrue: [^self].
	originalTitle := aTitle.
	self changed: #originalTitle
```""",
    "gen-select": """unpaidInstalments

	^self instalments select: [:anInstalment | anInstalment isPaid not]""",
    "gen-testing-range": """isInPrimeTime

	| hour |
	hour := self start time hours.
	^hour >= 19 and: [hour <= 22]""",
    "gen-detect": """lineWithTitle: aTitle

	^self lineFor: aTitle ifAbsent: [nil]""",
    "gen-class-side": """title: aString price: aBpMoney runs: anInteger

	| right |
	right := (BpBroadcastRight named: aString)
				runCount: (BpRunCount allowed: anInteger);
				yourself.
	^(self title: aString price: aBpMoney)
		addRight: right;
		yourself""",
    "gen-command-subclass": """basicUndo
	"Back."

	slot moveBy: 0 - seconds""",
    "mig-direct-status": """markActive

	self activate""",
    "mig-transcript": """reportSkipped

	BpLogger log: 'Skipped ' , skipped printString level: #info""",
    "mig-size-zero": """hasNoLines
	"Nothing has been bought yet."
	^self lines isEmpty""",
    "dbg-argument": """checkField: aString

	^(aString isEmpty ifTrue: ['?'] ifFalse: [aString]) asUppercase""",
    "dbg-remove-while": """removeExpired

	(rights select: [:each | each isExpired]) do: [:each | rights remove: each]""",
    "dbg-yourself": """text: aString price: aBpMoney

	| option |
	option := self new.
	option
		text: aString;
		price: aBpMoney.
	^option""",
    "dbg-off-by-one": """slotNeighboursDo: aBlock

	2 to: slots size do: [:i | aBlock value: (slots at: i - 1) value: (slots at: i)]""",
    "dbg-equality": """hasUnlimitedWindow

	^self window = BpRightsWindow unlimited""",
    "arch-layers": """No, it must not. Send `self changed: #window` in the setter and let the editor implement `update:with:from:`.""",
}  # fmt: skip


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return open_bench(index_of(MINI, tmp_path_factory.mktemp("suite") / "index.sqlite"), conventions=False)


@pytest.fixture(scope="module")
def items(bench: Bench) -> dict[str, Item]:
    return {item.id: item for item in read_suite(SUITE, None, "visualworks").items}


def passes(bench: Bench, item: Item, text: str) -> bool:
    return row_of(Judged(item, Completion(text), bench), 0, ("case_passed",)).value("case_passed") == 1.0


def test_it_covers_the_four_uses(items: dict[str, Item]) -> None:
    uses = Counter(item.use for item in items.values())
    assert set(uses) == set(USES)
    assert min(uses.values()) >= 15
    assert len(items) >= 60
    assert sum(item.must_compile for item in items.values()) >= 45


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_right_and_wrong_are_told_apart(bench: Bench, items: dict[str, Item], case: dict[str, str]) -> None:
    item = items[case["id"]]
    assert passes(bench, item, case["reference"])
    assert not passes(bench, item, case["wrong"])
    assert case["why"]


@pytest.mark.parametrize("name", ALSO_RIGHT)
def test_another_right_answer_passes(bench: Bench, items: dict[str, Item], name: str) -> None:
    assert passes(bench, items[name], ALSO_RIGHT[name])


def test_nothing_that_answers_another_question_passes(bench: Bench, items: dict[str, Item]) -> None:
    for case in CASES:
        others = [other["reference"] for other in CASES if other is not case]
        for text in ["", "I do not know.", case["prompt"], "```smalltalk\nfoo\n\t^self\n```", *others]:
            assert not passes(bench, items[case["id"]], text), (case["id"], text)


def test_the_suite_proves_itself_by_command(tmp_path: Path) -> None:
    index = str(index_of(MINI, tmp_path / "i.sqlite"))
    found = CliRunner().invoke(cli, ["quality", str(SUITE), "--index", index])
    assert (found.exit_code, found.output) == (0, f"{len(CASES)} cases: each right answer passes, and no wrong one\n")
    spoilt = [
        {**case, "reference": case["wrong"], "wrong": case["reference"]} if case["id"] == "gen-select" else case for case in CASES[:8]
    ]
    (tmp_path / "s.json").write_text(json.dumps([*spoilt, {"prompt": "?"}]), encoding="utf-8")
    found = CliRunner().invoke(cli, ["quality", str(tmp_path / "s.json"), "--index", index])
    assert found.exit_code == 1
    lines = found.output.splitlines()
    assert lines[0].startswith("gen-select: its right answer does not pass: its patterns do not hold")
    assert lines[1:] == [
        "gen-select: its wrong answer passes",
        "case-009: it has no right answer",
        "case-009: it has no wrong answer",
        "9 cases, 4 faults",
    ]
