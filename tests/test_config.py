"""stc.toml: what `stc check` takes from it, and how it says what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from stc.cli import cli
from stc.config import check_settings
from stparse.issue import BadInputError

CODE = """Object subclass: #BpSlot instanceVariableNames: 'start' classVariableNames: '' poolDictionaries: '' category: 'Bp-Schedule'!
!BpSlot methodsFor: 'testing'!
isOpen
\t^start = nil! !
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STC_CONFIG", raising=False)


def codes(*arguments: str) -> list[str]:
    result = CliRunner().invoke(cli, ["check", *arguments, "--json", "--jobs", "1"])
    return [finding["code"] for finding in json.loads(result.stdout)]


def test_without_a_file_nothing_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "a.st").write_text(CODE)
    assert "ST102" in codes("a.st")


@pytest.mark.parametrize("where", ["BpSlot>>isOpen", "BpSlot"])
def test_an_entry_takes_its_findings_away(tmp_path: Path, where: str) -> None:
    (tmp_path / "a.st").write_text(CODE)
    (tmp_path / "stc.toml").write_text(f'[check]\nignore = [{{ rule = "ST102", where = "{where}", reason = "house style" }}]\n')
    found = codes("a.st")
    assert "ST102" not in found
    assert "ST002" not in found


def test_an_entry_of_no_use_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.st").write_text(CODE)
    (tmp_path / "stc.toml").write_text('[check]\nignore = [{ rule = "ST301", where = "BpSlot", reason = "long" }]\n')
    assert "ST002" in codes("a.st")


def test_undeclared_names_may_be_warnings(tmp_path: Path) -> None:
    (tmp_path / "stc.toml").write_text('[check]\nundeclared = "warn"\n')
    result = CliRunner().invoke(cli, ["check", "-", "--as", "method", "--json"], input="foo ^zork")
    assert [finding["severity"] for finding in json.loads(result.stdout)] == ["warning"]
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[check\n", "cannot be read as TOML"),
        ("check = 3\n", "is not a table"),
        ("[check]\nrules = 1\n", "knows no rules"),
        ('[check]\nundeclared = "no"\n', 'write "error" or "warn"'),
        ('[check]\nignore = [{ rule = "ST101", where = "Foo" }]\n', "needs rule, where and reason"),
    ],
)
def test_what_is_wrong_is_said_with_the_remedy(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "stc.toml").write_text(text)
    with pytest.raises(BadInputError, match=said):
        check_settings()


def test_another_file_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "house" / "our.toml"
    other.parent.mkdir()
    other.write_text('[check]\nbase = "image.json"\n')
    monkeypatch.setenv("STC_CONFIG", str(other))
    assert check_settings().base == other.parent / "image.json"
