"""Bad answers that wait for the right one: the page, its checks, who comes too late, and the whole of it by keys in a browser."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from storing import Clone
from webbing import HOSTILE, Elements, browser_page, index_of, needs_browser, opened_by, served

pytest.importorskip("starlette", reason="the pages need stc[web]")
pytest.importorskip("jinja2", reason="the pages need stc[web]")

from starlette.testclient import TestClient

from stc.web.app import build
from store import examples, feedback, queue
from store.feedback import Feedback
from stparse.issue import BadInputError

pytestmark = pytest.mark.xdist_group("store")
BROKEN = "So:\n\n```smalltalk\nRight>>isShut\n\t^self isOpen ifTrue: [3\n```\n"
RIGHT = BROKEN.replace(" ifTrue: [3", " not")
PAGE = "/review/unanswered"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return index_of(tmp_path_factory.mktemp("unanswered"))


@pytest.fixture
def here(db: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Clone:
    return opened_by("anna", db, monkeypatch, tmp_path)


@pytest.fixture
def client(here: Clone, index: Path) -> Iterator[TestClient]:
    with TestClient(build(index, ["testserver"], None)) as found:
        yield found


def bad(db: Clone, question: str, answer: str = BROKEN, comment: str = "") -> uuid.UUID:
    with db.store("uli") as store:
        return feedback.give(store, Feedback(question, answer, thumbs="down", comment=comment, model="m-1"))


def form(page: str) -> dict[str, str]:
    elements = Elements(page)
    return {name: elements.field(name) for name in ("csrf", "id")}


def test_what_waits_is_shown_with_what_is_wrong_with_it(client: TestClient, here: Clone) -> None:
    assert client.get(PAGE).url.path == "/review"
    with here.store("uli") as store:
        feedback.give(store, Feedback("Liked?", "Yes.", thumbs="up"))
    bad(here, f"Is it shut? {HOSTILE}", BROKEN + HOSTILE, f"no {HOSTILE}")
    overview = client.get("/review").text
    assert "1 bad answer waits" in overview
    assert "1 piece of feedback waits" in overview
    page = client.get(PAGE).text
    Elements(page).must_be_ours()
    for said in (
        "<b>uli</b> asked",
        "Is it shut?",
        "Answer of m-1",
        "thumb down",
        "method of Right: does not compile",
        "no &lt;script&gt;",
    ):
        assert said in page, said
    assert "Liked?" not in page


def test_an_answer_is_checked_and_taken(client: TestClient, here: Clone) -> None:
    which = bad(here, "Is it shut?")
    said = form(client.get(PAGE).text)
    plain = {"Accept": "text/plain"}
    for text, refusal in (
        (BROKEN, "says nothing new"), ("", "says nothing new"), (BROKEN.replace("[3", "[4"), "It does not compile."),
        (RIGHT.replace("self", "strat"), "It does not compile."),
    ):  # fmt: skip
        checked = client.post(f"{PAGE}/check", data={**said, "correction": text}, headers=plain)
        assert (checked.status_code, refusal in checked.text, "data-fine" in checked.text) == (200, True, False), text
        refused = client.post(PAGE, data={**said, "correction": text})
        assert (refused.status_code, refusal in refused.text) == (422, True)
        assert unescape(refused.text).replace("\r", "").count(f">{text.rstrip()}</textarea>") == 1
    broken = client.post(f"{PAGE}/check", data={**said, "correction": BROKEN.replace("[3", "[4")}, headers=plain).text
    assert "line 5" in broken
    assert "<ins>4</ins>" in broken
    fine = client.post(f"{PAGE}/check", data={**said, "correction": RIGHT}).text
    assert "It compiles, and can be taken." in fine
    assert client.post(PAGE, data={**said, "correction": RIGHT}).url.path == "/review"
    with here.store("ben") as store:
        found = queue.place(store, which)
        assert (found.state, found.person) == ("candidate", "uli")
        assert found.example is not None
        made = examples.example(store, found.example)
        assert (made.created_by, made.answer) == ("anna", RIGHT.rstrip("\n"))


def test_they_come_one_after_the_other(client: TestClient, here: Clone) -> None:
    ids = [str(bad(here, f"Question {n}?")) for n in range(3)]
    page = client.get(PAGE).text
    for which, following in zip(ids, [*ids[1:], ids[0]], strict=True):
        assert form(page)["id"] == which
        assert f'href="{PAGE}?id={following}"' in page
        page = client.get(f"{PAGE}?id={following}").text
    page = client.post(PAGE, data={**form(client.get(f"{PAGE}?id={ids[1]}").text), "correction": RIGHT}).text
    assert form(page)["id"] == ids[2]
    refused = client.post(f"{PAGE}/close", data={**form(page), "why": " "})
    assert (refused.status_code, "why nothing can be learnt" in refused.text) == (422, True)
    page = client.post(f"{PAGE}/close", data={**form(page), "why": "a joke"}).text
    assert form(page)["id"] == ids[0]
    assert "waits no longer" in client.get(f"{PAGE}?id={ids[2]}").text
    with here.store() as store:
        assert [queue.place(store, uuid.UUID(which)).state for which in ids] == ["queued", "candidate", "rejected"]


def test_who_comes_too_late_keeps_what_was_typed(client: TestClient, here: Clone) -> None:
    which = bad(here, "Is it shut?")
    said = form(client.get(PAGE).text)
    with here.store("ben") as store:
        queue.answer(store, which, RIGHT)
    for path in (PAGE, f"{PAGE}/check"):
        late = client.post(path, data={**said, "correction": f"Mine. {HOSTILE}"})
        assert (late.status_code, "waits no longer" in late.text) == (409, True)
        Elements(late.text).must_be_ours()
        assert "Mine. <script>" in unescape(late.text)


def test_between_the_look_and_the_act(here: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two answer at the same moment: the second is told, and not thanked for an answer that nobody has."""
    which = bad(here, "Is it shut?")
    with here.store("ben") as store, here.store("anna") as other:
        seen = feedback.waiting(other)
        queue.answer(store, which, RIGHT)
        looks = iter((seen, []))
        monkeypatch.setattr(queue, "waiting", lambda _: next(looks))
        with pytest.raises(BadInputError, match="does not wait: it is candidate"):
            queue.answer(other, which, "Otherwise.")


