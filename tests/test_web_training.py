"""The pages of trainings: curves of what is finished and of what goes on, in a real browser while it is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from webbing import HOSTILE, Elements, browser_page, index_of, needs_browser, served

pytest.importorskip("starlette", reason="the pages need stc[web]")
pytest.importorskip("jinja2", reason="the pages need stc[web]")

from hypothesis import example, given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from stc.web.app import build
from stc.web.curves import LOSSES, SHARES, chart
from trainer.folder import LIVE
from trainer.live import points_in, write_point


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return index_of(tmp_path_factory.mktemp("training"))


@pytest.fixture
def client(index: Path, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(build(index, ["testserver"], None, work=tmp_path)) as found:
        yield found


def began(folder: Path, name: str, **more: object) -> Path:
    run = folder / name
    run.mkdir(parents=True)
    record = {"format": 1, "status": "running", "base": {"name": "tiny"}, "spec": {"stages": ["sft"]}, **more}
    (run / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return run


def test_points_while_they_come(tmp_path: Path) -> None:
    run = began(tmp_path, "run")
    assert points_in(run) == []
    stage = run / "stages" / "sft"
    for step in (1, 2, 3):
        write_point(stage, {"stage": "sft", "step": step, "loss": 1 / step})
    write_point(stage, {"stage": "sft", "step": 3, "validation_loss": 0.5})
    assert points_in(run)[-1] == {"stage": "sft", "step": 3, "loss": 1 / 3, "validation_loss": 0.5}
    # Killed, and gone on with from the checkpoint of step 1: what came behind it is void.
    write_point(stage, {"stage": "sft", "step": 2, "loss": 7.0})
    assert [(point["step"], point["loss"]) for point in points_in(run)] == [(1, 1.0), (2, 7.0)]
    # A line that is on its way is not there yet.
    with (stage / LIVE).open("a", encoding="utf-8") as file:
        file.write('{"stage": "sft", "st')
    assert len(points_in(run)) == 2
    # The result of a stage is its last word, and the curves of the run are that of all.
    write_point(run / "stages" / "dpo", {"stage": "dpo", "step": 1, "loss": 0.6})
    (stage / "result.json").write_text('{"points": [{"stage": "sft", "step": 9, "loss": 0.1}]}', encoding="utf-8")
    assert [(point["stage"], point["step"]) for point in points_in(run)] == [("sft", 9), ("dpo", 1)]
    (run / "curves.json").write_text('[{"stage": "sft", "step": 5, "loss": 0.2}]', encoding="utf-8")
    assert [point["step"] for point in points_in(run)] == [5]


def test_the_pages_of_trainings(client: TestClient, tmp_path: Path) -> None:
    assert "There is no training in" in client.get("/training").text
    run = began(tmp_path, "one")
    for step in range(1, 60):
        write_point(run / "stages" / "sft", {"stage": "sft", "step": step, "loss": 2 / step, "of": 100})
    write_point(run / "stages" / "sft", {"stage": "sft", "step": 60, "validation_loss": 0.25, "validation_accuracy": 0.75, "of": 100})
    began(tmp_path, "done", status="finished")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{", encoding="utf-8")
    page = client.get("/training").text
    assert "60 of 100" in page
    assert '<span class="tag good">finished</span>' in page
    shown = client.get("/training/run?name=one").text
    assert shown.count('<svg class="curves"') == 2
    assert "validation accuracy <b>0.75</b>" in shown
    assert "cannot be read" in client.get("/training/run?name=broken").text
    assert client.get("/training/run?name=../one").status_code == 503
    assert client.get("/training/curves?name=one").text in shown


def test_hostile_runs_are_text(client: TestClient, tmp_path: Path) -> None:
    run = began(tmp_path, "<img src=x>", base={"name": HOSTILE}, spec={"note": HOSTILE}, status=HOSTILE)
    write_point(run / "stages" / "sft", {"stage": HOSTILE, "step": HOSTILE, "loss": 1})
    write_point(run / "stages" / "sft", {"stage": HOSTILE, "step": 1, "loss": 1, "of": HOSTILE})
    for path in ("/training", "/training/run?name=%3Cimg%20src%3Dx%3E", "/training/curves?name=%3Cimg%20src%3Dx%3E"):
        page = client.get(path)
        assert page.status_code == 200
        Elements(page.text).must_be_ours()
        assert "&lt;script&gt;" in page.text


@example([{"loss": 5e-324}])
@given(st.lists(st.dictionaries(st.sampled_from([*LOSSES, *SHARES, "stage", "step"]), st.floats() | st.integers() | st.text() | st.none())))
def test_any_points_can_be_drawn(points: list[dict[str, object]]) -> None:
    for names in (LOSSES, SHARES):
        drawn = chart(points, names, "x")
        Elements(drawn).must_be_ours()
        assert "nan" not in drawn.partition("<text")[0]


@needs_browser
def test_curves_grow_while_the_training_goes_on(index: Path, tmp_path: Path) -> None:
    run = began(tmp_path, "live")
    write_point(run / "stages" / "sft", {"stage": "sft", "step": 1, "loss": 2.0, "of": 3})
    with served(index, "--work", str(tmp_path)) as address, browser_page() as (page, complaints):
        page.goto(f"{address}/training")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=step 1 of 3")
        write_point(run / "stages" / "sft", {"stage": "sft", "step": 2, "loss": 1.0, "validation_accuracy": 0.5, "of": 3})
        page.wait_for_selector("text=step 2 of 3")
        assert page.locator("svg.curves").count() == 2
        record = json.loads((run / "run.json").read_text(encoding="utf-8"))
        (run / "run.json").write_text(json.dumps({**record, "status": "finished"}), encoding="utf-8")
        page.wait_for_selector("text=finished")
        assert complaints == []
