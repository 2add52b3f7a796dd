"""Two models that answer in turn: the split is stable and even, the answer says who gave it, and ratings are compared honestly."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner
from evaluating import MINI, index_of
from storing import Clone

from datagen.complete import Asked, Completion
from datagen.sample import ask
from retrieval.retriever import Retriever
from retrieval.shelving import open_library
from stc.asking import answer, answer_object
from stc.cli import cli
from stc.config import ask_settings
from stc.rated import measure_of
from stc.splitting import Named, Split
from store import feedback
from store.embedded import USER
from store.feedback import Feedback
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError

pytestmark = pytest.mark.xdist_group("store")


class Parrot:
    """Says its name."""

    ranks, batch = False, 1

    def __init__(self, name: str) -> None:
        self.name = name
        self.identity: Mapping[str, Any] = {"model": "parrot"}

    def __call__(self, asked: Sequence[Asked]) -> list[Completion]:
        return [Completion(f"I am {self.name}") for _ in asked]


def never() -> Parrot:
    raise AssertionError("this model has nothing to do")


def split(share: float = 0.5, person: str = "anna", first: str = "a", second: str = "b") -> Split:
    return Split(Named(first, lambda: Parrot(first)), Named(second, lambda: Parrot(second)), share, person)


def test_the_split_is_even_and_stable_and_made_anew_for_other_models() -> None:
    questions = [f"q{number}" for number in range(2000)]
    chosen = [split().chosen(one).name for one in questions]
    assert chosen == [split().chosen(one).name for one in questions]
    assert 920 < chosen.count("b") < 1080
    # Neither who asks nor which two models there are says anything about the other division.
    for other in (split(person="ben"), split(first="a", second="c")):
        same = sum(other.chosen(one).name == "a" for one, name in zip(questions, chosen, strict=True) if name == "a")
        assert 0.43 < same / chosen.count("a") < 0.57
    assert {split(0.0).chosen(one).name for one in questions} == {"a"}
    assert {split(1.0).chosen(one).name for one in questions} == {"b"}
    few = [split(0.1).chosen(one).name for one in questions]
    assert 140 < few.count("b") < 260
    # A larger share takes questions from the first model and gives none back.
    assert all(name == "b" for name, before in zip(chosen, few, strict=True) if before == "b")


def test_a_model_that_does_not_answer_is_not_opened() -> None:
    found = Split(Named("a", lambda: Parrot("a")), Named("b", never), 0.0, "anna")([Asked("q", ask("?"))])
    assert [(one.text, one.by) for one in found] == [("I am a", "a")]


def test_words_come_one_by_one_where_the_model_can() -> None:
    class Streams(Parrot):
        def stream(self, one: Asked) -> Any:
            yield from ("I ", "am")
            return Completion("I am")

    def told(model: Split) -> tuple[list[str], Completion]:
        words, heard = model.stream(Asked("q", ask("?"))), []
        while True:
            try:
                heard.append(next(words))
            except StopIteration as ended:
                return heard, ended.value

    heard, done = told(Split(Named("a", lambda: Streams("a")), Named("b", never), 0.0, "anna"))
    assert (heard, done.text, done.by) == (["I ", "am"], "I am", "a")
    heard, done = told(split(1.0))
    assert (heard, done.text, done.by) == ([], "I am b", "b")


def test_an_answer_says_who_gave_it_and_has_an_id(tmp_path: Path) -> None:
    with CodeIndex.open(index_of(MINI / "Foundation", tmp_path / "index.sqlite")) as index:
        retriever = Retriever(index, open_library(index))
        found = [answer(index, retriever, f"What is BpRange{' ' * n}?", most=3, model=split(), house=None) for n in range(5)]
        other = {answer(index, retriever, f"Question {n}", most=3, model=split(), house=None).worded for n in range(12)}
    # White space makes no other question of it.
    assert len({one.worded.model for one in found[1:] if one.worded}) == 1
    assert {one.model for one in other if one} == {"a", "b"}
    assert len({str(answer_object(one)["id"]) for one in found}) == 5


def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (tmp_path / "stc.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("STC_CONFIG", str(tmp_path / "stc.toml"))


def test_the_command_lets_both_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = str(index_of(MINI / "Foundation", tmp_path / "index.sqlite"))
    server = 'endpoint = "http://127.0.0.1:1/v1"\n'
    settings(tmp_path, monkeypatch, f'[ask]\n{server}model = "v1"\n[ask.against]\n{server}model = "v2"\n')
    monkeypatch.setattr("stc.cli.ask._opened", lambda given: Parrot(given["model"]))

    def asked(question: str, *more: str) -> Any:
        return json.loads(CliRunner().invoke(cli, ["ask", question, "--index", index, "--json", *more]).stdout)

    found = [asked(f"Question {number}") for number in range(8)]
    assert {one["model"] for one in found} == {"v1", "v2"}
    assert all(one["answer"] == f"I am {one['model']}" for one in found)
    # Who names a model is answered by that one.
    assert asked("Question 1", "--endpoint", "http://127.0.0.1:1/v1", "--model", "v9")["answer"] == "I am v9"
    assert asked("Question 1", "--no-model")["answer"] is None


def test_two_models_in_stc_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings(tmp_path, monkeypatch, '[ask]\nbase = "b"\nrun = "models/v1"\nshare = 0.25\n[ask.against]\nbase = "b"\nrun = "models/v2"\n')
    found = ask_settings()
    assert found.against is not None
    assert (found.name, found.against.name, found.share) == ("v1", "v2", 0.25)
    for text, said in (
        ('[ask]\nbase = "b"\n[ask.against]\nbase = "b"\n', "called differently"),
        ('[ask]\nbase = "b"\n[ask.against]\nbas = "c"\n', "is no model"),
        ('[ask]\nbase = "b"\nshare = 2\n[ask.against]\nbase = "c"\n', "from 0 to 1"),
    ):
        settings(tmp_path, monkeypatch, text)
        with pytest.raises(BadInputError, match=said):
            ask_settings()


def test_a_difference_is_shown_where_there_is_one_and_else_not() -> None:
    def said(chance: Random, mean: float) -> list[tuple[str, float]]:
        return [(f"p{n % 10}", min(5.0, max(1.0, round(chance.gauss(mean, 1))))) for n in range(200)]

    better = measure_of("rating", said(Random(1), 3.0), said(Random(2), 4.0))
    assert better.verdict == "the second is liked better"
    assert measure_of("rating", said(Random(2), 4.0), said(Random(1), 3.0)).verdict == "the first is liked better"
    # With no difference in truth, about one comparison in twenty says otherwise.
    wrong = sum(measure_of("r", said(Random(n), 3.0), said(Random(n + 500), 3.0)).verdict != "no difference is shown" for n in range(40))
    assert wrong <= 7


def test_few_people_show_nothing_however_often_they_rate() -> None:
    one = [("anna", 1.0)] * 100
    found = measure_of("thumbs", one, [("anna", 0.0)] * 100)
    assert (found.low, found.high, found.people) == (None, None, 1)
    assert "too few people (1)" in found.verdict
    assert measure_of("thumbs", one, []).verdict == "not both were rated"


def test_ratings_of_two_models_by_command(db: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(8):
        with db.store(f"p{number}") as store:
            feedback.give(store, Feedback(f"q{number}", "A", rating=1, model="v1"))
            # The last word counts.
            feedback.give(store, Feedback(f"q{number}", "A", rating=2 + number % 2, model="v1"))
            feedback.give(store, Feedback(f"r{number}", "A", rating=5, thumbs="up", model="v2"))
    with db.store("p1") as store:
        feedback.give(store, Feedback("q", "A", thumbs="down", model="v1"))
    monkeypatch.setenv("STC_DSN", db.conninfo(USER))
    monkeypatch.setenv("STC_USER", "mia")
    settings(tmp_path, monkeypatch, '[ask]\nbase = "v1"\n[ask.against]\nbase = "v2"\n')
    found = json.loads(CliRunner().invoke(cli, ["models", "rated", "--json"]).stdout)
    rating, thumbs = found["measures"]
    assert (found["first"], found["second"]) == ("v1", "v2")
    assert (rating["first"], rating["first_mean"], rating["second"], rating["second_mean"]) == (8, 2.5, 8, 5.0)
    assert 2 < rating["low"] <= 2.5 <= rating["high"] < 3
    assert rating["verdict"] == "the second is liked better"
    assert (thumbs["first"], thumbs["first_mean"], thumbs["second_mean"], thumbs["people"]) == (1, 0.0, 1.0, 8)
    said = CliRunner().invoke(cli, ["models", "rated", "v2", "v1"]).stdout
    assert "rating: 5.00 and 2.50, of 8 and 8 ratings by 8 in all, difference -" in said
    assert "the first is liked better" in said
