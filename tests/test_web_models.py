"""The pages of the models: promotion through the gate, with every reason; a refusal, a change in between, a comparison, going back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from evaluating import MINI, suite_of
from evaluating import index_of as indexed
from storing import Clone
from test_promote import DATA, Model, measured, trained
from webbing import HOSTILE, Elements, index_of, opened_by

pytest.importorskip("starlette", reason="the pages need stc[web]")
pytest.importorskip("jinja2", reason="the pages need stc[web]")

from starlette.testclient import TestClient

from datagen.complete import Completion
from evaluator.evaluate import Plan, evaluate
from evaluator.item import Suite
from stc.web.app import build
from stc.web.work import Work
from store import models
from stparse.issue import BadInputError

pytestmark = pytest.mark.xdist_group("store")


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    found = suite_of(indexed(MINI, tmp_path_factory.mktemp("web-promote") / "index.sqlite"), 120)
    return Suite(found.name, found.digest, found.items, found.dialect, DATA, found.index, None, ())


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return index_of(tmp_path_factory.mktemp("models"))


@pytest.fixture
def here(db: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Clone:
    gate = "[gate]\nadherence = 0.0\nfinal_loss = 0.5\nexamples = 1000\ncompile_rate = 0.7\n"
    return opened_by("anna", db, monkeypatch, tmp_path, gate)


@pytest.fixture
def client(here: Clone, index: Path, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(build(index, ["testserver"], None, work=tmp_path)) as found:
        yield found


def form_of(page: str, **said: str) -> dict[str, str]:
    elements = Elements(page)
    return {**{name: elements.field(name) for name in ("csrf", "run", "evaluation", "seen")}, **said}


def test_a_promotion_and_what_stands_in_its_way(client: TestClient, here: Clone, tmp_path: Path, suite: Suite) -> None:
    bad, good = trained(tmp_path, "bad"), trained(tmp_path, "good")
    for run, right in ((bad, 7), (good, 10)):
        measured(tmp_path, suite, run, right)
    overview = client.get("/models").text
    assert "No models yet" in overview
    refused = client.get("/models/consider?run=bad&evaluation=eval-bad").text
    assert "the gate refuses it" in refused
    assert "✗ broken</span> <b>compile_rate</b>" in refused
    assert 'action="/models/promote"' not in refused
    page = client.get("/models/consider?run=good&evaluation=eval-good").text
    assert page.count("✓ kept") >= 6
    form = form_of(page, name="mini", reason="it is better")
    # A form that was made up for the refused one, and forms that lack something.
    lies = {**form, "run": "bad", "evaluation": "eval-bad", "confirm": "yes"}
    for said, why in (
        (form, "tick that it is to be the champion"),
        ({**form, "name": "../x", "confirm": "yes"}, "A name is of letters"),
        ({**form, "seen": "", "confirm": "yes"}, "Something has changed"),
        (lies, "Something has changed"),
    ):
        answer = client.post("/models/promote", data=said)
        assert (answer.status_code, why in answer.text) == (422, True)
    assert client.post("/models/promote", data={**form, "confirm": "yes", "csrf": "x"}).status_code == 403
    with here.store() as store:
        assert models.models(store) == []
    done = client.post("/models/promote", data={**form, "confirm": "yes"})
    assert (done.status_code, "mini-v1 is champion" in done.text) == (200, True)
    assert (tmp_path / "models" / "mini-v1" / "adapter").is_dir()
    with here.store() as store:
        (move,) = models.promotions(store)
    assert (move.model, move.reason, move.by) == ("mini-v1", "it is better", "anna")
    assert len(move.gate["reasons"]) >= 6
    # The champion has changed since: what was looked at is not promoted again.
    assert client.post("/models/promote", data={**form, "confirm": "yes"}).status_code == 422


def test_an_adapter_that_changed_is_not_promoted(client: TestClient, tmp_path: Path, suite: Suite) -> None:
    run = trained(tmp_path, "good")
    measured(tmp_path, suite, run, 10)
    form = form_of(client.get("/models/consider?run=good&evaluation=eval-good").text, name="mini", confirm="yes")
    (run / "adapter" / "adapter_config.json").write_text('{"r": 16, "lora_alpha": 320}', encoding="utf-8")
    answer = client.post("/models/promote", data=form)
    assert (answer.status_code, "Something has changed" in answer.text) == (422, True)
    assert "<b>unchanged</b>" in answer.text


def test_two_are_compared_and_one_goes_back(client: TestClient, here: Clone, tmp_path: Path, suite: Suite) -> None:
    for name, right in (("one", 9), ("two", 10)):
        run = trained(tmp_path, name)
        measured(tmp_path, suite, run, right)
        page = client.get(f"/models/consider?run={name}&evaluation=eval-{name}").text
        made = client.post("/models/promote", data=form_of(page, name="mini", confirm="yes"))
        assert made.status_code == 200, made.text
    first, second = quote("model mini-v1"), "eval-two"
    found = client.get(f"/models/compare?first={first}&second={second}").text
    assert 'class="tag good">better' in found
    assert found.count('<svg class="plot"') == 2
    assert "Worst answers" in found
    Elements(found).must_be_ours()
    assert client.get("/models/compare?first=../..&second=x").status_code == 404
    token = Elements(client.get("/models").text).field("csrf")
    assert client.post("/models/rollback", data={"csrf": token, "reason": "users complain"}).status_code == 422
    back = client.post("/models/rollback", data={"csrf": token, "reason": "users complain", "confirm": "yes"})
    assert "mini-v1 is champion" in back.text
    with here.store() as store:
        assert models.model_as(store, "champion") == "mini-v1"


def test_hostile_names_and_answers_are_text(client: TestClient, here: Clone, tmp_path: Path, suite: Suite) -> None:
    run = trained(tmp_path, "<img src=x>")
    evaluation = measured(tmp_path, suite, run, 10)
    said = (evaluation / "report.json").read_text(encoding="utf-8")
    assert json.loads(said)["failures"] is not None
    with here.store() as store:
        models.register(store, "mini", digest="1" * 64, path=HOSTILE)
        models.promote(store, "mini", passed=True, gate={"reasons": [{"rule": HOSTILE, "kept": False, "said": HOSTILE}]}, reason=HOSTILE)
    for path in ("/models", f"/models/consider?run={quote('<img src=x>')}&evaluation={quote('eval-<img src=x>')}&name={quote(HOSTILE)}"):
        page = client.get(path)
        Elements(page.text).must_be_ours()
        assert "&lt;" in page.text


class Hostile(Model):
    """Answers with markup."""

    def __call__(self, asked: Any) -> list[Completion]:
        return [Completion(f"isOpen\n\t^[{HOSTILE}") for _ in asked]


def test_hostile_answers_are_compared_as_text(client: TestClient, tmp_path: Path, suite: Suite) -> None:
    for name in ("a", "b"):
        plan = Plan(suite, metrics=("compile_rate",), conventions=False)
        evaluate(Hostile(suite, 10, name), plan, tmp_path / name, "t", lambda phase, done, total: None)
    page = client.get("/models/compare?first=a&second=b")
    assert page.status_code == 200
    Elements(page.text).must_be_ours()
    assert "document.title = 'caught'" in unescape(page.text)


def test_what_is_in_the_working_folder(tmp_path: Path) -> None:
    for name, sign in (
        ("a/run", "run.json"),
        ("b", "report.json"),
        ("c", "manifest.json"),
        (".hidden", "run.json"),
        ("1/2/3/4/5", "run.json"),
    ):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / sign).write_text("{}", encoding="utf-8")
    # What is inside of a training belongs to it.
    (tmp_path / "a" / "run" / "x").mkdir()
    (tmp_path / "a" / "run" / "x" / "run.json").write_text("{}", encoding="utf-8")
    work = Work(tmp_path)
    assert [[one.name for one in work.all(kind)] for kind in ("training", "evaluation", "data set")] == [["a/run"], ["b"], ["c"]]
    with pytest.raises(BadInputError, match="there is no training"):
        work.named("training", "../b")
