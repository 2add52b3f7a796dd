"""`stc check` from outside: exit codes, JSON, text with carets, SARIF, files and folders with and without an index."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from indexing import CONTRACT, RIGHTS, many, write

from stc.cli import cli, run
from stc.findings import text_lines

KEYS = ["code", "severity", "message", "file", "line", "column", "class", "side", "selector", "end_line", "end_column", "hint"]
BROKEN = CONTRACT.replace("title := aString", "titel := aString").replace("^super new initialize!", "^(super new!")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Answer a folder with `src` and `i.sqlite`, its index."""
    write(tmp_path / "src", Contract=CONTRACT, Rights=RIGHTS)
    assert run(["index", str(tmp_path / "src"), "-o", str(tmp_path / "i.sqlite"), "--jobs", "1"]) == 0
    return tmp_path


def asked(*arguments: str, text: str | bytes = "") -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("STC_INDEX", raising=False)
        return CliRunner().invoke(cli, ["check", *arguments], input=text)


def issues(*arguments: str, text: str | bytes = "") -> tuple[int, list[dict[str, Any]]]:
    result = asked(*arguments, "--json", text=text)
    assert result.exit_code in (0, 1), result.output
    found = json.loads(result.stdout)
    assert all(list(one) == KEYS for one in found)
    return result.exit_code, found


def process(*arguments: str, text: str = "", **settings: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "stc", "check", *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False, **settings)


# Standard input

SNIPPETS: list[tuple[list[str], str, int, list[str]]] = [
    (["--as", "method"], "foo\n\t^1", 0, []),
    (["--as", "method"], "foo\n\t^(1", 1, ["P111"]),
    (["--as", "method"], "foo\n\t^zork", 1, ["C101"]),
    (["--as", "method", "--undeclared", "warn"], "foo\n\t^zork", 0, ["C101"]),
    (["--as", "method", "--undeclared", "error"], "foo\n\t^zork", 1, ["C101"]),
    (["--as", "method", "--class", "Contract"], "foo\n\t^title", 0, []),
    (["--as", "method", "--class", "Contract class"], "foo\n\t^Registry", 0, []),
    (["--as", "method", "--class", "Contract>>title"], "title\n\t^title", 0, []),
    (["--as", "method", "--class", "LicenceContract"], "foo\n\t^licence, items", 0, []),
    (["--as", "method", "--class", "Zork"], "foo\n\t^title", 0, ["C100", "C310"]),
    (["--as", "class"], "Object subclass: #Foo instanceVariableNames: 'a a'", 1, ["C304"]),
    (["--as", "class"], "3 + 4", 1, ["C301"]),
    (["--as", "expression"], "3 + 4", 0, []),
    (["--as", "expression"], "3 + ", 1, ["P122"]),
    (["--as", "fileout"], "!Contract methodsFor: 'x'!\nfoo\n\t^title! !\n", 0, []),
    (["--as", "fileout"], "!Contract methodsFor: 'x'!\nfoo\n\t^(title! !\n", 1, ["P111"]),
    (["--as", "answer"], "```smalltalk\nfoo\n\t^1\n```", 0, ["C402"]),
    (["--as", "answer"], "I do not know.", 1, ["C401", "C403"]),
    ([], "foo\n\t^1", 0, []),
    ([], "3 + 4", 0, []),
    (["--as", "method", "--dialect", "gnu"], "foo\n\t^Zork", 0, []),
    (["--as", "method"], "", 1, ["P151"]),
]


@pytest.mark.parametrize(("options", "text", "code", "expected"), SNIPPETS)
def test_standard_input(house: Path, options: list[str], text: str, code: int, expected: list[str]) -> None:
    exit_code, found = issues("-", *options, "--index", str(house / "i.sqlite"), text=text)
    # What only the base image knows is not what this is about.
    codes = sorted({one["code"] for one in found if one["code"] != "C100" or "C100" in expected})
    assert (exit_code, codes) == (code, expected)
    assert all(one["file"] == "-" for one in found)


def test_an_issue_of_a_method(house: Path) -> None:
    _, found = issues("-", "--as", "method", "--class", "Contract class", "--index", str(house / "i.sqlite"), text="foo: x\n\t^x bar: (3")
    (issue,) = [one for one in found if one["severity"] == "error"]
    assert (issue["line"], issue["column"], issue["class"], issue["side"], issue["selector"]) == (2, 12, "Contract", "class", "foo:")
    assert issue["hint"] == "`)` that closes line 2's `(` is missing"


