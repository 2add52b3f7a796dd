"""A data set as a suite: what its samples claim judges, a leak is found, and what nobody can answer is not asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_evaluate import quiet, recording
from training import sample, write_dataset

from evaluator.dataset_suite import read_dataset
from evaluator.evaluate import Plan, evaluate
from stparse.issue import BadInputError

LONG = (
    "total\n\t| sum |\n\tsum := 0.\n\tself payments do: [:each | sum := sum + (each amount * each rate)].\n\t"
    "^sum rounded + self fee - self discount"
)


def folder(place: Path, train: str) -> Path:
    holed = "Fill in:\n\n```smalltalk\nfoo\n\t^self bar: <FILL_ME>\n```"
    return write_dataset(
        place,
        [
            sample("completion.method_body", "Write total", LONG, "test"),
            sample("completion.method_body", "Write other", train, "train"),
            sample("completion.fim", holed, "3 + 4", "test", "expression"),
            sample("preference.method_body", "Write it", "foo\n\t^1", "test", rejected="foo\n\t^1]"),
        ],
    )


def test_a_test_answer_among_the_training_texts_is_found(tmp_path: Path) -> None:
    clean, leaking = folder(tmp_path / "a", "foo\n\t^1"), folder(tmp_path / "b", LONG.replace("total", "sumOfAll"))
    assert read_dataset(clean).leaked == ()
    leaked = read_dataset(leaking).leaked
    assert leaked is not None
    assert len(leaked) == 1


@pytest.mark.parametrize(
    ("filled", "right"), [("3 + 4", (1.0, 1.0)), ("```smalltalk\n3+4\n```", (1.0, 1.0)), ("4 + 3", (0.0, 1.0)), ("3 + )", (0.0, 0.0))]
)
def test_holes(tmp_path: Path, filled: str, right: tuple[float, float]) -> None:
    suite = read_dataset(folder(tmp_path / "data", "foo\n\t^1"), kinds=("completion.fim",))
    found = evaluate(
        recording(tmp_path / "r.jsonl", {suite.items[0].id: filled}), Plan(suite, conventions=False), tmp_path / "out", "t", quiet
    )
    scores = [found.score(name) for name in ("fim_exact", "fim_compiles")]
    assert tuple(one.value for one in scores if one is not None) == right


def test_a_recording_without_likelihoods_is_not_asked_for_preferences(tmp_path: Path) -> None:
    suite = read_dataset(folder(tmp_path / "data", "foo\n\t^1"))
    found = evaluate(recording(tmp_path / "r.jsonl", {"x": "y"}), Plan(suite, conventions=False), tmp_path / "out", "t", quiet)
    assert "preference" in found.unmeasured
    assert found.score("preference") is None


def test_a_kind_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"qa\.nothing"):
        read_dataset(folder(tmp_path / "data", "foo\n\t^1"), kinds=("qa.nothing",))
