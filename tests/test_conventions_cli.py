"""`stc conventions` from outside: mine, show, check, diff, validate; JSON, SARIF, HTML, and what stc.toml says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from housing import THINGS, class_text, write_house

from stc.cli import cli, run

KEYS = {"reference", "file", "line", "slots", "opportunities", "kept", "share", "probability", "conventions", "validity"}


def asked(*arguments: str, text: str = "") -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("STC_INDEX", raising=False)
        return CliRunner().invoke(cli, ["conventions", *arguments], input=text)


def answered(*arguments: str, text: str = "") -> Any:
    result = asked(*arguments, "--json", text=text)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer a folder with `src`, and with `i.sqlite`, its mined index."""
    folder = tmp_path_factory.mktemp("house")
    write_house(folder / "src", thing5={"setter": "argument"})
    assert run(["index", str(folder / "src"), "-o", str(folder / "i.sqlite"), "--jobs", "1"]) == 0
    result = asked("mine", "--index", str(folder / "i.sqlite"), "--jobs", "1")
    assert result.exit_code == 0, result.output
    assert "validity: AUC method" in result.stdout
    return folder


def test_validate_is_printed_with_every_figure(house: Path) -> None:
    said = answered("validate", "--index", str(house / "i.sqlite"))
    assert {"auc_method", "auc_class", "null", "false_alarms", "stability", "pairs", "verdict"} <= set(said)
    for arguments in (["validate"], ["check", "--score", "BpThing1"], ["show"]):
        result = asked(*arguments, "--index", str(house / "i.sqlite"))
        assert result.exit_code == 0, result.output
        assert "AUC" in result.output


# These make or name the figure, and print nothing.
SILENT = {"stc/config.py", "evaluator/judged.py", "evaluator/metrics/adherence.py", "evaluator/metrics/adheres.py"}