def test_encodings_and_line_ends() -> None:
    _, found = issues("-", "--as", "method", text='foo\r\t"fä"\r\t^zork'.encode("mac_roman"))
    assert [(one["line"], one["column"], one["end_column"]) for one in found] == [(3, 3, 7)]
    _, found = issues("-", "--as", "method", text=b"foo\r\n\t^zork\r\n")
    assert [(one["line"], one["column"], one["end_column"]) for one in found] == [(2, 3, 7)]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["-", "--as", "method", "--class", "not a class"], "names no class"),
        (["-", "--as", "poem"], "poem"),
        (["-", "--as", "method", "--dialect", "basic"], "no dialect 'basic'"),
        (["-", "--as", "method", "--index", "nowhere.sqlite"], "there is no index"),
        (["-", "--as", "method", "--base", "nowhere.json"], "nowhere.json"),
        (["-", "other.st"], "alone"),
        (["nowhere.st"], "nowhere.st"),
        (["--as", "method"], "--as needs a text"),
        ([".", "--as", "method"], "is a folder"),
        (["-", "--json", "--sarif", "-"], "standard output"),
        (["--class", "Foo", "."], "--class goes with"),
        ([], "nothing to check"),
    ],
)
def test_bad_input_exits_with_2(tmp_path: Path, arguments: list[str], expected: str) -> None:
    done = process(*arguments, text="foo", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert expected in done.stderr


def test_a_real_process() -> None:
    done = process("-", "--as", "method", "--json", text="foo\n\t^zork")
    assert done.returncode == 1
    assert [one["code"] for one in json.loads(done.stdout)] == ["C101"]
    assert done.stderr == ""
    done = process("-", "--as", "method", "--json", text="foo\n\t^1")
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, [], "")


def test_a_snippet_imports_no_more_than_it_needs() -> None:
    code = "import sys, stc.cli\ntry: stc.cli.run(['check', '-', '--as', 'method'])\nexcept SystemExit: pass\n"
    code += "print([m for m in ('rich', 'concurrent.futures.process', 'checker.lint', 'checker.prose', 'stc.sarif') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], input="foo\n\t^1", capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_file_as_a_method(tmp_path: Path) -> None:
    path = tmp_path / "foo.txt"
    path.write_text("foo\n\t^zork", encoding="utf-8")
    _, found = issues(str(path), "--as", "method", "--class", "Foo class>>foo")
    assert {one["file"] for one in found} == {str(path)}


# Files and folders


def test_files_without_an_index_stand_on_each_other(tmp_path: Path) -> None:
    folder = write(tmp_path / "src", Contract=BROKEN, Rights=RIGHTS)
    code, found = issues(str(folder), "--no-lint")
    errors = [
        (Path(one["file"]).name, one["line"], one["column"], one["code"], one["selector"]) for one in found if one["severity"] == "error"
    ]
    assert code == 1
    assert errors == [
        ("Contract.st", 18, 2, "C101", "title:"),
        ("Contract.st", 31, 13, "P111", "new"),
        ("Rights.st", 20, 9, "P111", "broken"),
    ]


def test_every_finding_comes_once_and_in_order(tmp_path: Path) -> None:
    folder = write(tmp_path / "src", B=BROKEN, A=RIGHTS, C=CONTRACT)
    _, found = issues(str(folder))
    places = [(one["file"], one["line"], one["column"], one["code"], one["message"]) for one in found]
    assert places == sorted(places)
    assert len(places) == len(set(places))
    assert issues(str(folder)) == issues(str(folder), "--jobs", "1")


def test_a_stale_index_is_brought_up_to_date(house: Path) -> None:
    index = str(house / "i.sqlite")
    before = (house / "i.sqlite").read_bytes()
    write(
        house / "src", Rights=RIGHTS.replace("^(title", "^title, licence, deadline"), New="!Contract methodsFor: 'x'!\nnew1\n\t^title! !\n"
    )
    changed = CONTRACT.replace("'title items'", "'title items deadline'")
    write(house / "src", Contract=changed)
    code, found = issues(str(house / "src"), "--index", index, "--no-lint")
    assert code == 0, found
    assert "deadline" not in json.dumps(found)
    assert (house / "i.sqlite").read_bytes() == before, "the user's index is read, never written"


def test_one_file_with_the_index_of_all(house: Path) -> None:
    code, found = issues(str(house / "src" / "Rights.st"), "--index", str(house / "i.sqlite"), "--no-lint")
    assert code == 1
    assert [(one["code"], one["class"], one["line"]) for one in found if one["severity"] == "error"] == [("P111", "LicenceContract", 20)]


def test_all_of_an_index(house: Path) -> None:
    code, found = issues("--index", str(house / "i.sqlite"), "--no-lint")
    assert code == 1
    assert [(one["code"], one["file"]) for one in found if one["severity"] == "error"] == [("P111", "Rights.st")]


def test_processes_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checker.batch._WORTH_PROCESSES", 0)
    folder = many(tmp_path / "src", 210, methods=1)
    write(folder, Broken=BROKEN, Rights=RIGHTS)
    assert run(["index", str(folder), "-o", str(tmp_path / "i.sqlite")]) == 0
    one, two = (issues("--index", str(tmp_path / "i.sqlite"), "--jobs", jobs) for jobs in ("1", "2"))
    assert one == two
    one, two = (issues(str(folder), "--no-lint", "--jobs", jobs) for jobs in ("1", "2"))
    assert one == two


