"""The page that answers: facts and passages, a model's words as they come, and ratings that go into the store."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

import pytest
from storing import Clone
from webbing import HOSTILE, Elements, FakeModel, browser_page, index_of, needs_browser, served

pytest.importorskip("starlette", reason="the pages need stc[web]")
pytest.importorskip("jinja2", reason="the pages need stc[web]")

from starlette.testclient import TestClient

from datagen.complete import Asked, Completion
from datagen.sample import Prompt, ask
from evaluator.endpoint import Endpoint, Patience, Sampling
from stc.web.app import build
from stc.web.cited import linked
from store import feedback
from store.embedded import USER

pytestmark = pytest.mark.xdist_group("store")
ANSWER = [
    "`Right>>isOpen` tells it, ",
    f"and Nobody>>isNothing does not. {HOSTILE}\n\n",
    "```smalltalk\nRight>>isShut\n\t^self isOpen not\n```\n\nNot so:\n\n```smalltalk\nRight>>broken\n\t^self isOpen ifTrue: [3\n```\n",
    "That is all.",
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return index_of(tmp_path_factory.mktemp("ask"))


@pytest.fixture
def client(index: Path) -> Iterator[TestClient]:
    with TestClient(build(index, ["testserver"], None)) as found:
        yield found


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep an stc.toml of whoever runs the tests away."""
    monkeypatch.setenv("STC_CONFIG", str(tmp_path / "stc.toml"))
    (tmp_path / "stc.toml").write_text("", encoding="utf-8")


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeModel]:
    """Name a model in stc.toml."""
    found = FakeModel()
    found.words = list(ANSWER)
    (tmp_path / "stc.toml").write_text(f'[ask]\nendpoint = "{found.url}"\nmodel = "m"\n', encoding="utf-8")
    monkeypatch.setenv("STC_CONFIG", str(tmp_path / "stc.toml"))
    yield found
    found.close()


@pytest.fixture
def here(db: Clone, monkeypatch: pytest.MonkeyPatch) -> Clone:
    monkeypatch.setenv("STC_DSN", db.conninfo(USER))
    monkeypatch.setenv("STC_USER", "uli")
    return db


def test_facts_and_passages_are_there_at_once(client: TestClient, plain: None) -> None:
    found = client.get("/ask", params={"q": "Who sends #isOpen?"})
    assert found.status_code == 200
    assert "Senders of" in found.text
    assert "FreeRight&gt;&gt;isOpen" in found.text
    assert "data-words" not in found.text
    # A question that is short has an address of its own, a walkback has not.
    token = Elements(found.text).field("csrf")
    short = client.post("/ask", data={"csrf": token, "q": "what is Right"}, follow_redirects=False)
    assert (short.status_code, short.headers["location"]) == (303, "/ask?q=what%20is%20Right")
    walkback = "FreeRight(Right)>>isOpen\nFreeRight(Object)>>doesNotUnderstand: #isShut\n" + "more\n" * 400
    shown = client.post("/ask", data={"csrf": token, "q": walkback}, follow_redirects=False)
    assert (shown.status_code, "Walkback" in shown.text) == (200, True)
    assert client.get("/ask", params={"q": "a" * 20_001}).status_code == 413


def test_a_hostile_question_and_comment_are_text(client: TestClient, plain: None) -> None:
    for question in (HOSTILE, f'"></textarea>{HOSTILE}', "what is Right", "Who implements isOpen?"):
        found = client.get("/ask", params={"q": question})
        Elements(found.text).must_be_ours()
        assert "document.title = 'caught'" in unescape(found.text)
    Elements(linked(f'Right>>isOpen {HOSTILE} `{HOSTILE}` Right>>"onclick=x"')).must_be_ours()


