"""The handbook of conventions and the reports of data sets, as the commands make them, in the pages."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from evaluating import MINI
from evaluating import index_of as indexed
from webbing import CODE, HOSTILE, Elements, index_of

pytest.importorskip("starlette", reason="the pages need stc[web]")
pytest.importorskip("jinja2", reason="the pages need stc[web]")

from starlette.testclient import TestClient

from stc.cli import run
from stc.handbook import Entry, Handbook, Section, handbook
from stc.house_check import open_judge
from stc.web.app import build


@pytest.fixture(scope="module")
def mined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = indexed(MINI, tmp_path_factory.mktemp("reports") / "index.sqlite")
    assert run(["conventions", "mine", "--index", str(found), "--jobs", "1"]) == 0
    return found


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer the index of hostile code, and beside it a data set of that code with a hostile name."""
    folder = tmp_path_factory.mktemp("hostile")
    index = index_of(folder, CODE.replace("Bp-Rights", "Bp <img src=x onerror=1>"))
    out = folder / "work" / "<img src=x>"
    out.parent.mkdir()
    assert run(["compile-dataset", str(folder / "Right.st"), "-o", str(out), "--jobs", "1", "--system", HOSTILE]) == 0
    return index


@pytest.fixture
def client(hostile: Path) -> Iterator[TestClient]:
    with TestClient(build(hostile, ["testserver"], None, work=hostile.parent / "work")) as found:
        yield found


def test_the_handbook_says_what_the_command_says(mined: Path) -> None:
    with open_judge(mined) as judge:
        book = handbook(judge, (), 8)
    with TestClient(build(mined, ["testserver"], None)) as client:
        page = client.get("/conventions").text
        assert client.get("/conventions").text == page
        text = unescape(page)
        entries = [entry for section in book.sections for entry in section.entries]
        assert entries
        assert all(entry.usual in text and entry.strength in text for entry in entries)
        assert all(section.why.split("`", maxsplit=1)[0] in text for section in book.sections)
        Elements(page).must_be_ours()
        links = [attrs["href"] or "" for tag, attrs in Elements(page).found if tag == "a" and (attrs["href"] or "").startswith("/method")]
        assert len(links) > 10
        for link in links[::10]:
            assert client.get(link, follow_redirects=False).status_code == 303, link


def test_without_conventions_the_page_says_how_they_are_mined(client: TestClient) -> None:
    found = client.get("/conventions")
    assert (found.status_code, "stc conventions mine --index" in found.text) == (200, True)


def test_the_report_of_a_data_set(client: TestClient, hostile: Path) -> None:
    overview = client.get("/data")
    Elements(overview.text).must_be_ours()
    link = next(attrs["href"] or "" for tag, attrs in Elements(overview.text).found if (attrs.get("href") or "").startswith("/data/set"))
    page = client.get(link)
    assert page.status_code == 200
    Elements(page.text).must_be_ours()
    written = (hostile.parent / "work" / "<img src=x>" / "report.html").read_text(encoding="utf-8")
    shown = page.text.partition('<div class="report">')[2].partition("</div>\n<p><a")[0].strip()
    assert shown in written
    assert "document.title = 'caught'" in unescape(shown)
    assert client.get("/data/set?name=../work").status_code == 503


def test_a_data_set_of_another_version_is_told(client: TestClient, hostile: Path) -> None:
    other = hostile.parent / "work" / "old"
    other.mkdir()
    try:
        (other / "manifest.json").write_text(json.dumps({"format": 1}), encoding="utf-8")
        assert "of another version of stc, or not finished" in client.get("/data").text
        assert client.get("/data/set?name=old").status_code == 503
    finally:
        shutil.rmtree(other)


def test_a_hostile_handbook_is_text(mined: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = Entry(HOSTILE, HOSTILE, HOSTILE, (HOSTILE,), (f"`{HOSTILE}` Right>>isOpen {HOSTILE}",))
    book = Handbook(HOSTILE, (HOSTILE,), (Section("C01", HOSTILE, HOSTILE, (entry,), 1, (HOSTILE,)),))
    monkeypatch.setattr("stc.web.conventions.handbook", lambda judge, codes, most: book)
    with TestClient(build(mined, ["testserver"], None)) as client:
        page = client.get("/conventions")
    assert page.status_code == 200
    Elements(page.text).must_be_ours()
    assert unescape(page.text).count("document.title = 'caught'") >= 9
