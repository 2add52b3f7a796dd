"""stc lsp when files are saved, part by part: the rules about classes, verdicts that are kept, an index that follows."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from indexing import CONTRACT, RIGHTS, write

from checker.rules import RULES
from checker.rules._facts import MethodFacts, facts_of
from checker.snippet import judge, parse
from checker.verdict import Verdict
from stc.editors.desk import Desk
from stc.editors.document import Snapshot
from stc.editors.updating import Updater
from stparse.index.build import build_index
from stparse.index.model import MethodDef
from stparse.issue import BadInputError, IndexFileError
from stparse.nodes import Method
from stparse.parser import Parsed

pytestmark = pytest.mark.xdist_group("lsp")

EQUAL = "= anObject\n\t^title = anObject title!\n\n"
PLACE = "title: aString"
# A method that does not parse may use any variable: its family is not judged.
WHOLE_RIGHTS = RIGHTS.partition("!LicenceContract methodsFor: 'broken'")[0]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    source = write(tmp_path / "src", Contract=CONTRACT, Rights=WHOLE_RIGHTS)
    build_index([source], tmp_path / "index.sqlite", jobs=1)
    found = Desk(tmp_path / "index.sqlite", [source])
    yield found
    found.close()


def opened(desk: Desk, tmp_path: Path, text: str) -> Snapshot:
    path = tmp_path / "src" / "Contract.st"
    return desk.opened(path.as_uri(), str(path), text, 1)


def of_classes(desk: Desk, snapshot: Snapshot) -> list[tuple[str, str]]:
    """Answer the findings about classes, with the line of the text that each stands on."""
    text = snapshot.source.text
    found = [one for one in desk.findings(snapshot) if one.issue.code in RULES and RULES[one.issue.code].scope == "class"]
    return [(one.issue.code, text[: one.issue.span.end].splitlines()[-1].strip()) for one in found]


def test_a_class_is_judged_as_the_text_says_it_is(desk: Desk, tmp_path: Path) -> None:
    snapshot = opened(desk, tmp_path, CONTRACT.replace(PLACE, EQUAL + PLACE, 1).replace("'title items'", "'title items colour'", 1))
    before = desk.findings(snapshot)
    assert desk.judge_classes(snapshot, threading.Event())
    found = of_classes(desk, snapshot)
    assert ("ST401", "= anObject") in found
    assert ("ST403", "Object subclass: #Contract") in found
    assert [one for one in desk.findings(snapshot) if not one.issue.code.startswith("ST4")] == before
    snapshot = opened(desk, tmp_path, CONTRACT)
    # What was found before goes when its method does.
    assert "ST401" not in {code for code, _ in of_classes(desk, snapshot)}
    assert desk.judge_classes(snapshot, threading.Event())
    assert not {code for code, _ in of_classes(desk, snapshot)} & {"ST401", "ST403"}


def test_judging_classes_ends_when_it_is_told_to(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    halted = threading.Event()
    asked = []

    def seen(method: MethodDef, tree: Method | None) -> MethodFacts:
        asked.append(method)
        halted.set()
        return facts_of(method, tree)

    monkeypatch.setattr("checker.rules._code.facts_of", seen)
    snapshot = opened(desk, tmp_path, CONTRACT.replace(PLACE, EQUAL + PLACE, 1))
    assert not desk.judge_classes(snapshot, halted)
    assert len(asked) == 1
    assert of_classes(desk, snapshot) == []
    # An index of the text that is lent stays until it is given back.
    with snapshot.kept() as index:
        snapshot.close()
        assert len(index.implementors("=")) == 1
    assert not index.path.exists()


def test_only_what_has_changed_is_judged_again(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []
    parsed: list[str] = []

    def judging(source: str, *more: Any, **named: Any) -> Verdict:
        judged.append(source)
        return judge(source, *more, **named)

    def parsing(source: str, *more: Any) -> Parsed:
        parsed.append(source)
        return parse(source, *more)

    monkeypatch.setattr("checker.source.judge", judging)
    monkeypatch.setattr("checker.source.parse", parsing)

    def methods(snapshot: Snapshot) -> tuple[int, int]:
        judged.clear()
        parsed.clear()
        desk.findings(snapshot)
        own = {unit.text for unit in snapshot.reading.units if unit.kind == "method"}
        return sum(text in own for text in judged), sum(text in own for text in parsed)

    assert methods(opened(desk, tmp_path, CONTRACT)) == (5, 5)
    assert methods(opened(desk, tmp_path, "\n" + CONTRACT)) == (0, 0)
    changed = CONTRACT.replace("^title!", "^title , title!", 1)
    assert methods(opened(desk, tmp_path, changed)) == (1, 1)
    # A variable that is gone concerns all methods of the class: they are judged again, and found wrong.
    gone = changed.replace("'title items'", "'items'", 1)
    assert methods(opened(desk, tmp_path, gone)) == (5, 0)
    assert "C101" in {one.issue.code for one in desk.findings(opened(desk, tmp_path, gone))}


def test_an_index_is_not_emptied_by_a_wrong_folder(tmp_path: Path) -> None:
    source = write(tmp_path / "src", Contract=CONTRACT, Rights=RIGHTS)
    (tmp_path / "other").mkdir()
    index = tmp_path / "index.sqlite"
    build_index([source], index, jobs=1, dialect="squeak")
    told: list[str] = []
    assert Updater(index, [source], lambda: None, told.append).check() == "squeak"
    wrong = Updater(index, [tmp_path / "other"], lambda: None, told.append)
    with pytest.raises(BadInputError, match=r"2 of the 2 files of .*Contract\.st, are not in .*other; give --update all"):
        wrong.check()
    index.write_bytes(b"no index at all, but long enough")
    with pytest.raises(IndexFileError):
        Updater(index, [source], lambda: None, told.append).check()


def test_what_goes_wrong_again_and_again_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stc.editors.updating._BETWEEN", 0.0)
    monkeypatch.setattr("stc.editors.updating.PAUSE", 0.0)
    source, index = write(tmp_path / "src", Contract=CONTRACT), tmp_path / "index.sqlite"
    build_index([source], index, jobs=1)
    told: list[str] = []

    async def saved() -> None:
        updater = Updater(index, [tmp_path / "other"], lambda: told.append("done"), told.append)
        (tmp_path / "other").mkdir()
        updater.saved()
        updater.saved()
        assert updater._task is not None
        await updater._task
        updater.end()

    asyncio.run(saved())
    assert len(told) == 1
    assert "the index is not up to date: 1 of the 1 files" in told[0]
