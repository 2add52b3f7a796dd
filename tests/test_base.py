"""Base facts: the file and its bytes, names and selectors, what comes with stc, the command, the export from an image."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from indexing import CONTRACT, RIGHTS, index_of, write

from checker.base import BaseClass, BaseFacts, base_bytes, base_for, load_base, save_base, shipped_base, shipped_dialects
from checker.base_export import facts_of_index, facts_of_list, merged
from checker.check import check
from stc.cli import run
from stc.cli.base import command
from stparse.issue import BadInputError
from stparse.parser import parse_script

FACTS = BaseFacts(
    "visualworks",
    "a test",
    classes={
        "Core.Object": BaseClass("Core.Object", None, shared=("Registry",)),
        "UI.Model": BaseClass("UI.Model", "Core.Object", ("dependents",)),
        "Core.Error": BaseClass("Core.Error", "Core.Object", partial=True),
        "Net.Tools.Model": BaseClass("Net.Tools.Model", "Core.Object", ("a", "b"), ("c",), ("D",), ("P",)),
    },
    globals=frozenset(("Transcript", "Graphics.Zero")),
    selectors={"printOn:": 2, "size": 2, "\\\\": 1},
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    for name in ("a.json", "a.json.gz"):
        save_base(FACTS, tmp_path / name)
        read = load_base(tmp_path / name)
        assert dict(read.classes) == dict(FACTS.classes)
        assert (read.globals, dict(read.selectors)) == (FACTS.globals, dict(FACTS.selectors))
        assert (read.dialect, read.origin, read.complete) == ("visualworks", "a test", False)
        assert base_bytes(read, compressed=name.endswith("gz")) == (tmp_path / name).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "a.json.gz"]


@pytest.mark.parametrize(
    ("name", "found"),
    [("Object", "Core.Object"), ("Smalltalk.Core.Object", "Core.Object"), ("Model", "UI.Model"), ("Tools.Model", "Net.Tools.Model"),
     ("Core.Model", "UI.Model"), ("Acme.Model", None), ("Nothing", None), ("Error", "Core.Error")],
)  # fmt: skip
def test_which_class_a_name_means(name: str, found: str | None) -> None:
    known = FACTS.class_named(name)
    assert (known.name if known else None) == found


@pytest.mark.parametrize(
    ("name", "known"),
    [("Transcript", True), ("Zero", True), ("Graphics.Zero", True), ("Smalltalk.Transcript", True), ("Net.Tools.Model.D", True),
     ("Net.Tools.Model.E", False), ("Zilch", False), ("Acme.Model", False)],
)  # fmt: skip
def test_which_names_are_known(name: str, known: bool) -> None:
    assert FACTS.knows(name) is known


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"stc_base": 2}', '{"stc_base": 1, "classes": {"A": 3}}', '{"stc_base": 1, "selectors": {"a": 1}}',
     '{"stc_base": 1, "classes": []}', '{"stc_base": 1, "globals": 3}'],
)  # fmt: skip
def test_a_file_that_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "b.json"
    path.write_text(text)
    with pytest.raises(BadInputError, match="stc base export"):
        load_base(path)
    path.write_bytes(gzip.compress(text.encode())[:-9])
    with pytest.raises(BadInputError, match="no base facts"):
        load_base(path)


def test_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"none\.json"):
        load_base(tmp_path / "none.json")
    assert shipped_base("no such dialect") is None


def test_from_an_index(tmp_path: Path) -> None:
    with index_of(write(tmp_path / "src", Contract=CONTRACT, Rights=RIGHTS), tmp_path / "i") as index:
        facts = facts_of_index(index, complete=True)
        assert facts.classes["Contract"] == BaseClass("Contract", "Object", ("title", "items"), shared=("Registry",))
        assert facts.classes["LicenceContract"].superclass == "Contract"
        # Only extended here: it exists, and more is not known.
        assert facts.classes["Object"] == BaseClass("Object", None, partial=True)
        assert facts.selectors["title"] == 2
        assert base_bytes(facts) == base_bytes(facts_of_index(index, complete=True))
        assert b"Answer the title" not in base_bytes(facts)


def test_traits_are_part_of_the_class(tmp_path: Path) -> None:
    text = "Trait named: #TSized instanceVariableNames: 'size' uses: {} category: 'x'!\n\nObject subclass: #Box uses: TSized\n"
    text += "\tinstanceVariableNames: 'lid' classVariableNames: '' poolDictionaries: '' category: 'x'!\n"
    with index_of(write(tmp_path / "src", Box=text), tmp_path / "i") as index:
        assert facts_of_index(index).classes["Box"].instance == ("lid", "size")


def test_from_a_list() -> None:
    facts = facts_of_list("Foo\n\n  Bar.Baz # a comment\n# none\n", dialect="pharo", origin="me")
    assert sorted(facts.classes) == ["Bar.Baz", "Foo"]
    assert all(facts.classes[name].partial for name in facts.classes)


def test_two_versions_of_a_class_leave_its_superclass_open() -> None:
    one = BaseFacts("x", "", classes={"A": BaseClass("A", "B", ("a",)), "C": BaseClass("C", None, partial=True)}, selectors={"x": 1})
    two = BaseFacts("x", "", classes={"A": BaseClass("A", "D", ("b",)), "C": BaseClass("C", "A", ("c",))}, selectors={"x": 3})
    both = merged((one, two), dialect="x", origin="")
    assert both.classes["A"] == BaseClass("A", "B", ("a", "b"), partial=True)
    assert both.classes["C"] == BaseClass("C", "A", ("c",))
    assert both.selectors == {"x": 3}


@pytest.mark.parametrize("dialect", shipped_dialects())
def test_what_comes_with_stc(dialect: str) -> None:
    facts = shipped_base(dialect)
    assert facts is not None
    assert facts.dialect == dialect
    assert facts.origin
    assert facts.knows("Object")
    assert facts.knows("Transcript")
    root = facts.class_named("Object")
    assert root is not None
    assert not root.partial
    assert not root.instance
    # No chain of superclasses runs in a circle.
    for name in facts.classes:
        seen, known = {name}, facts.classes[name]
        while known.superclass and (above := facts.class_named(known.superclass)) is not None:
            if above.name == known.name:
                # A private class whose superclass is private elsewhere: what is asked by its short name is itself.
                break
            assert above.name not in seen, name
            seen.add(above.name)
            known = above


def test_every_dialect_has_base_facts() -> None:
    assert shipped_dialects() == (
        "amber", "dolphin", "gemstone", "gnu", "pharo", "smalltalk80", "squeak", "stx", "va", "visualworks",
    )  # fmt: skip


def test_what_is_known_of_visualworks() -> None:
    facts = shipped_base("visualworks")
    assert facts is not None
    model = facts.class_named("ApplicationModel")
    assert model is not None
    assert (model.superclass, model.partial) == ("UI.Model", False)
    assert "builder" in model.instance
    assert not facts.complete


def test_the_base_to_judge_with(tmp_path: Path) -> None:
    save_base(FACTS, tmp_path / "b.json")
    given, shipped = base_for("pharo", tmp_path / "b.json"), base_for("pharo")
    assert given is not None
    assert shipped is not None
    assert (given.origin, shipped.dialect) == ("a test", "pharo")


def test_export_and_show(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with index_of(write(tmp_path / "src", Contract=CONTRACT), tmp_path / "i"):
        pass
    out = tmp_path / "b.json.gz"
    assert run(["base", "export", str(tmp_path / "i"), "-o", str(out), "--origin", "a test", "--complete"]) == 0
    first = out.read_bytes()
    assert run(["base", "export", str(tmp_path / "i"), "-o", str(out), "--origin", "a test", "--complete"]) == 0
    assert out.read_bytes() == first
    capsys.readouterr()
    assert run(["base", "show", str(out), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown == {
        "dialect": "visualworks", "origin": "a test", "complete": True, "classes": 1, "partial_classes": 0, "globals": 0, "selectors": 5,
    }  # fmt: skip
    assert run(["base", "show"]) == 0
    assert "pharo:" in capsys.readouterr().out


def test_export_of_a_list(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("Foo\nBar\n")
    result = CliRunner().invoke(command, ["export", "--classes", str(tmp_path / "list.txt"), "--dialect", "pharo"])
    assert result.exit_code == 0
    assert json.loads(result.output)["classes"] == {name: {"superclass": None, "partial": True} for name in ("Bar", "Foo")}


@pytest.mark.parametrize("arguments", [["export"], ["export", "a", "--classes", "b"], ["export", "none"], ["export", "--classes", "none"],
                                       ["show", "none"], ["export", "--classes", "{list}", "-o", "/no/such/folder/b.json"]])  # fmt: skip
def test_what_cannot_be_done_is_said(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "list.txt").write_text("Foo\n")
    assert run(["base", *(each.replace("{list}", str(tmp_path / "list.txt")) for each in arguments)]) == 2


def test_the_export_from_an_image_is_sound(root: Path) -> None:
    page = (root / "docs" / "image-export.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```smalltalk\n(.*?)```", page, re.DOTALL)
    parsed = parse_script(code, "visualworks")
    assert parsed.tree is not None
    assert parsed.issues == ()
    verdict = check(code, kind="script", dialect="visualworks")
    assert [issue for issue in verdict.issues if issue.code != "C100"] == []
    # The keys that it writes are those that the reader knows.
    for key in (*json.loads(base_bytes(FACTS)), "superclass", "instance", "class_instance", "shared"):
        assert f'"{key}":' in code