def test_names_that_nobody_can_judge_are_said_once(tmp_path: Path) -> None:
    folder = many(tmp_path / "src", 3)
    _, found = issues(str(folder), "--no-lint", "--dialect", "va")
    assert [one["code"] for one in found].count("C100") <= 1


def test_select_and_ignore(tmp_path: Path) -> None:
    folder = str(write(tmp_path / "src", Contract=BROKEN, Rights=RIGHTS))
    assert {one["code"] for one in issues(folder, "--select", "P")[1]} == {"P111"}
    assert issues(folder, "--select", "p111,C1", "--ignore", "P,C")[1] == []
    assert "P111" not in {one["code"] for one in issues(folder, "--ignore", "P111")[1]}


def test_lint_can_be_turned_off_and_on(tmp_path: Path) -> None:
    source = "!Foo methodsFor: 'x'!\nfoo: x\n\t^x isNil not! !\n"
    folder = str(write(tmp_path / "src", Foo=source))
    assert any(one["code"].startswith("ST") for one in issues(folder)[1])
    assert not any(one["code"].startswith("ST") for one in issues(folder, "--no-lint")[1])
    method = "foo: x\n\t^x isNil not"
    assert issues("-", "--as", "method", text=method)[1] == []
    assert any(one["code"].startswith("ST") for one in issues("-", "--as", "method", "--lint", text=method)[1])


@pytest.mark.usefixtures("rights")
def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    path = write(tmp_path / "src", Contract=CONTRACT) / "Contract.st"
    path.chmod(0)
    # In this process: another one would be started with root's rights.
    code, found = issues(str(tmp_path / "src"), "--jobs", "1")
    assert (code, [one["code"] for one in found]) == (1, ["F001"])


def test_the_example_project_compiles(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "fixtures" / "projects", tmp_path / "projects")
    _, found = issues(str(tmp_path / "projects"), "--no-lint")
    assert all(one["line"] >= 1 and one["column"] >= 1 for one in found)


# Text


def test_carets_stand_under_the_span(house: Path) -> None:
    result = asked("-", "--as", "method", "--class", "Contract", "--index", str(house / "i.sqlite"), text="foo\n\t^self bar: zork baz")
    assert result.stdout.splitlines()[:3] == [
        "-:2:13: error C101 undeclared variable zork (in Contract>>foo)",
        "    \t^self bar: zork baz",
        "    \t           ^^^^",
    ]
    assert result.stderr == "1 file, 1 error, 0 warnings, 0 notes\n"


def test_text_of_a_long_line() -> None:
    text = "foo\n\t^" + "'a', " * 200 + "zork, " + "'a', " * 100 + "''"
    lines = asked("-", "--as", "method", text=text).stdout.splitlines()
    assert len(lines[1]) < 200
    at = lines[2].index("^")
    assert lines[1][at : at + 4] == "zork"
    assert lines[2].strip() == "^^^^"


def test_lines_of_a_finding_without_a_line() -> None:
    found = asked("-", "--as", "class", text="")
    assert "error C301 this defines no class" in found.stdout
    assert callable(text_lines)


# SARIF


def test_sarif(tmp_path: Path) -> None:
    folder = write(tmp_path / "a b", Contract=BROKEN, Rights=RIGHTS)
    out = tmp_path / "out.sarif"
    result = asked(str(folder), "--no-lint", "--sarif", str(out))
    assert result.exit_code == 1
    assert "error P111" in result.stdout
    check_sarif(json.loads(out.read_text(encoding="utf-8")))
    direct = asked(str(folder), "--no-lint", "--sarif", "-")
    assert json.loads(direct.stdout) == json.loads(out.read_text(encoding="utf-8"))
    assert json.loads(asked("-", "--as", "method", "--sarif", "-", text="foo\n\t^1").stdout)["runs"][0]["results"] == []


def check_sarif(log: dict[str, Any]) -> None:
    """Hold a log to what SARIF 2.1.0 demands of the properties that are used."""
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (sarif_run,) = log["runs"]
    driver = sarif_run["tool"]["driver"]
    assert driver["name"] == "stc"
    rules = driver["rules"]
    assert [rule["id"] for rule in rules] == sorted({rule["id"] for rule in rules})
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    assert sarif_run["results"]
    for result in sarif_run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        (place,) = result["locations"]
        physical = place["physicalLocation"]
        assert " " not in physical["artifactLocation"]["uri"]
        region = physical["region"]
        assert 1 <= region["startLine"] <= region["endLine"]
        assert min(region["startColumn"], region["endColumn"]) >= 1
        assert (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"])
    error = next(result for result in sarif_run["results"] if result["ruleId"] == "P111")
    assert error["locations"][0]["logicalLocations"][0] == {"fullyQualifiedName": "Contract class>>new", "kind": "member"}
