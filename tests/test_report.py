"""Card and report say what the manifest says, in texts that nothing in the sources can break out of."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from sampling import open_code

from datagen.card import card_text
from datagen.charts import bar, percent
from datagen.compile import Settings, compile_dataset
from datagen.licences import notices_of
from datagen.report import report_text

VOID = {"meta", "rect", "br"}


class Outline(HTMLParser):
    """The tags of a page, checked for being closed in their order, with ids, links and the cells of its tables."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        self.ids |= {value for key, value in attrs if key == "id" and value}
        self.links += [value for key, value in attrs if key in ("href", "src") and value]
        assert not any(key.startswith("on") for key in found)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def outline(page: str) -> Outline:
    found = Outline()
    found.feed(page)
    assert found.open == []
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    with open_code(folder) as index:
        compile_dataset(index, Settings(folder / "set", 7, system="Be <b>brief</b>."))
    return folder / "set"


@pytest.fixture
def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


def test_the_report_is_whole_and_goes_nowhere(folder: Path, manifest: dict[str, Any]) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    found = outline(page)
    assert not found.tags & {"script", "img", "link", "iframe", "b"}
    assert all(link.startswith("#") and link[1:] in found.ids for link in found.links)
    assert not re.search(r"https?:|url\(|@import", page)
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
    assert "Be <b>brief</b>." in found.text
    for kind, row in manifest["samples"].items():
        assert kind in found.text
        assert f"{sum(row.values()):,}" in found.text
    for reason, number in manifest["dropped"].items():
        assert reason in found.text
        assert str(number) in found.text


def test_names_cannot_break_out(manifest: dict[str, Any]) -> None:
    bad = "<script>alert(1)</script>"
    coverage = manifest["coverage"]
    coverage["uncovered_classes"] = [bad]
    coverage["by_protocol"] = [{"protocol": bad, "methods": 2, "covered": 1}]
    manifest["notices"] = [{"path": bad, "places": 1, "text": bad, "licence": None}]
    found = outline(report_text(bad, manifest))
    assert "script" not in found.tags
    assert found.text.count(bad) >= 5
    assert bad not in card_text("set", manifest).split("## Licence", 1)[1]


def test_what_is_not_covered_adds_up(manifest: dict[str, Any]) -> None:
    methods = manifest["coverage"]["methods"]
    assert methods["all"] == manifest["code"]["methods"]
    assert methods["all"] - methods["covered"] == sum(manifest["coverage"]["uncovered_because"].values())


def test_percent_never_rounds_to_all_or_nothing() -> None:
    assert [percent(*pair) for pair in ((0, 9), (1, 9999), (9998, 9999), (9, 9), (0, 0))] == ["0 %", "1 %", "99 %", "100 %", "–"]
    assert bar([0, 0], 0).count("<rect") == 0
    assert 'width="50.00"' in bar([1, 0], 2)


def test_notices_of_licences(tmp_path: Path) -> None:
    source = tmp_path / "src"
    for folder in (source / "vendor", source / ".git"):
        folder.mkdir(parents=True)
    mit = "The MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy"
    (source / "LICENSE.txt").write_text(mit, encoding="utf-8")
    (source / "vendor" / "copying").write_text("GNU General Public License\nVersion 3", encoding="utf-8")
    (source / ".git" / "LICENSE").write_text("not ours", encoding="utf-8")
    (source / "License.st").write_text("Object subclass: #License instanceVariableNames: ''!\n", encoding="utf-8")
    with open_code(tmp_path) as index:
        (tmp_path / "src" / "License.st").unlink()
        found = notices_of(index, [source])
    assert [(notice.path, notice.licence) for notice in found] == [("LICENSE.txt", "MIT"), ("vendor/copying", "GPL")]


def test_remarks_on_licences(tmp_path: Path) -> None:
    source = tmp_path / "src"
    source.mkdir()
    ours = "\"Copyright {} Example Ltd. All rights reserved.\"!\n\nObject subclass: #A{} instanceVariableNames: ''!\n"
    for year in (1997, 1998):
        (source / f"A{year}.st").write_text(ours.format(year, year), encoding="utf-8")
    (source / "Right.st").write_text('"A licence for a period, and who holds the copyright of a film."!\n', encoding="utf-8")
    with open_code(tmp_path) as index:
        (notice,) = notices_of(index, [source])
    assert (notice.path, notice.places, notice.licence) == ("A1997.st", 2, None)
    assert notice.text.startswith("Copyright 199")


def test_no_licence_is_said(manifest: dict[str, Any]) -> None:
    card = card_text("set", manifest)
    assert "Neither a licence file nor a remark" in card
    assert "license: unknown" in card
    assert "> Be <b>brief</b>." in card
