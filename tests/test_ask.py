"""stc ask: goldens without a model, what a model says and how that is marked, walkbacks, JSON, exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from evaluating import MINI, index_of

from checker.base import base_for
from checker.environment import House
from datagen.companions import read_companions
from datagen.complete import Asked, Completion
from retrieval.retriever import Retriever
from retrieval.shelving import open_library
from stc.asking import answer, answer_object, citations_in, is_there, lines_of
from stc.cli import run
from stparse.index.query import CodeIndex

GOLDENS = sorted((Path(__file__).resolve().parent.parent / "fixtures" / "golden" / "ask").glob("*.txt"))
WALKBACK = (
    "UndefinedObject(Object)>>doesNotUnderstand: #isEmpty\nBpBroadcastRight(BpRight)>>removeHoldback:\n[] in BpContract>>total\n"
    "optimized [] in OrderedCollection>>do:\n"
)


class Model:
    """Says what it was given to say."""

    ranks = False
    batch = 1
    identity: Mapping[str, Any] = {"model": "parrot"}

    def __init__(self, said: str | None) -> None:
        self.said, self.asked = said, list[Asked]()

    def __call__(self, asked: Sequence[Asked]) -> list[Completion]:
        self.asked += asked
        return [Completion(self.said, "" if self.said else "time-out") for _ in asked]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = index_of(MINI, tmp_path_factory.mktemp("ask") / "index.sqlite")
    with CodeIndex.open(found) as index:
        open_library(index, read_companions([MINI])).close()
    return found


@pytest.fixture(scope="module")
def index(path: Path) -> Iterator[CodeIndex]:
    with CodeIndex.open(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def retriever(index: CodeIndex) -> Retriever:
    return Retriever(index, open_library(index))


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda path: path.stem)
def test_an_answer_without_a_model_is_as_it_was_approved(golden: Path, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, _, expected = golden.read_text(encoding="utf-8").partition("\n")
    assert run(["ask", *first.split("|"), "--index", str(path)]) == 0
    assert capsys.readouterr().out == expected


def test_there_are_goldens() -> None:
    assert len(GOLDENS) >= 3


def test_every_place_that_is_cited_is_in_the_code(index: CodeIndex, retriever: Retriever) -> None:
    cited = 0
    for question in ("Who sends #isEmpty?", "What is BpRight for?", "how are overlapping windows found", "tests of BpContract"):
        found = retriever(question, 20)
        for one in (*found.passages, *(one for fact in found.facts for one in fact.passages)):
            assert is_there(index, one)
            # The file itself is the second path: the line names the method's first word.
            if one.kind == "method" and one.file.endswith(".st"):
                text = (MINI / one.file).read_bytes().decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
                assert (one.selector or "").split(":")[0] in text.split("\n")[one.line - 1]
                cited += 1
    assert cited > 50


def test_a_passage_of_a_method_that_moved_is_not_cited(index: CodeIndex, retriever: Retriever) -> None:
    one = next(p for p in retriever("Who sends #isEmpty?").passages if p.kind == "method")
    assert is_there(index, one)
    assert not is_there(index, replace(one, line=one.line + 1))
    assert not is_there(index, replace(one, selector="invented"))


def test_what_a_model_says_is_marked(index: CodeIndex, retriever: Retriever, path: Path) -> None:
    said = (
        "`BpContract>>total` sums the lines, like BpContract>>grandTotal.\n\n```smalltalk\nisLate\n\t^self total > 3\n```\n\nOr:\n\n"
        "```smalltalk\nisLate\n\t^(self total > 3\n```\n"
    )
    model = Model(said)
    answered = answer(
        index, retriever, "How is the total of a contract computed?", most=5, model=model, house=House(index, base_for("visualworks"))
    )
    worded = answered.worded
    assert worded is not None
    assert [(one.name, one.place is not None) for one in worded.citations] == [
        ("BpContract>>total", True),
        ("BpContract>>grandTotal", False),
    ]
    assert [one.verdict.compiles() for one in worded.code][-1] is False
    lines = list(lines_of(answered, 0))
    assert "  BpContract>>grandTotal: NOT in the indexed code" in lines
    assert [line.partition(": ")[0] for line in lines if "does not compile" in line] == ["  lines 11-12, method"]
    shown = model.asked[0].prompt.text
    assert "BpContract>>total" in shown
    assert shown.count("=== ") >= 2


def test_no_answer_of_a_model_leaves_the_facts(index: CodeIndex, retriever: Retriever) -> None:
    answered = answer(index, retriever, "Who sends #isEmpty?", most=3, model=Model(None), house=None)
    assert answered.worded is not None
    assert answered.worded.trouble == "time-out"
    assert next(iter(lines_of(answered, 0))).startswith("senders of #isEmpty (54)")


def test_a_server_that_is_not_there_costs_nothing(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["ask", "Who sends #isEmpty?", "--index", str(path), "--endpoint", "http://127.0.0.1:9/v1", "--model", "x", "--json"])
    said = capsys.readouterr()
    assert code == 0
    assert "no answer of x" in said.err
    assert json.loads(said.out)["answer"] is None


def test_json_has_its_keys(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "Who implements #isEmpty?", "--index", str(path), "--json", "--limit", "2"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert set(said) == {"id", "question", "read_as", "answer", "model", "trouble", "code", "citations", "walkback", "facts", "passages"}
    assert [place["name"] for place in said["facts"][0]["places"]] == [
        "Broadcast.BpRange>>isEmpty", "Broadcast.BpValidationReport>>isEmpty", "Broadcast.BpScheduleDay>>isEmpty",
    ]  # fmt: skip
    assert set(said["passages"][0]) == {"kind", "name", "class", "side", "selector", "file", "line", "score", "why", "text"}


def test_what_nobody_asked_for_is_short_and_a_guess_is_told(index: CodeIndex, retriever: Retriever) -> None:
    answered = answer(index, retriever, "Who sends #isEmtpy?", most=1, model=None, house=None)
    lines = list(lines_of(answered, 0))
    assert lines[0] == "read isEmtpy as isEmpty"
    assert lines[1] == "senders of #isEmpty (54):"
    places = {line: len([*takewhile(lambda one: one.startswith("  "), lines[at + 1 :])]) for at, line in enumerate(lines)}
    assert places["senders of #isEmpty (54):"] == 31
    assert all(number <= 6 for line, number in places.items() if not line.startswith(("senders", " ")))
    assert answer_object(answered)["read_as"] == [{"written": "isEmtpy", "meant": "isEmpty"}]


def test_a_walkback_is_answered_with_places(index: CodeIndex, retriever: Retriever) -> None:
    said = answer_object(answer(index, retriever, WALKBACK, most=5, model=None, house=None))
    frames = said["walkback"]["frames"]
    assert [frame["method"] and frame["method"]["name"] for frame in frames] == [
        None, "Broadcast.BpRight>>removeHoldback:", "Broadcast.BpContract>>total", None,
    ]  # fmt: skip
    assert said["walkback"]["missing"] == "isEmpty"
    assert said["walkback"]["implementors"] == 3
    assert [one["name"] for one in said["passages"][:2]] == ["Broadcast.BpRight>>removeHoldback:", "Broadcast.BpContract>>total"]


def test_operators_and_sides_are_cited(index: CodeIndex) -> None:
    text = "BpRange class>>from:to: makes one, BpRightsWindow>>< compares, BpRange>>#isEmpty tells, BpRange>>nothing is nothing."
    assert [(one.name, one.place is not None) for one in citations_in(index, text)] == [
        ("BpRange class>>from:to:", True), ("BpRightsWindow>><", True), ("BpRange>>isEmpty", True), ("BpRange>>nothing", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([" "], "ask something"),
        (["x", "--endpoint", "http://127.0.0.1:9/v1"], "--endpoint needs --model"),
        (["x", "--endpoint", "http://127.0.0.1:9/v1", "--model", "m", "--base", "folder"], "name one of the two"),
        (["x", "--endpoint", "http://8.8.8.8/v1", "--model", "m"], "outside of this network"),
    ],
)
def test_bad_input_is_told(arguments: list[str], said: str, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", *arguments, "--index", str(path)]) == 2
    assert said in capsys.readouterr().err


def test_the_model_may_stand_in_the_settings(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "stc.toml"
    settings.write_text('[ask]\nendpoint = "http://127.0.0.1:9/v1"\nmodel = "house"\n', encoding="utf-8")
    monkeypatch.setenv("STC_CONFIG", str(settings))
    assert run(["ask", "Who sends #isEmpty?", "--index", str(path)]) == 0
    assert "no answer of house" in capsys.readouterr().err
    assert run(["ask", "Who sends #isEmpty?", "--index", str(path), "--no-model"]) == 0
    assert capsys.readouterr().err == ""