def test_who_speaks_of_adherence_speaks_of_its_validity() -> None:
    root = Path(__file__).resolve().parent.parent
    speaking = {}
    for folder in ("stc", "evaluator", "datagen", "trainer", "retrieval", "store"):
        for path in (root / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if "adherence" in text:
                speaking[path.relative_to(root).as_posix()] = "validity" in text
    assert speaking.keys() >= SILENT | {"stc/house_check.py", "stc/cli/compare.py", "evaluator/gate.py"}
    assert [name for name, says in speaking.items() if not says and name not in SILENT] == []


def test_a_class_in_a_file_is_judged_too(house: Path, tmp_path: Path) -> None:
    path = tmp_path / "BpThing3.st"
    path.write_text(class_text(3).replace("BpThing3", "BpThing99"), encoding="utf-8")
    found = answered("check", str(path), "--score", "--index", str(house / "i.sqlite"))
    assert [one["file"] for one in found if one["reference"] == "BpThing99"] == [str(path)]
    assert any(one["reference"].startswith("BpThing99>>") for one in found)
    known = tmp_path / "known.st"
    known.write_text(class_text(3), encoding="utf-8")
    found = answered("check", str(known), "--score", "--index", str(house / "i.sqlite"))
    indexed = answered("check", "BpThing3", "--score", "--index", str(house / "i.sqlite"))
    of_class = [next(one for one in said if one["reference"] == "BpThing3") for said in (found, indexed)]
    assert of_class[0]["conventions"] == of_class[1]["conventions"]
    assert of_class[0]["opportunities"] >= 5


def test_the_handbook_is_as_it_was_read(house: Path) -> None:
    """The golden file was read by a person; when this fails, read the difference before you copy it."""
    page = asked("show", "--index", str(house / "i.sqlite"), "--most", "2").stdout
    assert page == (Path(__file__).parent / "golden" / "handbook.md").read_text(encoding="utf-8")


def test_show_has_examples_that_are_there(house: Path) -> None:
    page = asked("show", "--index", str(house / "i.sqlite"), "--convention", "C07").stdout
    assert "## C07" in page
    assert "BpThing0>>title:" in page
    rules = answered("show", "--index", str(house / "i.sqlite"))
    assert rules
    for rule in rules:
        for place in rule["places"]:
            text = (house / "src" / place["file"].rpartition("/")[2]).read_text().splitlines()
            assert place["line"] <= len(text)
            name = place["reference"].partition(">>")[2]
            if name and not rule["context"].startswith("after"):
                assert any(name.partition(":")[0] in line for line in text)


def test_show_as_html(house: Path, tmp_path: Path) -> None:
    assert asked("show", "--index", str(house / "i.sqlite"), "--html", str(tmp_path / "h.html")).exit_code == 0
    page = (tmp_path / "h.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.count("<h2") == 25


def test_check_finds_the_one_that_differs(house: Path) -> None:
    found = answered("check", "BpThing5", "--all", "--index", str(house / "i.sqlite"))
    setters = [one for one in found if one["code"] == "H07" and one["selector"] == "title:"]
    assert setters
    for one in setters:
        assert one["hint"].count("BpThing") >= 3
        assert "BpThing5" not in one["hint"]
    assert not [one for one in answered("check", "BpThing4", "--index", str(house / "i.sqlite")) if one["code"] == "H07"]


def test_check_of_a_text_a_method_and_a_file(house: Path, tmp_path: Path) -> None:
    index = ("--index", str(house / "i.sqlite"))
    text = "owner: zork\n\towner := zork\n"
    found = answered("check", "-", "--class", "BpThing3", "--protocol", "accessing", "--all", *index, text=text)
    assert "H07" in {one["code"] for one in found}
    assert all(one["file"] == "-" for one in found)
    assert answered("check", "BpThing3>>owner:", "--score", *index)[0]["reference"] == "BpThing3>>owner:"
    (tmp_path / "New.st").write_text(class_text(99, setter="zork"), encoding="utf-8")
    assert "H07" in {one["code"] for one in answered("check", str(tmp_path / "New.st"), "--all", *index)}
    assert asked("check", "NoSuchClass", *index).exit_code != 0


def test_scores_have_their_keys(house: Path) -> None:
    for one in answered("check", "BpThing5", "--score", "--index", str(house / "i.sqlite")):
        assert set(one) == KEYS
        assert one["kept"] <= one["opportunities"]
        assert one["share"] is None or 0 <= one["share"] <= 1
        assert one["probability"] is None or 0 <= one["probability"] <= 1


def test_sarif(house: Path) -> None:
    result = asked("check", "BpThing5", "--all", "--sarif", "-", "--index", str(house / "i.sqlite"))
    log = json.loads(result.stdout)
    (run_of,) = log["runs"]
    assert {rule["id"][0] for rule in run_of["tool"]["driver"]["rules"]} == {"H"}
    assert run_of["results"]


def test_diff_says_what_has_turned(house: Path, tmp_path: Path) -> None:
    changes = {f"thing{number}": {"setter": "argument"} for number in range(12)}
    write_house(tmp_path / "src", **changes)
    assert run(["index", str(tmp_path / "src"), "-o", str(tmp_path / "i.sqlite"), "--jobs", "1"]) == 0
    assert asked("mine", "--index", str(tmp_path / "i.sqlite")).exit_code == 0
    found = answered("diff", str(house / "i.sqlite"), str(tmp_path / "i.sqlite"))
    (turned,) = (one for one in found if one["about"] == "how the argument of a setter is named")
    assert turned["change"] == "turned"
    assert ("(aString)" in turned["before"], "(aString)" in turned["after"]) == (True, False)
    assert answered("diff", str(house / "i.sqlite"), str(house / "i.sqlite")) == []


def test_without_mined_conventions_the_remedy_is_said(tmp_path: Path) -> None:
    write_house(tmp_path / "src")
    assert run(["index", str(tmp_path / "src"), "-o", str(tmp_path / "i.sqlite"), "--jobs", "1"]) == 0
    result = asked("show", "--index", str(tmp_path / "i.sqlite"))
    assert "stc conventions mine" in str(result.exception)


def test_stc_toml_pins_mutes_and_adds(house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "stc.toml"
    monkeypatch.setenv("STC_CONFIG", str(settings))
    settings.write_text(
        "[conventions]\n"
        'pin = [{ convention = "C22", context = "return", value = "space", reason = "agreed" }]\n'
        'mute = [{ convention = "C07", reason = "in change" }]\n'
        'add = [{ pattern = "`@x isNil not", instead = "notNil", reason = "reads better" }]\n',
        encoding="utf-8",
    )
    found = answered("check", "BpThing5", "--index", str(house / "i.sqlite"))
    codes = {one["code"] for one in found}
    assert "H07" not in codes
    assert {"H22", "H90"} <= codes
    assert {one["hint"] for one in found if one["code"] in ("H22", "H90")} == {"pinned in stc.toml: agreed", "reads better"}
    handbook = asked("show", "--index", str(house / "i.sqlite")).stdout
    assert "Muted in stc.toml: in change" in handbook
    assert "the space after ^: **space** (0 of" in handbook
    assert "pinned in stc.toml: agreed" in handbook


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[conventions]\nmute = [{ convention = "C07" }]\n', "needs convention, context, reason"),
        ('[conventions]\nadd = [{ pattern = "`@x isNil", instead = "", reason = "x" }]\n', "each a text that is not empty"),
        ('[conventions]\nadd = [{ pattern = "`@x isNil [", instead = "x", reason = "x" }]\n', "write it as Smalltalk"),
        ('[conventions]\nmute = [{ convention = "H07", reason = "x" }]\n', "did you mean 'C07'?"),
        ('[conventions]\nmute = [{ convention = "C07", context = "setters", reason = "x" }]\n', "C07 has no context 'setters'"),
        ('[convention]\nmute = [{ convention = "C07", reason = "x" }]\n', "did you mean [conventions]?"),
    ],
)
def test_a_slip_in_stc_toml_is_told(house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str) -> None:
    monkeypatch.setenv("STC_CONFIG", str(tmp_path / "stc.toml"))
    (tmp_path / "stc.toml").write_text(text, encoding="utf-8")
    assert said in str(asked("show", "--index", str(house / "i.sqlite")).exception)


def test_a_pin_to_what_nothing_has_is_told(house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STC_CONFIG", str(tmp_path / "stc.toml"))
    pin = '[conventions]\npin = [{ convention = "C07", context = "setter", value = "VALUE", reason = "x" }]\n'
    for value, told in (("article+type", False), ("articel+type", True)):
        (tmp_path / "stc.toml").write_text(pin.replace("VALUE", value), encoding="utf-8")
        said = asked("check", "BpThing1", "--index", str(house / "i.sqlite")).stderr
        assert ("which is nowhere in" in said) is told
        assert ("there are article+type" in said) is told


def test_a_context_alone_is_muted(house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STC_CONFIG", str(tmp_path / "stc.toml"))
    (tmp_path / "stc.toml").write_text(
        '[conventions]\nmute = [{ convention = "C22", context = "return", reason = "x" }]\n', encoding="utf-8"
    )
    contexts = {rule["context"] for rule in answered("show", "--convention", "C22", "--index", str(house / "i.sqlite"))}
    assert "return" not in contexts
    assert contexts


@pytest.mark.parametrize(("setters", "told"), [(1, 1), (5, 0)])
def test_what_a_whole_class_does_is_not_told_in_each_method(tmp_path: Path, setters: int, told: int) -> None:
    path = write_house(tmp_path / "src") / "BpThing5.st"
    text = path.read_text(encoding="utf-8")
    for thing in THINGS[:setters]:
        text = text.replace(f"{thing}: aString\n\t{thing} := aString", f"{thing}: argument\n\t{thing} := argument")
    path.write_text(text, encoding="utf-8")
    assert run(["index", str(tmp_path / "src"), "-o", str(tmp_path / "i.sqlite"), "--jobs", "1"]) == 0
    assert asked("mine", "--index", str(tmp_path / "i.sqlite"), "--jobs", "1").exit_code == 0
    index = ["--select", "H07", "--index", str(tmp_path / "i.sqlite")]
    assert len(answered("check", *index)) == told
    assert len(answered("check", "--all", *index)) == setters
