"""What `stc doctor` finds, by the program itself and by its parts."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from packaging.requirements import Requirement

from stc import health
from stc.cli.doctor import command
from stc.health import Check, machine, packages
from stparse.index.build import build_index

SOURCE = "'From VisualWorks, Release 2.5.2'!\n\nObject subclass: #Right\n\tinstanceVariableNames: ''\n\tclassVariableNames: ''\n\tpoolDictionaries: ''\n\tcategory: 'Bp'!\n\n!Right methodsFor: 'x'!\n\nx\n\t^1! !\n"  # noqa: E501 - one file-out


def asked(folder: Path, **variables: str) -> tuple[int, dict[str, dict[str, Any]], str]:
    """Answer exit code, checks by name, and all that was said, of `stc doctor --json` in a folder."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("STC_")}
    words = [sys.executable, "-m", "stc", "doctor", "--json"]
    ended = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, env={**plain, "STC_DATA": str(folder / "data"), **variables}, check=False
    )
    found = json.loads(ended.stdout)
    assert found["healthy"] == (ended.returncode == 0), ended.stderr
    return ended.returncode, {check["name"]: check for check in found["checks"]}, ended.stdout + ended.stderr


def test_an_empty_folder_is_healthy_and_stays_empty(tmp_path: Path) -> None:
    code, found, _ = asked(tmp_path)
    assert code == 0, [check for check in found.values() if check["state"] == "problem"]
    assert found["index"]["state"] == found["stc.toml"]["state"] == "absent"
    assert "stc index" in found["index"]["remedy"]
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "Right.st").write_text(SOURCE)
    build_index([tmp_path / "Right.st"], tmp_path / "stc-index.sqlite")
    (tmp_path / "stc.toml").write_text('[check]\nundeclared = "warn"\n')
    code, found, _ = asked(tmp_path)
    assert code == 0
    assert found["index"]["said"] == "stc-index.sqlite: 1 files, 1 classes, 1 methods"
    assert found["[check]"]["state"] == "ok"


def test_what_is_in_the_way_is_told_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "stc-index.sqlite").write_text("this is no database")
    (tmp_path / "stc.toml").write_text('[check]\nundeclared = "maybe"\n')
    code, found, said = asked(tmp_path, STC_DSN="postgresql://nobody:s3cret-w0rd@127.0.0.1:9/none")
    assert code == 1
    assert found["index"]["state"] == found["[check]"]["state"] == found["store"]["state"] == "problem"
    assert 'write "error" or "warn"' in found["[check]"]["said"]
    assert "host=127.0.0.1 port=9" in found["store"]["said"]
    assert all(found[name]["remedy"] for name in ("index", "[check]", "store"))
    assert "s3cret-w0rd" not in said


def test_nothing_heavy_is_imported() -> None:
    probe = (
        "import sys; from stc.health import checks; list(checks()); print(sorted({'torch', 'transformers', 'numpy'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("extra", "wanted", "state", "said"),
    [
        ("data", ["click>=8"], "ok", "click "),
        ("data", ["click>=900"], "problem", "(stc takes >=900)"),
        ("data", ["no-such-package-at-all"], "absent", "not here: no-such-package-at-all; wanted for Parquet"),
        ("", ["no-such-package-at-all"], "problem", "not here: no-such-package-at-all"),
    ],
)
def test_packages(extra: str, wanted: list[str], state: str, said: str) -> None:
    found = packages._check(extra, [Requirement(one) for one in wanted])
    assert (found.state, said in found.said) == (state, True), found
    assert state == "ok" or (found.remedy or "").endswith(f"pip install '{'stc[data]' if extra else 'stc'}'")


def test_extras_are_told_apart() -> None:
    declared = ["click>=8", 'torch; extra == "train"', 'pytest; extra == "dev"', 'pywin32; sys_platform == "none" and extra == "train"']
    found = packages._by_extra([Requirement(one) for one in declared])
    assert {extra: [one.name for one in of] for extra, of in found.items()} == {"": ["click"], "train": ["torch"]}


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for the driver's program is a shell script")
@pytest.mark.parametrize(
    ("script", "built", "state", "said"),
    [
        ("echo 'Card 9000, 8192 MiB, 580.1'", "13.0", "ok", "Card 9000, 8192 MiB"),
        ("echo 'Card 9000, 8192 MiB, 580.1'", "cpu", "problem", "torch is built without CUDA"),
        ("exit 9", "13.0", "problem", "nvidia-smi does not answer"),
    ],
)
def test_cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, built: str, state: str, said: str) -> None:
    tool = tmp_path / "nvidia-smi"
    tool.write_text(f"#!/bin/sh\n{script}\n")
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(machine, "built_for", lambda: built)
    found = machine._card()
    assert (found.state, said in found.said) == (state, True), found
    assert (found.remedy is None) == (state == "ok")


def test_a_part_that_breaks_is_a_problem_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> object:
        raise RuntimeError("no such luck")

    monkeypatch.setattr("stc.health.programs.checks", broken)
    found = {check.part: check for check in health.checks()}
    assert found["programs"].state == "problem"
    assert "no such luck" in found["programs"].said
    assert set(found) == set(health.PARTS)


def test_what_a_person_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = [Check("program", "stc", "ok", "1.0"), Check("data", "index", "problem", "torn", "make it anew")]
    monkeypatch.setattr("stc.cli.doctor.checks", lambda: iter(seen))
    said = CliRunner().invoke(command, [])
    assert said.exit_code == 1
    assert said.output == "program\n  + stc    1.0\ndata\n  ! index  torn\n           -> make it anew\n\n1 in the way\n"
