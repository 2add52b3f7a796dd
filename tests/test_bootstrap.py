"""The bootstrap runs before anything is installed, and installs only when something changed."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from stc import bootstrap

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Answer a folder that the bootstrap takes for its clone, with an environment that works and no stamp."""
    scripts = tmp_path / ".venv" / ("Scripts" if sys.platform == "win32" else "bin")
    scripts.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "stamp.txt")
    monkeypatch.setattr(bootstrap, "_runs", lambda python: True)
    monkeypatch.setattr(bootstrap, "_compile", lambda: None)
    return tmp_path


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Answer the list of the commands that the bootstrap would have run; all succeed."""
    made: list[list[str]] = []

    def record(command: list[str]) -> int:
        made.append(command)
        return 0

    monkeypatch.setattr(bootstrap, "run", record)
    return made


def test_it_needs_nothing_installed() -> None:
    command = [sys.executable, "-S", "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); import stc.bootstrap"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    package = ast.parse((ROOT / "stc" / "__init__.py").read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(package) if isinstance(node, ast.Import | ast.ImportFrom)]


def test_it_can_be_read_by_an_older_python_which_is_then_told() -> None:
    ast.parse((ROOT / "stc" / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_an_older_python_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (9, 0))
    assert bootstrap.main(["env"]) == 2
    assert "needs Python 9.0" in capsys.readouterr().err


@pytest.mark.usefixtures("clone")
def test_the_second_time_nothing_is_installed(calls: list[list[str]]) -> None:
    assert bootstrap.main(["env"]) == 0
    assert [command[1:4] for command in calls] == [["-m", "pip", "install"]]
    assert bootstrap.main(["env"]) == 0
    assert len(calls) == 1


@pytest.mark.usefixtures("clone")
def test_the_tests_get_the_trainer_with_torch_first_and_it_stays(calls: list[list[str]]) -> None:
    bootstrap.main(["env"])
    bootstrap.main(["test"])
    pip = [command for command in calls if command[1:4] == ["-m", "pip", "install"]]
    assert [command[-1] for command in pip] == [".[dev]", "torch==2.13.0", ".[dev,train]"]
    bootstrap.main(["env"])
    bootstrap.main(["test"])
    assert len([command for command in calls if command[1:4] == ["-m", "pip", "install"]]) == 3


def test_torch_is_that_of_the_extra() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert bootstrap.TORCH in extras["train"]


def test_byte_code_is_written_though_python_may_not(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(bootstrap, "ROOT", clone)
    monkeypatch.setattr(bootstrap, "venv_python", lambda: Path(sys.executable))
    for name in bootstrap.PACKAGES:
        (clone / name).mkdir()
        (clone / name / "__init__.py").write_text("", encoding="utf-8")
    bootstrap._compile()
    assert len(list(clone.rglob("*.pyc"))) == len(bootstrap.PACKAGES)


def test_every_package_is_compiled() -> None:
    found = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]["find"]["include"]
    assert [name.rstrip("*") for name in found] == [*bootstrap.PACKAGES]


def test_a_changed_project_is_installed_again(clone: Path, calls: list[list[str]]) -> None:
    bootstrap.main(["env"])
    (clone / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    bootstrap.main(["env"])
    assert len(calls) == 2


def test_a_failed_installation_is_not_taken_for_done(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "run", lambda command: 1)
    assert bootstrap.main(["env"]) == 2
    assert not (clone / ".venv" / "stamp.txt").exists()


@pytest.mark.usefixtures("clone")
def test_every_check_is_run_though_one_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    names: list[str] = []

    def run(command: list[str]) -> int:
        names.append(Path(command[0]).stem)
        return int(names[-1] == "mypy")

    monkeypatch.setattr(bootstrap, "run", run)
    assert bootstrap.main(["test"]) == 1
    assert names == ["python", "python", "ruff", "ruff", "mypy", "pytest"]
    assert capsys.readouterr().err == "failed: mypy --strict .\n"


def test_the_demo_begins_afresh_and_shows_what_was_made(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = clone / bootstrap.DEMO_OUT
    out.mkdir(parents=True)
    (out / "old.jsonl").write_text("{}\n", encoding="utf-8")

    def run(command: list[str]) -> int:
        if "compile-dataset" in command:
            assert not out.exists()
            (out / "sft").mkdir(parents=True)
            talk = '[{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "\u00e4h"}]'
            first = f'{{"id": "a1", "kind": "qa.senders", "messages": {talk}, "answer": "\u00e4h"}}\n'
            (out / "sft" / "train.jsonl").write_text(first + '{"id": "a2"}\n', encoding="utf-8")
        return 0

    monkeypatch.setattr(bootstrap, "run", run)
    assert bootstrap.main(["demo"]) == 0
    shown = capsys.readouterr().out
    assert "sft/train.jsonl" in shown
    assert "Who?\n\n  ->\n\n\u00e4h" in shown
    assert "a2" not in shown


@pytest.mark.usefixtures("clone", "calls")
def test_a_demo_that_makes_nothing_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["demo"]) == 2
    assert "is empty" in capsys.readouterr().err


@pytest.mark.usefixtures("clone")
def test_a_demo_that_fails_stops_with_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "run", lambda command: 3 if "compile-dataset" in command else 0)
    assert bootstrap.main(["demo"]) == 3