def test_code_is_judged_in_the_dialect_of_the_code_base(here: Clone, tmp_path: Path) -> None:
    """Braces make an array in Pharo and are no code in VisualWorks."""
    text = "Object subclass: #Right\n\tinstanceVariableNames: ''\n\tclassVariableNames: ''\n\tpackage: 'Bp'!\n\n"
    text += "!Right methodsFor: 'x'!\nisOpen\n\t^{1. 2} isEmpty! !\n"
    path = index_of(tmp_path, f"'From Pharo11.0.0 of 1 June 2023'!\n\n{text}")
    which = bad(here, "Is it shut?")
    with TestClient(build(path, ["testserver"], None)) as client:
        said = form(client.get(PAGE).text)
        client.post(PAGE, data={**said, "correction": RIGHT.replace("self isOpen not", "{1. 2} isEmpty")})
    with here.store() as store:
        assert queue.place(store, which).state == "candidate"


@needs_browser
def test_by_keys_alone(here: Clone, index: Path) -> None:
    ids = [bad(here, f"Is it shut, {n}?") for n in range(3)]
    with served(index) as address, browser_page() as (page, complaints):
        page.goto(f"{address}/review")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}{PAGE}")
        page.keyboard.press("n")
        page.wait_for_url(f"{address}{PAGE}?id={ids[1]}")
        page.keyboard.press("e")
        assert page.evaluate("document.activeElement.name") == "correction"
        # From the end of the code, where the fence begins, back over what is wrong with it.
        page.keyboard.press("Control+End")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("End")
        page.keyboard.type("4")
        page.wait_for_selector("[data-preview] >> text=It does not compile.")
        assert page.is_disabled("[data-take]")
        assert "34" in page.inner_text("[data-preview] .diff .new")
        for _ in " ifTrue: [34":
            page.keyboard.press("Backspace")
        page.keyboard.type(" not")
        page.wait_for_selector("[data-preview] >> text=It compiles, and can be taken.")
        page.keyboard.press("Control+Enter")
        page.wait_for_url(f"{address}{PAGE}?id={ids[2]}")
        page.keyboard.press("x")
        page.keyboard.type("a joke")
        page.keyboard.press("Enter")
        page.wait_for_selector("h1 >> text=1 waits")
        assert complaints == []
    with here.store() as store:
        assert [queue.place(store, which).state for which in ids] == ["queued", "candidate", "rejected"]
