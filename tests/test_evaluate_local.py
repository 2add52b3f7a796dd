"""A local model: batches do not matter, likelihoods rank, stops are those of the template."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from training import BODIES, FAULTS, given
from transformers import StoppingCriteriaList

from datagen.complete import Asked
from datagen.sample import ask
from stparse.issue import BadInputError
from trainer.complete import LocalModel, _Wished

pytestmark = pytest.mark.xdist_group("training")


@pytest.fixture(scope="module")
def model() -> LocalModel:
    return LocalModel(Path(given()[0]), most=80)


def test_it_writes_what_the_base_has_learnt(model: LocalModel) -> None:
    found = model([Asked(name, ask(f"Write {name}")) for name in BODIES])
    # The fixture has learnt for seconds only: it still mixes up two of the names.
    assert sum(one.text == BODIES[name] for name, one in zip(BODIES, found, strict=True)) >= 4
    assert all(one.ended and one.tokens and one.seconds for one in found)


def test_batches_make_no_difference(model: LocalModel) -> None:
    asked = [Asked(name, ask(f"Write {name}")) for name in BODIES]
    assert [one.text for one in model(asked)] == [model([one])[0].text for one in asked]


def test_the_right_one_is_likelier(model: LocalModel) -> None:
    found = model([Asked(name, ask(f"Write {name}"), pair=(BODIES[name], bad)) for name, bad in FAULTS.items()])
    assert all(one.margin is not None and one.margin > 0 for one in found)


def test_holes_are_filled_with_the_tokens_of_the_base(model: LocalModel) -> None:
    asked = [Asked("h", ask("?"), hole=("release\n\trights do: ", ".\n\tsuper release")), Asked("t", ask("Write title"))]
    found = model(asked)
    assert found[1].text == BODIES["title"]
    assert found[0].text is not None


def test_words_come_while_it_writes_and_end_when_nobody_listens(model: LocalModel) -> None:
    found = []

    def words(one: Asked) -> Iterator[str]:
        found.append((yield from model.stream(one)))

    asked = Asked("title", ask("Write title"))
    said = [word for word in words(asked) if word]
    whole = model([asked])[0]
    assert whole.text is not None
    assert len(said) > 3
    assert (found[0].text, found[0].ended) == (whole.text, whole.ended)
    assert "".join(said).strip() == whole.text.strip()
    # What nobody waits for ends at its next token.
    stopped = threading.Event()
    stopped.set()
    rules = {"stopping_criteria": StoppingCriteriaList([_Wished(stopped)])}
    assert model._written([asked], holes=False, by_grammar=False, **rules)[0].tokens == 1
    stream = model.stream(asked)
    before = threading.active_count()
    next(stream)
    stream.close()
    assert threading.active_count() == before


def test_what_is_no_training_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no finished training"):
        LocalModel(Path(given()[0]), tmp_path)


def test_it_says_how_much_it_can_take(model: LocalModel) -> None:
    assert model.takes == 512 - 80
    short, long = (model.length_of(ask(text)) for text in ("Write title", "Write title " * 30))
    assert 0 < short < long