def test_the_words_of_a_model_are_judged(client: TestClient, model: FakeModel) -> None:
    model.released.set()
    page = client.get("/ask", params={"q": "what is isOpen"}).text
    assert "data-words" in page
    told = client.post("/ask/words", data={"csrf": Elements(page).field("csrf"), "q": "what is isOpen"})
    lines = [json.loads(line) for line in told.text.splitlines() if line.strip()]
    assert [line["words"] for line in lines[:-1]] == ANSWER
    html = lines[-1]["html"]
    Elements(html).must_be_ours()
    assert re.findall(r'figure class="checked (\w+)"', html) == ["good", "bad"]
    assert '<a href="/method?class=Right&amp;selector=isOpen">Right&gt;&gt;isOpen</a>' in html
    assert "Nobody&gt;&gt;isNothing is not in the indexed code" in html
    assert "```" not in html.partition("<form")[0]
    # The caret stands below the place.
    row, under = re.findall(r'class="caret"><pre[^>]*>(.*)\n(.*)</pre>', html)[0]
    assert under.strip() == "^"
    assert len(under) <= len(unescape(row)) + 1
    prompt = model.asked[0]["messages"][-1]["content"]
    assert prompt.count("=== ") >= 2
    assert client.get("/method", params={"class": "Right", "selector": "isOpen"}, follow_redirects=False).status_code == 303


def test_without_a_model_there_are_no_words(client: TestClient, plain: None) -> None:
    token = Elements(client.get("/ask").text).field("csrf")
    assert client.post("/ask/words", data={"csrf": token, "q": "x"}).status_code == 404


def test_a_server_that_is_gone_is_told(client: TestClient, model: FakeModel) -> None:
    model.close()
    token = Elements(client.get("/ask").text).field("csrf")
    told = client.post("/ask/words", data={"csrf": token, "q": "what is Right"}).text
    assert "There is no answer of the model: no connection" in json.loads(told.splitlines()[-1])["html"]


def test_who_comes_too_many_is_told_to_wait(client: TestClient, model: FakeModel) -> None:
    token = Elements(client.get("/ask").text).field("csrf")
    said = {"csrf": token, "q": "what is Right"}
    with ThreadPoolExecutor(2) as readers:
        two = [readers.submit(client.post, "/ask/words", data=said) for _ in range(2)]
        while len(model.asked) < 2:
            time.sleep(0.05)
        told = client.post("/ask/words", data=said)
        assert json.loads(told.text)["error"] == "others are being answered; try again in a moment"
        model.released.set()
        assert all("html" in one.result().text for one in two)
    # Their places are free again.
    assert "html" in client.post("/ask/words", data=said).text


def test_a_model_that_cannot_be_opened_leaves_the_facts(client: TestClient, plain: None, tmp_path: Path) -> None:
    (tmp_path / "stc.toml").write_text('[ask]\nendpoint = "ftp://nowhere"\nmodel = "m"\n', encoding="utf-8")
    page = client.get("/ask", params={"q": "Who sends #isOpen?"})
    assert "FreeRight&gt;&gt;isOpen" in page.text
    told = client.post("/ask/words", data={"csrf": Elements(page.text).field("csrf"), "q": "x"}, headers={"Accept": "text/plain"})
    assert (told.status_code, "is no address of a server" in told.text) == (422, True)


def test_an_endpoint_streams(model: FakeModel) -> None:
    model.released.set()
    found: list[Completion] = []

    def words() -> Iterator[str]:
        found.append((yield from Endpoint(model.url, "m", Sampling(), Patience(tries=1)).stream(Asked("a", ask("what?")))))

    assert list(words()) == ANSWER
    assert (found[0].text, found[0].ended) == ("".join(ANSWER), True)
    model.words = []
    assert list(words()) == []
    assert (found[1].text, found[1].trouble) == (None, "the server's answer holds no text")


class _Narrow:
    """A model of this machine whose window takes one message, and no passage beside it."""

    ranks, batch, takes, identity = False, 1, 60, {"model": "narrow"}

    def __init__(self) -> None:
        self.seen: list[str] = []

    def length_of(self, prompt: Prompt) -> int:
        return 100 if any("stand passages" in message.content for message in prompt.messages) else 50

    def __call__(self, asked: Sequence[Asked]) -> list[Completion]:
        self.seen += [message.content for one in asked for message in one.prompt.messages]
        return [Completion("It is `Right>>isOpen`.") for _ in asked]


def test_the_page_shows_a_model_no_more_than_it_takes(client: TestClient, plain: None, monkeypatch: pytest.MonkeyPatch) -> None:
    model = _Narrow()
    monkeypatch.setattr("stc.web.wording.configured_model", lambda: model)
    page = Elements(client.get("/ask", params={"q": "what is Right"}).text)
    said = client.post("/ask/words", data={"csrf": page.field("csrf"), "q": "what is Right"})
    assert "Right&gt;&gt;isOpen" in json.loads(said.text.splitlines()[-1])["html"]
    assert model.seen
    assert not any("stand passages" in text for text in model.seen)


