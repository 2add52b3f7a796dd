"""The review in the browser: fifty examples by keys alone, corrections with a diff and a caret, undo, conflicts, two reviewers."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path

import pytest
from storing import Clone, sample, write_dataset
from webbing import HOSTILE, Elements, browser_page, index_of, needs_browser, opened_by, served

pytest.importorskip("starlette", reason="the pages need stc[web]")
pytest.importorskip("jinja2", reason="the pages need stc[web]")

from starlette.testclient import TestClient

from datagen.sample import Sample
from stc.web.app import build
from stc.web.diffs import diff
from store import examples, feedback, review

pytestmark = pytest.mark.xdist_group("store")
METHOD = "isOpen\n\t^start isNil"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return index_of(tmp_path_factory.mktemp("review"))


@pytest.fixture
def here(db: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Clone:
    return opened_by("anna", db, monkeypatch, tmp_path)


def load(db: Clone, folder: Path, made: Sequence[Sample]) -> list[str]:
    with db.store() as store:
        examples.load(store, write_dataset(folder / "rights", made))
    return [one.id for one in made]


@pytest.fixture
def client(here: Clone, index: Path) -> Iterator[TestClient]:
    with TestClient(build(index, ["testserver"], None)) as found:
        yield found


def hidden(page: str) -> dict[str, str]:
    elements = Elements(page)
    return {name: elements.field(name) for name in ("csrf", "example", "status", "seen", "request", "kind", "last")}


def test_the_queue_one_after_the_other(client: TestClient, here: Clone, tmp_path: Path) -> None:
    load(here, tmp_path, [sample(n) for n in range(3)])
    assert "qa.role" in client.get("/review").text
    page = client.get("/review/next?kind=qa.role").text
    first = hidden(page)
    page = client.post("/review/decide", data={**first, "verdict": "verify"}).text
    second = hidden(page)
    assert second["example"] != first["example"]
    assert second["last"] == first["example"]
    assert "verified" in page
    refused = client.post("/review/decide", data={**second, "verdict": "reject"})
    assert (refused.status_code, "say why it is rejected" in refused.text) == (422, True)
    left = hidden(client.post("/review/pass", data=second).text)["example"]
    assert left not in (first["example"], second["example"])
    # Undo shows what was decided, to be decided again.
    page = client.post("/review/undo", data={"csrf": first["csrf"], "last": first["example"]}).text
    assert hidden(page)["example"] == first["example"]
    with here.store() as store:
        assert examples.example(store, first["example"]).status == "proposed"
    # The same form twice decides once.
    form = {**hidden(page), "verdict": "reject", "reason": "trivial"}
    for _ in range(2):
        assert client.post("/review/decide", data=form).status_code == 200
    with here.store("anna") as store:
        assert [one.verdict for one in review.decisions(store, first["example"])] == ["verify", "withdraw", "reject"]
        review.decide(store, left, "verify")
    assert "Nothing is left to review" in client.get("/review/next").text
    assert client.get("/review/item?id=nothing").status_code == 503


def test_a_correction_is_checked_before_it_is_taken(client: TestClient, here: Clone, tmp_path: Path) -> None:
    load(here, tmp_path, [sample(1, "completion.method_body", answer=METHOD)])
    form = hidden(client.get("/review/next").text)
    broken = {**form, "correction": "isOpen\n\t^start isNil ifTrue: [3", "verdict": "correct"}
    checked = client.post("/review/check", data=broken, headers={"Accept": "text/plain"})
    assert checked.status_code == 200
    assert "data-fine" not in checked.text
    assert "It does not compile." in checked.text
    row, under = re.findall(r'class="caret"><pre[^>]*>(.*)\n(.*)</pre>', checked.text)[0]
    assert (unescape(row), under) == ("\t^start isNil ifTrue: [3", "\t" + " " * 23 + "^")
    assert "<ins> ifTrue: [3</ins>" in checked.text
    refused = client.post("/review/decide", data=broken)
    assert refused.status_code == 422
    # What was typed is not lost.
    assert "isOpen\n\t^start isNil ifTrue: [3</textarea>" in unescape(refused.text).replace("\r", "")
    same = client.post("/review/check", data={**form, "correction": METHOD}, headers={"Accept": "text/plain"})
    assert "says nothing new" in same.text
    right = {**form, "correction": f'isOpen\n\t"{HOSTILE}"\n\t^self start isNil', "verdict": "correct"}
    page = client.post("/review/check", data=right)
    Elements(page.text).must_be_ours()
    assert "It compiles, and can be taken." in page.text
    assert client.post("/review/decide", data=right).status_code == 200
    with here.store() as store:
        assert examples.example(store, form["example"]).status == "corrected"
        (made,) = [one.correction for one in review.decisions(store, form["example"])]
        assert made is not None
    # Another reviewer sees what it changes.
    shown = client.get(f"/review/item?id={made}").text
    assert "What the correction changes" in shown
    Elements(shown).must_be_ours()
    own = client.post("/review/decide", data={**hidden(shown), "verdict": "verify"})
    assert (own.status_code, "not" in own.text) == (422, True)


def test_who_came_between_is_told(client: TestClient, here: Clone, tmp_path: Path) -> None:
    (which,) = load(here, tmp_path, [sample(1)])
    form = hidden(client.get(f"/review/item?id={which}").text)
    with here.store("ben") as store:
        review.decide(store, which, "reject", HOSTILE)
    conflict = client.post("/review/decide", data={**form, "verdict": "verify"})
    assert (conflict.status_code, "Meanwhile somebody else decided: it is rejected now" in conflict.text) == (409, True)
    Elements(conflict.text).must_be_ours()
    with here.store() as store:
        assert len(review.decisions(store, which)) == 1
    # Who means it all the same says it again.
    again = client.post("/review/decide", data={**hidden(conflict.text), "verdict": "verify"})
    assert again.status_code == 200
    with here.store() as store:
        assert examples.example(store, which).status == "disputed"


def test_with_two_reviewers_the_other_is_no_conflict(client: TestClient, here: Clone, tmp_path: Path) -> None:
    (which,) = load(here, tmp_path, [sample(1)])
    with here.store(user="stc_owner") as store:
        review.set_policy(store, review.Policy(2, own_corrections=False))
    assert "when 2 more reviewers say so" in client.get("/review").text
    form = hidden(client.get(f"/review/item?id={which}").text)
    with here.store("ben") as store:
        review.decide(store, which, "verify")
    assert client.post("/review/decide", data={**form, "verdict": "verify"}).status_code == 200
    with here.store() as store:
        assert examples.example(store, which).status == "verified"


def test_a_batch_needs_looks_and_is_taken_back(client: TestClient, here: Clone, tmp_path: Path) -> None:
    load(here, tmp_path, [sample(n) for n in range(24)])
    form = hidden(client.get("/review/next").text)
    early = client.post("/review/batch", data={**form, "of": "qa.role", "why": "all right"})
    assert (early.status_code, "look at 20 of them" in early.text) == (422, True)
    with here.store("anna") as store:
        for one in review.take(store, 20):
            review.decide(store, one.example.id, "verify")
    form = hidden(client.get("/review/next").text)
    with here.store("anna") as store:
        made = client.post("/review/batch", data={**form, "of": "qa.role", "why": "all right"}, follow_redirects=False)
        assert sum(one.verified for one in review.progress(store)) == 24
        batch = made.headers["location"].partition("batch=")[2]
        assert client.post("/review/undo", data={"csrf": form["csrf"], "batch": batch}).status_code == 200
        assert sum(one.verified for one in review.progress(store)) == 20


def test_feedback_becomes_examples(client: TestClient, here: Clone) -> None:
    with here.store("uli") as store:
        feedback.give(store, feedback.Feedback(f"Who? {HOSTILE}", "I", rating=1, corrected_answer=f"You. {HOSTILE}"))
    page = client.get("/review").text
    made = client.post("/review/candidates", data={"csrf": Elements(page).field("csrf")})
    assert "1 candidate" in made.text
    shown = client.get("/review/next").text
    Elements(shown).must_be_ours()
    assert f"You. {HOSTILE}" in unescape(shown)


def test_hostile_examples_are_text(client: TestClient, here: Clone, tmp_path: Path) -> None:
    code = f'isOpen\n\t"{HOSTILE}"\n\t^1'
    pair = sample(2, "preference.style", answer=code, chosen=code, rejected=f"isOpen\n\t^'{HOSTILE}'")
    for which in load(here, tmp_path, [sample(1, answer=HOSTILE), pair]):
        page = client.get(f"/review/item?id={which}&kind={HOSTILE}").text
        Elements(page).must_be_ours()
        assert "document.title = 'caught'" in unescape(page)
    assert "From the rejected text to the chosen one" in page


def test_every_form_asks_for_the_token(client: TestClient) -> None:
    """No way takes a POST that does not know the token of the pages."""
    guard = client.app
    posts = [route.path for route in guard._app.routes if "POST" in (getattr(route, "methods", None) or ())]  # type: ignore[attr-defined]
    assert len(posts) >= 9
    for path in posts:
        for data in ({}, {"csrf": "wrong"}):
            assert client.post(path, data=data).status_code in (403, 415), path


def test_a_diff_marks_words() -> None:
    lines = diff("a\n^self isOpen\nb", "a\n^self isShut\nb\nc")
    assert [(line.mark, line.html) for line in lines] == [
        ("same", "a"), ("old", "^self <del>isOpen</del>"), ("new", "^self <ins>isShut</ins>"), ("same", "b"), ("new", "<ins>c</ins>"),
    ]  # fmt: skip
    assert diff("a", "a") == []
    # As large as a correction may be, in bounded time: lines of one letter, one line, and a line of many words.
    for text in ("a\n" * 50_000, "b" * 100_000, "a b " * 25_000):
        began = time.process_time()
        assert diff(text, f"c\n{text[::-1]}")
        assert time.process_time() - began < 5
    assert all("<script" not in line.html for line in diff(HOSTILE, f"{HOSTILE} {HOSTILE}\n{HOSTILE}"))


@needs_browser
def test_fifty_items_by_keys_alone(here: Clone, index: Path, tmp_path: Path) -> None:
    made = [sample(n) for n in range(48)]
    made += [sample(n, "completion.method_body", answer=f"isOpen{n}\n\t^self isNil") for n in range(2)]
    load(here, tmp_path, made)
    with served(index) as address, browser_page() as (page, complaints):
        page.goto(f"{address}/review")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        done: Counter[str] = Counter()
        for number in range(50):
            page.wait_for_selector("h1 .tag >> text=proposed")
            before = page.url
            if page.inner_text("h1 code") == "completion.method_body":
                done["correct"] += 1
                page.keyboard.press("e")
                page.keyboard.press("Control+End")
                page.keyboard.type(" ifTrue: [")
                page.wait_for_selector("text=It does not compile.")
                assert page.is_disabled("[data-take]")
                for _ in " ifTrue: [":
                    page.keyboard.press("Backspace")
                page.keyboard.type(" not")
                page.wait_for_selector("text=It compiles, and can be taken.")
                page.keyboard.press("Control+Enter")
            elif number % 10 == 3:
                done["reject"] += 1
                page.keyboard.press("x")
                page.keyboard.press("3")
            elif number % 10 == 7:
                done["skip"] += 1
                page.keyboard.press("s")
            elif number == 8:
                # Decided, taken back, looked at again, and decided otherwise.
                done.update(("verify", "withdraw", "reject"))
                page.keyboard.press("a")
                page.wait_for_url(lambda url, before=before: url != before)
                page.keyboard.press("u")
                page.wait_for_url(lambda url, before=before: url.split("id=")[1][:20] == before.split("id=")[1][:20])
                page.keyboard.press("x")
                page.keyboard.press("0")
                page.keyboard.type("it is not a role")
                page.keyboard.press("Enter")
            else:
                done["verify"] += 1
                page.keyboard.press("a")
            page.wait_for_url(lambda url, before=before: url.split("&")[0] != before.split("&")[0], timeout=20_000)
        page.wait_for_selector("text=Nothing is left to review")
        assert complaints == []
    with here.store() as store:
        made_of_it = Counter(one.verdict for which in made for one in review.decisions(store, which.id))
    assert made_of_it == done
    assert sum(done.values()) == 52
    assert min(done[name] for name in ("verify", "reject", "correct", "skip", "withdraw")) >= 1
