"""The web pages: by the program itself over HTTP, by a real browser where there is one, and part by part."""

from __future__ import annotations

import http.client
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from webbing import CODE, HOSTILE, Elements, browser_page, index_of, needs_browser, served

pytest.importorskip("starlette", reason="the pages need stc[web]")
pytest.importorskip("jinja2", reason="the pages need stc[web]")

from starlette.testclient import TestClient

from stc.web.app import build
from stc.web.guard import HEADERS, is_loopback
from stc.web.highlight import highlighted, pieces
from stc.web.shelf import Shelf
from stparse.tables import dialects


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return index_of(tmp_path_factory.mktemp("serve"), CODE)


@pytest.fixture(scope="module")
def address(index: Path) -> Iterator[str]:
    """Answer where the pages are, served by the program."""
    with served(index) as found:
        yield found


@pytest.fixture
def client(index: Path) -> Iterator[TestClient]:
    with TestClient(build(index, ["testserver"], None)) as found:
        yield found


PAGES = {
    "/": "Bp-Rights",
    "/package?name=Bp-Rights": "FreeRight",
    "/class?name=Right": "A subclass of",
    "/selector?name=isOpen": "Implementors",
    "/references?name=Right": "FreeRight&gt;&gt;isOpen",
    "/search?q=right": "Classes",
    "/search?q=": "Search",
}


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_served_by_the_program(address: str, path: str) -> None:
    with urlopen(address + path, timeout=30) as answer:
        body = answer.read().decode()
        assert PAGES[path] in body
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_what_is_asked_wrongly_is_told_in_a_page(client: TestClient) -> None:
    for path, status, said in (("/class?name=Nobody", 404, "no class Nobody"), ("/class", 400, "?name="), ("/nothing", 404, "Not Found")):
        answer = client.get(path)
        assert (answer.status_code, said in answer.text) == (status, True)
        assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("path", ["/class?name=Right", "/package?name=Bp-Rights", "/selector?name=isOpen", f"/search?q={HOSTILE}"])
def test_a_hostile_comment_is_text(client: TestClient, path: str) -> None:
    answer = client.get(path)
    Elements(answer.text).must_be_ours()
    assert "document.title = 'caught'" in unescape(answer.text)


def test_another_host_is_refused(address: str) -> None:
    where = urlsplit(address)
    for host, status in (("evil.example", 421), ("127.0.0.1.evil.example", 421), ("localhost", 200)):
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
        connection.request("GET", "/", headers={"Host": host})
        assert connection.getresponse().status == status
        connection.close()


def test_elsewhere_the_token_opens_and_leaves_the_address(index: Path) -> None:
    # Under whatever name the machine is reached there.
    with TestClient(build(index, [], "right-token"), follow_redirects=False) as client:
        assert client.get("/").status_code == 403
        assert client.get("/?token=wrong").status_code == 403
        assert client.get("/static/web.css").status_code == 403
        opened = client.get("/package?token=right-token&name=Bp-Rights")
        assert (opened.status_code, opened.headers["location"]) == (303, "/package?name=Bp-Rights")
        assert "HttpOnly" in opened.headers["set-cookie"]
        assert "SameSite=strict" in opened.headers["set-cookie"]
        assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("host", "alone"), [("127.0.0.1", True), ("::1", True), ("[::1]", True), ("localhost", True), ("0.0.0.0", False), ("10.1.2.3", False)]
)
def test_what_only_this_machine_reaches(host: str, alone: bool) -> None:
    assert is_loopback(host) is alone


def test_an_index_that_was_written_anew_is_shown_anew(tmp_path: Path) -> None:
    path = index_of(tmp_path, CODE)
    with TestClient(build(path, ["testserver"], None)) as client:
        assert "isLocked" in client.get("/class?name=Right").text
        index_of(tmp_path, CODE.replace("isLocked", "isSealed"))
        assert "isSealed" in client.get("/class?name=Right").text
        path.unlink()
        gone = client.get("/class?name=Right")
        assert (gone.status_code, "there is no index at" in gone.text) == (503, True)


def test_a_shelf_lends_to_one_reader_at_a_time(index: Path) -> None:
    shelf = Shelf(index, most=2)
    with shelf.borrowed() as one, shelf.borrowed() as other:
        assert one is not other
    with shelf.borrowed() as again:
        assert again in (one, other)
    shelf.close()


def test_a_hundred_readers(address: str) -> None:
    def read(number: int) -> int:
        with urlopen(address + list(PAGES)[number % len(PAGES)], timeout=120) as answer:
            answer.read()
            return int(answer.status)

    with ThreadPoolExecutor(100) as readers:
        assert set(readers.map(read, range(300))) == {200}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120) | st.text(alphabet="aB:'\"#$[](){}^;.! \n\t3r-<&", max_size=60), st.sampled_from(sorted(dialects())))
def test_pieces_are_the_source(text: str, dialect: str) -> None:
    assert "".join(piece.text for piece in pieces(text, dialect, {})) == text
    plain = Elements(highlighted(text, dialect, {}))
    assert {tag for tag, _ in plain.found} <= {"span"}


def test_names_lead_somewhere() -> None:
    source = "isOpen\n\t^(Right named: 'a') isOpen"
    html = highlighted(source, "visualworks", {10: "/class?name=Right", 16: "/selector?name=named%3A"})
    assert '<a href="/class?name=Right" class="g">Right</a>' in html
    assert '<a href="/selector?name=named%3A" class="k">named:</a>' in html
    assert '<span class="s">&#x27;a&#x27;</span>' in html


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--index", "nowhere.sqlite"], "there is no index at"), (["--host", "no.such.host.invalid"], "cannot be listened on")],
)
def test_what_cannot_be_served_is_told(tmp_path: Path, index: Path, words: list[str], said: str) -> None:
    started = [sys.executable, "-m", "stc", "serve", "--index", str(index), "--port", "0", *words]
    ended = subprocess.run(started, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, said in ended.stderr) == (2, True), ended.stderr


@needs_browser
def test_by_keys_alone_in_a_real_browser(address: str) -> None:
    with browser_page() as (page, complaints):
        page.goto(address)
        page.keyboard.press("/")
        page.keyboard.type("FreeRight")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=FreeRight")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url("**/class?name=FreeRight")
        assert page.inner_text("h1").startswith("FreeRight")
        page.click("pre >> text=Right")
        page.wait_for_url("**/class?name=Right")
        # The hostile comment has not run.
        assert page.title() == "Right · stc"
        assert "onerror=alert(1)" in page.inner_text("pre >> nth=1")
        page.keyboard.press("u")
        page.wait_for_url(address + "/")
        assert complaints == []


def test_without_a_store_installed_the_other_pages_work(index: Path) -> None:
    script = f"""
import sys
sys.modules["psycopg"] = None
from pathlib import Path
from starlette.testclient import TestClient
from stc.web.app import build
with TestClient(build(Path({str(index)!r}), ["testserver"], None)) as client:
    for path in ("/", "/ask?q=what+is+Right", "/conventions", "/data", "/training", "/review", "/models"):
        found = client.get(path)
        print(path.split("?")[0], found.status_code, "pip install" in found.text)
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    said = dict(line.split(" ", 1) for line in ended.stdout.splitlines())
    assert {path: said[path] for path in ("/review", "/models")} == {"/review": "503 True", "/models": "503 True"}
    assert {said[path] for path in ("/", "/ask", "/conventions", "/data", "/training")} == {"200 False"}