def test_a_rating_goes_into_the_store_once(client: TestClient, here: Clone, plain: None) -> None:
    page = Elements(client.get("/ask", params={"q": "what is Right"}).text)
    form = {name: page.field(name) for name in ("csrf", "request", "question", "answer", "model", "citations")}
    said = {**form, "thumbs": "down", "rating": "2", "corrected_answer": f"Right answers\n{HOSTILE}", "comment": ""}
    for _ in range(2):
        kept = client.post("/ask/rate", data=said, headers={"Accept": "text/plain"})
        assert (kept.status_code, kept.text) == (200, f"Thank you. It is kept as {form['request']}.")
    with here.store() as store:
        (one,) = feedback.waiting(store)
        rows = store.value("SELECT jsonb_build_array(citations, person, comment) FROM training_feedback")
    assert (str(one.id), one.question, one.rating, one.thumbs) == (form["request"], "what is Right", 2, "down")
    assert one.corrected_answer == f"Right answers\n{HOSTILE}"
    assert "Right" in one.answer
    assert rows[0][0].startswith("Right")
    assert rows[1:] == ["uli", ""]
    # Without a script the answer is a page.
    page_said = client.post("/ask/rate", data={**said, "request": "6f1c7a50-4d3e-4c57-9d57-6f0d4a1f1c06", "comment": HOSTILE})
    Elements(page_said.text).must_be_ours()
    assert "Thank you." in page_said.text


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({}, 422, "needs a rating"),
        ({"rating": "6"}, 422, "from 1 to 5"),
        ({"rating": "x"}, 422, "changed on its way"),
        ({"thumbs": "sideways"}, 422, "a thumb is"),
        ({"rating": "1", "citations": '{"a": 1}'}, 422, "no list of texts"),
        ({"rating": "1", "comment": "a" * 5001}, 422, "5,001 characters"),
        ({"rating": "1", "csrf": "wrong"}, 403, "older than this server"),
        ({"rating": "1", "comment": "a" * 2**22}, 413, "not taken"),
    ],
)
def test_what_cannot_be_kept_is_told(client: TestClient, here: Clone, plain: None, changed: dict[str, str], status: int, said: str) -> None:
    page = Elements(client.get("/ask", params={"q": "what is Right"}).text)
    form = {name: page.field(name) for name in ("csrf", "request", "question", "answer", "model", "citations")}
    found = client.post("/ask/rate", data={**form, **changed}, headers={"Accept": "text/plain"})
    assert (found.status_code, said in found.text) == (status, True), found.text


def test_another_page_cannot_send_a_form(client: TestClient, plain: None) -> None:
    token = Elements(client.get("/ask").text).field("csrf")
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}, {"Origin": "null"}):
        found = client.post("/ask", data={"csrf": token, "q": "x"}, headers=headers, follow_redirects=False)
        assert (found.status_code, "somebody else" in found.text) == (403, True)
    assert client.post("/ask", json={"csrf": token}).status_code == 415
    own = client.post("/ask", data={"csrf": token, "q": "x"}, headers={"Origin": "http://testserver"}, follow_redirects=False)
    assert own.status_code == 303


@needs_browser
def test_words_come_while_the_model_still_writes(index: Path, model: FakeModel, here: Clone) -> None:
    with served(index) as address, browser_page() as (page, complaints):
        page.goto(f"{address}/ask")
        page.keyboard.type("what is isOpen")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Not so:")
        assert page.locator("figure.checked").count() == 0
        assert page.inner_text("[data-state]") == "The model writes …"
        model.released.set()
        page.wait_for_selector("figure.checked.bad")
        assert page.inner_text("figure.checked.good figcaption").startswith("✓ method of Right: compiles")
        assert page.title() == "what is isOpen · stc"
        page.check("input[name=rating][value='4']")
        page.click(".rating button")
        page.wait_for_selector("text=Thank you. It is kept as")
        assert complaints == []
    with here.store() as store:
        (one,) = feedback.satisfaction(store)
    assert (one.model, one.ratings, one.mean) == ("m", 1, 4.0)
