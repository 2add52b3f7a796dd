"""The command line: stable JSON, exit codes, stdout and stderr, and a quick start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from indexing import CONTRACT, RIGHTS, write

import stc.cli
from stc.cli import LazyGroup, cli, run, short_help

CLASS_KEYS = [
    "name", "namespace", "superclass", "instance_variables", "class_variables", "class_instance_variables", "category", "comment", "file",
    "line",
]  # fmt: skip
METHOD_KEYS = ["class", "side", "selector", "protocol", "file", "line", "source", "issues", "sends", "references"]
ISSUE_KEYS = ["code", "severity", "message", "file", "line", "column", "class", "side", "selector"]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = write(tmp_path / "src", Contract=CONTRACT, Rights=RIGHTS)
    assert run(["index", str(folder), "-o", str(tmp_path / "i.sqlite"), "--jobs", "1"]) == 0
    return tmp_path / "i.sqlite"


def asked(out: Path, *arguments: str) -> Any:
    result = CliRunner().invoke(cli, ["query", *arguments, "--index", str(out), "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def stc_process(*arguments: str, **settings: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "stc", *arguments], capture_output=True, text=True, check=False, **settings)


def test_classes(out: Path) -> None:
    found = asked(out, "classes")
    assert [list(one) for one in found] == [CLASS_KEYS] * 2
    assert found[0]["name"] == "Contract"
    assert found[0]["namespace"] is None
    assert found[0]["instance_variables"] == ["title", "items"]
    assert asked(out, "class", "Contract") == found[:1]
    assert asked(out, "class", "Nothing") == []


def test_methods(out: Path) -> None:
    found = asked(out, "methods")
    assert [list(one) for one in found] == [METHOD_KEYS] * 9
    assert all(one["source"] is None for one in found)
    printing = found[2]
    assert (printing["class"], printing["side"], printing["selector"], printing["line"]) == ("Contract", "instance", "printOn:", 23)
    assert printing["sends"] == ["do:", "nextPutAll:", "printOn:"]
    assert found[4]["references"] == ["Dictionary", "Registry"]
    broken = next(one for one in found if one["selector"] == "broken")
    assert [list(issue) for issue in broken["issues"]] == [ISSUE_KEYS]
    assert broken["issues"][0]["severity"] == "error"


def test_source_is_as_the_image_holds_it(out: Path) -> None:
    found = {one["selector"]: one["source"] for one in asked(out, "methods", "--source", "--class", "Contract")}
    assert "'it''s!'" in found["printOn:"]
    assert found["title"] == 'title\n\t"Answer the title."\n\t^title'


def test_sites(out: Path) -> None:
    (found,) = asked(out, "senders", "printOn:")
    assert [*found] == [*METHOD_KEYS, "sites"]
    assert found["sites"] == [{"line": 24, "receiver": "super"}, {"line": 26, "receiver": "other"}]
    (found,) = asked(out, "references", "Registry")
    assert [site["write"] for site in found["sites"]] == [True, False]
    assert [one["class"] for one in asked(out, "implementors", "title")] == ["Contract", "LicenceContract"]
    assert [one["class"] for one in asked(out, "implementors", "title", "--class", "Contract")] == ["Contract"]


def test_binary_selectors_are_no_options(out: Path) -> None:
    assert [one["selector"] for one in asked(out, "senders", ",")] == ["title"]
    assert asked(out, "senders", "->") == []
    assert asked(out, "senders", "-") == []


def test_structure(out: Path) -> None:
    (found,) = asked(out, "hierarchy", "LicenceContract")
    assert [step["name"] for step in found["superclasses"]] == ["Contract", "Object"]
    assert [step["outside"] for step in found["superclasses"]] == [False, True]
    assert asked(out, "variables", "Contract")[0]["writers"][0]["selector"] == "title:"
    assert asked(out, "protocols", "Contract")[0] == {"side": "instance", "protocol": "accessing", "selectors": ["title", "title:"]}
    assert asked(out, "search", "licence", "--limit", "1")[0]["kind"] in ("method", "class")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("senders", "printOn:"), "Contract.st:24: Contract>>printOn:  (super, 2 places)"),
        (("senders", "register"), "Contract.st:37: do-it  (Contract)"),
        (("references", "Contract"), "Rights.st:25: Object>>isContract"),
        (("implementors", "new"), "Contract.st:30: Contract class>>new  [instance creation]"),
        (("class", "Contract"), "instance variables: title items"),
        (("classes",), "Contract.st:3: Contract (Object)"),
        (("methods", "--class", "Object"), "Rights.st:24: Object>>isContract  [*rights]"),
        (("hierarchy", "LicenceContract"), "Object (not in the index)"),
        (("variables", "Contract"), "written by Contract>>title:"),
        (("protocols", "Contract"), "instance creation (class side): new register"),
        (("search", "broadcast"), "Contract.st:3: Contract"),
    ],
)
def test_text_for_people(out: Path, arguments: tuple[str, ...], expected: str) -> None:
    result = CliRunner().invoke(cli, ["query", *arguments, "--index", str(out)])
    assert result.exit_code == 0
    assert expected in result.stdout


def test_index_summary(out: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["index", str(tmp_path / "src"), "-o", str(out), "--json"])
    said = json.loads(result.stdout)
    assert (said["files"], said["methods"], said["kept"], said["read"]) == (2, 9, 2, 0)


def test_check(out: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["check", str(tmp_path / "src"), "--index", str(out), "--json"])
    assert result.exit_code == 1
    (issue,) = [one for one in json.loads(result.stdout) if one["severity"] == "error"]
    assert list(issue)[: len(ISSUE_KEYS)] == ISSUE_KEYS
    assert issue["file"].endswith("src/Rights.st")
    assert (issue["class"], issue["side"], issue["selector"], issue["severity"]) == ("LicenceContract", "instance", "broken", "error")
    sound = CliRunner().invoke(cli, ["check", str(tmp_path / "src" / "Contract.st"), "--index", str(out), "--select", "P,C1", "--json"])
    assert sound.exit_code == 0


def test_check_shows_the_place(out: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["check", str(tmp_path / "src"), "--index", str(out), "--select", "P"])
    assert "(in LicenceContract>>broken)" in result.stdout
    line, caret = result.stdout.splitlines()[1:3]
    assert line.strip() == "^(title! !"
    assert caret.strip() == "^"
    piped = CliRunner().invoke(cli, ["check", "-", "--index", str(out), "--json"], input=RIGHTS)
    assert json.loads(piped.stdout)[0]["file"] == "-"


def test_errors_are_one_line_and_exit_with_2(tmp_path: Path) -> None:
    done = stc_process("query", "classes", "--index", str(tmp_path / "none"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("stc: there is no index at")
    assert len(done.stderr.splitlines()) == 1
    assert stc_process("index", str(tmp_path / "none"), "-o", str(tmp_path / "i")).returncode == 2
    assert stc_process("query", "classes", "--jsn").returncode == 2
    assert stc_process("nonsense").returncode == 2


def test_an_internal_error_exits_with_3(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(LazyGroup, "main", fail)
    assert run(["query"]) == 3
    assert "internal error: ZeroDivisionError: oh" in capsys.readouterr().err
    monkeypatch.setattr(LazyGroup, "main", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt()))
    assert run(["query"]) == 130


@pytest.mark.skipif(os.name == "nt", reason="Windows has no head")
def test_a_closed_pipe_is_quiet(out: Path) -> None:
    code = f"{sys.executable} -m stc query methods --json --source --index {out} | head -c 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_help_imports_no_command() -> None:
    code = "import sys, stc.cli\ntry: stc.cli.cli(['--help'])\nexcept SystemExit: pass\nprint([m for m in sys.modules if m in BAD])"
    bad = "('stc.cli.index', 'stc.cli.query', 'rich', 'lark', 'sqlite3', 'stparse.parser')"
    done = subprocess.run([sys.executable, "-c", f"BAD = {bad}\n{code}"], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "query" in done.stdout


def test_senders_import_no_parser(out: Path) -> None:
    code = f"import sys, stc.cli\nstc.cli.run(['query', 'senders', 'title', '--index', {str(out)!r}])\n"
    code += "print('lark' in sys.modules, 'rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False False"


def test_every_command_has_a_short_help() -> None:
    for path in stc.cli.FOLDER.glob("[!_]*.py"):
        assert short_help(path), path
