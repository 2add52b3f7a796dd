"""Whoever prints a figure of adherence prints the validity report of the very index: reports, their pages, compare and the gate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from evaluating import suite_of
from housing import write_house

from checker.style.mine import mine
from datagen.complete import Completion
from evaluator.evaluate import Plan, evaluate, read_report
from evaluator.gate import Candidate, Policy, Reason, decide
from evaluator.page import html_page, markdown
from stc.cli import cli
from stparse.index.build import build_index
from stparse.index.query import CodeIndex

SAID = "validity: AUC method"


class Model:
    """Answers what it is given."""

    batch, ranks = 100, False

    def __init__(self, answers: dict[str, str], name: str) -> None:
        self._answers = answers
        self.identity = {"kind": "local", "adapter": name}

    def __call__(self, asked: Any) -> list[Completion]:
        return [Completion(self._answers[one.id]) for one in asked]


@pytest.fixture(scope="module")
def evaluations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer a folder with two evaluations of one suite, `first` and `second`, judged by the conventions of a mined house."""
    folder = tmp_path_factory.mktemp("told")
    index = folder / "i.sqlite"
    build_index([write_house(folder / "src")], index, jobs=1)
    with CodeIndex.open(index) as opened:
        mine(opened)
    suite = suite_of(index, 60)
    kept = {item.id: item.reference for item in suite.items}
    spoiled = {number: text.replace("^", "^ ").replace("aString", "argument").replace("each", "x") for number, text in kept.items()}
    for name, answers in (("first", kept), ("second", spoiled)):
        evaluate(Model(answers, name), Plan(suite, metrics=("adherence", "adheres")), folder / name, "t", lambda phase, done, total: None)
    return folder


def test_a_report_and_its_pages(evaluations: Path) -> None:
    from evaluator.evaluate import report_in

    report = report_in(evaluations / "first")
    assert [score.metric for score in report.scores if score.part == ""] == ["adherence", "adheres"]
    assert report.validity.startswith(SAID)
    assert SAID in markdown(report)
    assert SAID in html_page(report)


def test_compare(evaluations: Path) -> None:
    folders = [str(evaluations / "first"), str(evaluations / "second")]
    lines = CliRunner().invoke(cli, ["compare", *folders, "--html", str(evaluations / "p.html")]).stdout.splitlines()
    assert [line.strip().startswith(SAID) for line in lines[1:]] == [False, True, False, True]
    assert "; worse" in lines[1]
    assert SAID in (evaluations / "p.html").read_text(encoding="utf-8")
    found = json.loads(CliRunner().invoke(cli, ["compare", *folders, "--json"]).stdout)
    assert [(one["metric"], one["validity"][: len(SAID)]) for one in found] == [("adherence", SAID), ("adheres", SAID)]


def test_compare_says_where_two_houses_were_asked(evaluations: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from evaluator import evaluate as module

    def read(folder: Path) -> dict[str, Any]:
        found: dict[str, Any] = read_report(folder)
        return {**found, "validity": "validity: another index"} if folder.name == "second" else found

    monkeypatch.setattr(module, "read_report", read)
    said = CliRunner().invoke(cli, ["compare", str(evaluations / "first"), str(evaluations / "second")]).stdout
    assert said.index(SAID) < said.index("validity: another index")


def reason(report: dict[str, Any], least: float) -> Reason:
    found = decide(Candidate(report, {}, "a"), Policy(adherence=least), None)
    return next(one for one in found.reasons if one.rule == "adherence")


def test_the_gate(evaluations: Path) -> None:
    first, second = (read_report(evaluations / name) for name in ("first", "second"))
    for report, least, kept in ((first, 0.5, True), (second, 0.99, False)):
        found = reason(report, least)
        assert (found.kept, SAID in found.said) == (kept, True), found.said
    assert "adherence" not in {one.rule for one in decide(Candidate(first, {}, "a"), Policy(adherence=0.0), None).reasons}
