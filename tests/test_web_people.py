"""People with names of their own in the pages of one server: signing in, who decides, what two do at once, and who is out again."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from click.testing import CliRunner
from storing import Clone, sample, write_dataset
from webbing import HOSTILE, Elements, FakeModel, browser_page, index_of, needs_browser, opened_by, served

pytest.importorskip("starlette", reason="the pages need stc[web]")
pytest.importorskip("jinja2", reason="the pages need stc[web]")

from starlette.testclient import TestClient

from datagen.complete import Complete
from stc.cli import cli
from stc.people import People, add, revoke
from stc.splitting import Named, Split
from stc.web.app import build
from stc.web.guard import HEADERS
from store import audit, examples, feedback, review
from store.embedded import USER
from stparse.issue import BadInputError

pytestmark = pytest.mark.xdist_group("store")
ADDRESS = "http://testserver"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return index_of(tmp_path_factory.mktemp("people"))


@pytest.fixture
def here(db: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Clone:
    """Answer a store, which the pages open as somebody who is nobody of those that sign in."""
    return opened_by("starter", db, monkeypatch, tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.json"


@contextmanager
def pages(index: Path, file: Path) -> Iterator[TestClient]:
    with TestClient(build(index, [], None, named=People(file)), base_url=ADDRESS) as found:
        yield found


def signed_in(client: TestClient, token: str, to: str = "/") -> Any:
    form = Elements(client.get("/sign-in").text)
    return client.post("/sign-in", data={"csrf": form.field("csrf"), "to": to, "token": token}, follow_redirects=False)


def load(db: Clone, folder: Path, count: int) -> list[str]:
    made = [sample(n) for n in range(count)]
    with db.store() as store:
        examples.load(store, write_dataset(folder / "rights", made))
    return [one.id for one in made]


def hidden(page: str) -> dict[str, str]:
    elements = Elements(page)
    return {name: elements.field(name) for name in ("csrf", "example", "status", "seen", "request", "kind", "last")}


# The file


def test_tokens_are_printed_once_and_kept_as_digests(file: Path) -> None:
    run = CliRunner().invoke
    tokens = [json.loads(run(cli, ["people", "add", name, "--file", str(file), "--json"]).stdout)["token"] for name in ("Anna Öst", "ben")]
    text = file.read_text(encoding="utf-8")
    assert len(set(tokens)) == 2
    assert not [token for token in tokens if token in text]
    assert [People(file).holder(token) for token in tokens] == ["Anna Öst", "ben"]
    listed = run(cli, ["people", "list", "--file", str(file)]).stdout.splitlines()
    assert [line.split("  ")[0] for line in listed] == ["Anna Öst", "ben"]
    assert run(cli, ["people", "revoke", "ANNA ÖST", "--file", str(file)]).exit_code == 0
    assert [People(file).holder(token) for token in tokens] == [None, "ben"]


@pytest.mark.parametrize("name", ["anna", "ANNA", " Anna ", "Ａnna", "", "  ", "a\nb", "x" * 101])
def test_a_name_that_is_taken_or_is_none(file: Path, name: str) -> None:
    add(file, "Anna")
    with pytest.raises(BadInputError, match=r"is in .* already|a name has"):
        add(file, name)
    assert [one.name for one in People(file).all()] == ["Anna"]


def test_many_are_entered_at_once(file: Path) -> None:
    threads = [threading.Thread(target=add, args=(file, f"p{n}")) for n in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(People(file).all()) == 12


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": 2, "people": []}',
        '{"format": 1, "people": [{"name": "x"}]}',
        '{"format": 1, "people": [{"name": "x", "digest": "", "since": ""}]}',
    ],
)
def test_a_file_that_is_none_lets_nobody_in(index: Path, file: Path, text: str) -> None:
    token = add(file, "anna")
    with pages(index, file) as client:
        assert signed_in(client, token).status_code == 303
        file.write_text(text, encoding="utf-8")
        refused = client.get("/")
        assert (refused.status_code, "is no file of stc people" in refused.text) == (503, True)
        file.unlink()
        assert client.get("/").status_code == 503


# Signing in


def test_who_is_not_signed_in_sees_nothing(index: Path, file: Path) -> None:
    token = add(file, "anna")
    with pages(index, file) as client:
        for path in ("/", "/class?name=Right", "/review", f"/?token={token}"):
            found = client.get(path, follow_redirects=False)
            assert (found.status_code, found.headers["location"].startswith("/sign-in")) == (303, True), path
            assert {name: found.headers[name] for name in HEADERS} == HEADERS
        assert client.post("/ask", data={"q": "x"}).status_code == 403
        assert client.get("/training/curves", headers={"Accept": "text/plain"}).status_code == 403
        assert client.get("/static/web.css").status_code == 200
        page = client.get("/class?name=Right")
        assert "Sign in" in page.text
        assert "isLocked" not in page.text
        wrong = signed_in(client, "wrong", "/class?name=Right")
        assert (wrong.status_code, "nobody&#39;s token" in wrong.text, "set-cookie" in wrong.headers) == (403, True, False)
        right = signed_in(client, f" {token}\n", "/class?name=Right")
        assert (right.status_code, right.headers["location"]) == (303, "/class?name=Right")
        cookie = right.headers["set-cookie"]
        assert {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=2592000"} <= set(cookie.split("; "))
        assert "Secure" not in cookie
        page = client.get("/class?name=Right")
        assert "<b>anna</b>" in page.text
        Elements(page.text).must_be_ours()


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "", "evil", "/a\r\nSet-Cookie: x=y"])
def test_nobody_is_led_elsewhere(index: Path, file: Path, to: str) -> None:
    token = add(file, "anna")
    with pages(index, file) as client:
        assert signed_in(client, token, to).headers["location"] == "/"


def test_behind_tls_the_cookie_goes_nowhere_else(index: Path, file: Path) -> None:
    token = add(file, "anna")
    with TestClient(build(index, [], None, named=People(file)), base_url="https://testserver") as client:
        assert "Secure" in signed_in(client, token).headers["set-cookie"]
        assert client.get("/").status_code == 200


def test_who_is_taken_out_is_out_at_once(index: Path, file: Path) -> None:
    tokens = {name: add(file, name) for name in ("anna", "ben")}
    with pages(index, file) as client, pages(index, file) as other:
        assert signed_in(client, tokens["anna"]).status_code == signed_in(other, tokens["ben"]).status_code == 303
        form = Elements(client.get("/ask").text).field("csrf")
        revoke(file, "anna")
        assert client.get("/", follow_redirects=False).headers["location"] == "/sign-in"
        assert client.post("/ask", data={"csrf": form, "q": "x"}).status_code == 403
        assert signed_in(client, tokens["anna"]).status_code == 403
        assert other.get("/").status_code == 200


def test_who_signs_out_is_out(index: Path, file: Path) -> None:
    token = add(file, "anna")
    with pages(index, file) as client:
        signed_in(client, token)
        page = client.get("/").text
        assert client.post("/sign-out", data={"csrf": "wrong"}).status_code == 403
        assert client.get("/").status_code == 200
        out = client.post("/sign-out", data={"csrf": Elements(page).field("csrf")}, follow_redirects=False)
        assert out.headers["location"] == "/sign-in"
        assert client.get("/", follow_redirects=False).status_code == 303


def test_a_hostile_name_is_text(index: Path, file: Path) -> None:
    token = add(file, HOSTILE)
    with pages(index, file) as client:
        signed_in(client, token)
        page = client.get("/").text
        Elements(page).must_be_ours()
        assert "caught" in page


# Deciding


def test_a_page_that_was_shown_to_one_is_not_sent_by_another(index: Path, file: Path, here: Clone, tmp_path: Path) -> None:
    tokens = {name: add(file, name) for name in ("anna", "ben")}
    (which,) = load(here, tmp_path, 1)
    with pages(index, file) as client:
        signed_in(client, tokens["anna"])
        form = hidden(client.get(f"/review/item?id={which}").text)
        # In another tab of the same browser.
        signed_in(client, tokens["ben"])
        refused = client.post("/review/decide", data={**form, "verdict": "verify"})
        assert (refused.status_code, "shown to somebody else" in refused.text) == (403, True)
    with here.store() as store:
        assert review.decisions(store, which) == []


def test_what_one_leaves_for_later_another_is_given(index: Path, file: Path, here: Clone, tmp_path: Path) -> None:
    tokens = {name: add(file, name) for name in ("anna", "ben")}
    load(here, tmp_path, 1)
    with pages(index, file) as client:
        signed_in(client, tokens["anna"])
        client.post("/review/pass", data=hidden(client.get("/review/next").text))
        assert "Nothing is left to review for anna" in client.get("/review/next").text
        with here.store(user="stc_owner") as store:
            store.connection.execute("DELETE FROM review_leases")
        signed_in(client, tokens["ben"])
        assert "qa.role" in client.get("/review/next").text


def test_a_login_that_speaks_for_itself_is_no_login_for_people(
    index: Path, file: Path, here: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = add(file, "zoe")
    monkeypatch.setenv("STC_DSN", here.conninfo_of("anna"))
    with pages(index, file) as client:
        signed_in(client, token)
        refused = client.get("/review")
        assert (refused.status_code, "stc store grant anna stc_app" in refused.text) == (503, True)
        assert client.get("/").status_code == 200


class Person:
    """Somebody with a browser of their own, against the running program."""

    def __init__(self, address: str, token: str) -> None:
        self._address, self._open = address, build_opener(HTTPCookieProcessor(CookieJar()))
        self.send("/sign-in", csrf=Elements(self.get("/sign-in")).field("csrf"), token=token, to="/")

    def get(self, path: str) -> str:
        with self._open.open(self._address + path, timeout=60) as answer:
            return str(answer.read().decode())

    def send(self, path: str, **fields: str) -> str:
        with self._open.open(Request(self._address + path, urlencode(fields).encode()), timeout=60) as answer:
            return str(answer.read().decode())


def test_two_people_at_once_are_told_apart(index: Path, file: Path, here: Clone, tmp_path: Path) -> None:
    """A real server and a real store: each decides, leaves, corrects and rates; the store knows who did what, and whose login it was."""
    verdicts = {"anna": "verify", "Ben Ö": "reject"}
    tokens = {name: add(file, name) for name in verdicts}
    load(here, tmp_path, 40)
    failed: list[BaseException] = []

    def work(address: str, name: str) -> None:
        try:
            someone = Person(address, tokens[name])
            for n in range(12):
                page = someone.get("/review/next")
                assert f"<b>{name}</b>" in page
                someone.send("/review/decide", **hidden(page), verdict=verdicts[name], reason=f"{name} {n}")
            form = hidden(someone.get("/review/next"))
            someone.send("/review/decide", **form, verdict="correct", correction=f"As {name} says.")
            rated = {name: Elements(someone.get("/ask?q=what+is+Right")).field(name) for name in ("csrf", "request", "question", "answer")}
            someone.send("/ask/rate", **rated, thumbs="up", citations="[]", comment=f"of {name}")
        except BaseException as error:  # noqa: BLE001 - told below, in the thread of the test
            failed.append(error)

    with served(index, "--people", str(file)) as address:
        Person(address, tokens["anna"]).get("/ask?q=what+is+Right")
        threads = [threading.Thread(target=work, args=(address, name)) for name in verdicts]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert failed == []
        with here.store() as store:
            rows = store.connection.execute("SELECT reviewer, verdict, reason, correction FROM example_decisions").fetchall()
            assert Counter((who, what) for who, what, _, _ in rows) == {
                ("anna", "verify"): 12, ("anna", "correct"): 1, ("Ben Ö", "reject"): 12, ("Ben Ö", "correct"): 1,
            }  # fmt: skip
            assert all(reason.startswith(who) for who, what, reason, _ in rows if what != "correct")
            trail = "SELECT DISTINCT who, login FROM audit_log WHERE relation IN ('example_decisions', 'training_feedback')"
            assert set(store.connection.execute(trail).fetchall()) == {("anna", USER), ("Ben Ö", USER)}
            said = store.connection.execute("SELECT person, comment FROM training_feedback").fetchall()
            assert set(said) == {("anna", "of anna"), ("Ben Ö", "of Ben Ö")}
            own = {who: correction for who, _, _, correction in rows if correction}
            assert audit.prove(store).failures == ()
        # Nobody stands for what they wrote themselves, and the other one does.
        anna, ben = (Person(address, tokens[name]) for name in verdicts)
        form = hidden(anna.get(f"/review/item?id={own['anna']}"))
        with pytest.raises(HTTPError) as refused:
            anna.send("/review/decide", **form, verdict="verify")
        assert refused.value.code == 422
        ben.send("/review/decide", **hidden(ben.get(f"/review/item?id={own['anna']}")), verdict="verify")
        with here.store() as store:
            assert examples.example(store, own["anna"]).status == "verified"


# Two models in turn


def test_each_person_is_answered_by_the_model_for_them() -> None:
    def opened() -> Complete:
        raise AssertionError("nobody asks")

    mine = Split(Named("one", opened), Named("two", opened), 0.5, "starter")
    questions = [str(n) for n in range(200)]
    arms = {name: [mine.of(name).chosen(one) for one in questions] for name in ("anna", "ben")}
    assert arms["anna"] != arms["ben"]
    assert arms["anna"] == [Split(mine._first, mine._second, 0.5, "anna").chosen(one) for one in questions]


def test_the_pages_let_the_model_answer_that_is_the_persons(index: Path, file: Path, here: Clone, tmp_path: Path) -> None:
    models = {name: FakeModel() for name in ("one", "two")}
    for name, model in models.items():
        model.words = [f"I am {name}."]
        model.released.set()
    first, second = (f'endpoint = "{model.url}"\nmodel = "{name}"\n' for name, model in models.items())
    (tmp_path / "stc.toml").write_text(f"[ask]\nshare = 0.5\n{first}[ask.against]\n{second}", encoding="utf-8")
    tokens = {name: add(file, name) for name in ("anna", "ben")}
    said: dict[tuple[str, str], set[str]] = {}
    with pages(index, file) as client:
        for name, token in tokens.items():
            signed_in(client, token)
            csrf = Elements(client.get("/ask").text).field("csrf")
            for turn in range(2):
                for n in range(8):
                    question = f"what is Right, {n}"
                    while "data-reload" in client.get(f"/ask?{urlencode({'q': question})}").text:
                        pass
                    told = client.post("/ask/words", data={"csrf": csrf, "q": question}).text
                    said.setdefault((name, question), set()).update(re.findall(r"I am (\w+)", told))
                    assert turn == 0 or len(said[name, question]) == 1
    for model in models.values():
        model.close()
    of = {name: [said[name, f"what is Right, {n}"] for n in range(8)] for name in tokens}
    assert of["anna"] != of["ben"]


# In the browser


@needs_browser
def test_two_people_by_keys_alone(index: Path, file: Path, here: Clone, tmp_path: Path) -> None:
    tokens = {name: add(file, name) for name in ("anna", "ben")}
    first, second = load(here, tmp_path, 2)
    with served(index, "--people", str(file)) as address, browser_page() as (page, complaints):
        for name, which in (("anna", first), ("ben", second)):
            page.goto(f"{address}/review/item?id={which}")
            page.wait_for_selector("h1 >> text=Sign in")
            page.keyboard.type(tokens[name])
            page.keyboard.press("Enter")
            page.wait_for_url(f"{address}/review/item?id={which}")
            assert page.inner_text("header .who b") == name
            page.keyboard.press("a")
            page.wait_for_url(lambda url: "last=" in url or "nothing" in url)
            assert tokens[name] not in page.url
            page.focus("text=Sign out")
            page.keyboard.press("Enter")
            page.wait_for_selector("h1 >> text=Sign in")
        assert complaints == []
    with here.store() as store:
        assert [review.decisions(store, which)[0].reviewer for which in (first, second)] == ["anna", "ben"]
        assert feedback.waiting(store) == []
