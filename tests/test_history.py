"""What the history of a repository gives: pairs of what was wrong and how it was mended, and what commits did; proved without git."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from repository import IS_OPEN, IS_OPEN_MENDED, RELEASE_MENDED, RENEW, Made, licence, licences
from sampling import proved, samples_of

from datagen.changes import changes_of
from datagen.generators.negative_history import mended_by
from datagen.git import Repository
from datagen.history import History, commit_of, read_history
from datagen.proof import verify_dataset
from datagen.sample import Sample
from datagen.versions import FileVersion, contents_of
from stc.cli import cli, run
from stparse.index.build import build_index
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Answer the repository of licences."""
    return licences(tmp_path_factory.mktemp("history") / "licences")


@pytest.fixture(scope="module")
def history(made: Made) -> History:
    """Answer all that it has."""
    return read_history([made.folder], 50, {"Licences.st": "visualworks"})


@pytest.fixture(scope="module")
def index(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeIndex]:
    """Answer the index of what it holds now."""
    out = tmp_path_factory.mktemp("index") / "index.sqlite"
    build_index([made.folder], out, jobs=1)
    with CodeIndex.open(out) as found:
        yield found


def subjects(history: History) -> list[str]:
    return [commit.subject for commit in history.commits]


def test_what_is_read(made: Made, history: History) -> None:
    assert subjects(history) == [
        "Print the holder \u2013 and no renewals",
        "Another file name, and no halt",
        'renew: stored into its "argument"',
        "The holder's test for nil",
        "First version",
    ]
    assert history.to_json() == {
        "heads": {"licences": made.git("rev-parse", "HEAD")},
        "commits": 6,
        "read": 5,
        "left_out": {"no Smalltalk in it": 1},
    }
    assert [commit.date[:10] for commit in history.commits[:2]] == ["2026-03-07", "2026-03-06"]
    assert all(version.is_genuine for commit in history.commits for _, version in commit.versions())
    assert all(version.dialect == "visualworks" for commit in history.commits for _, version in commit.versions())


def test_the_same_head_gives_the_same(made: Made, history: History) -> None:
    assert read_history([made.folder], 50, {"Licences.st": "visualworks"}) == history
    assert subjects(read_history([made.folder], 2, {})) == subjects(history)[:2]
    # A file alone has the history of its name; twice the same source counts once.
    assert subjects(read_history([made.folder / "Licences.st"], 50, {})) == subjects(history)[:2]
    assert subjects(read_history([made.folder, made.folder], 50, {})) == subjects(history)


def test_what_commits_did(history: History) -> None:
    done = [[(change.shown, change.how) for change in changes_of(commit)] for commit in history.commits]
    assert sorted(done[0]) == [
        ("Licence", "changed"),
        ("Licence>>printOn:", "added"),
        ("Licence>>renew:", "removed"),
    ]
    assert done[1:4] == [[("Licence>>release", "changed")], [("Licence>>renew:", "changed")], [("Licence>>isOpen", "changed")]]
    assert {how for _, how in done[4]} == {"added"}
    assert [name for name, _ in history.commits[1].versions()] == [
        f"Licence.st@{history.commits[1].short}^",
        f"Licences.st@{history.commits[1].short}",
    ]


def test_lines_hold_all(history: History) -> None:
    for commit in history.commits:
        assert commit_of(commit.to_line()) == commit
    with pytest.raises(BadInputError, match="not a commit"):
        commit_of("{}")


def test_pairs(index: CodeIndex, history: History) -> None:
    found = {sample.sources[0].selector: sample for sample in samples_of(index, "negative.history", commits=history.commits)}
    assert {selector: sample.fault and sample.fault.code for selector, sample in found.items()} == {
        "isOpen": "ST102",
        "renew:": "C104",
        "release": "ST230",
    }
    one = found["isOpen"]
    assert (one.rejected, one.chosen) == (IS_OPEN, IS_OPEN_MENDED)
    assert one.answer.startswith("Line 3: a comparison with nil (ST102); write `holder isNil`. Since then:")
    assert '"The holder\'s test for nil"' in one.prompt.text
    assert proved(index, list(found.values()), history.commits) == [[], [], []]


def test_changes(index: CodeIndex, history: History) -> None:
    found = samples_of(index, "qa.changes", commits=history.commits)
    assert len(found) == 5
    assert proved(index, found, history.commits) == [[]] * 5
    assert found[0].answer == (
        f'In `Licence`, commit `{history.commits[0].short}` (2026-03-07, "Print the holder \u2013 and no renewals") added one method, '
        "removed one method and changed the definition:\n"
        "- `Licence>>printOn:` was added (Licences.st:22)\n"
        "- `Licence>>renew:` was removed (it was at Licences.st:18)\n"
        "- the definition of `Licence` was changed (Licences.st:3)"
    )


Spoil = Callable[[Sample], Sample]
SPOILT: list[tuple[str, Spoil]] = [
    ("qa.changes", lambda s: replace(s, answer=s.answer.replace(" was added (", " was changed ("))),
    ("qa.changes", lambda s: replace(s, claims=(replace(s.claims[0], count=9),))),
    ("qa.changes", lambda s: replace(s, claims=(replace(s.claims[0], detail="0" * 40),))),
    ("qa.changes", lambda s: replace(s, claims=(replace(s.claims[0], places=s.claims[0].places[::-1]),))),
    ("qa.changes", lambda s: replace(s, answer=s.answer + "\n- `Licence>>more` was added (Licences.st:1)")),
    ("negative.history", lambda s: replace(s, rejected=s.chosen)),
    ("negative.history", lambda s: replace(s, sources=(replace(s.sources[0], file=f"{s.sources[0].file}^"), s.sources[1]))),
    ("negative.history", lambda s: replace(s, sources=(s.sources[0], replace(s.sources[1], digest="0" * 64)))),
    ("negative.history", lambda s: replace(s, answer=s.answer.replace("Line", "Nothing in line").replace("(", "["))),
]


@pytest.mark.parametrize(("kind", "spoil"), SPOILT)
def test_a_wrong_answer_is_caught(index: CodeIndex, history: History, kind: str, spoil: Spoil) -> None:
    made = [sample for sample in samples_of(index, kind, commits=history.commits) if spoil(sample) != sample]
    # Where all changes are of one kind, their order says nothing.
    spoilt = [spoil(sample) for sample in made if kind != "qa.changes" or len(set(sample.claims[0].places)) > 1]
    assert spoilt
    assert all(proved(index, spoilt, history.commits))


def test_what_was_around_a_method_then_is_not_judged() -> None:
    assert mended_by("isOpen\n\t^limit", "isOpen\n\t^expiry", "visualworks", "Licence") is None
    assert mended_by("isOpen\n\t^a = nil", "isOpen\n\t^a isNil", "visualworks", "Licence") is not None


def test_a_change_that_is_about_something_else_is_no_pair() -> None:
    before = "act\n\tb foo: (a = nil).\n\tb foo.\n\t^c"
    assert mended_by(before, before.replace("= nil", "isNil"), "visualworks", "Licence") is not None
    assert mended_by(before, before.replace("= nil", "isNil").replace("^c", "^d"), "visualworks", "Licence") is None
    assert mended_by(before, "act\n\tb foo.\n\t^c", "visualworks", "Licence") is None
    assert mended_by("act\n\t^(", "act\n\t^[", "visualworks", "Licence") is None


def test_a_method_that_is_there_twice_is_left_out() -> None:
    data = licence("holder\n\t^1", "holder\n\t^2", "other\n\t^3")
    found = contents_of(FileVersion("Licence.st", "", data, "visualworks"))
    assert [selector for _, _, selector in found.methods] == ["other"]
    assert found.doubled == {("Licence", False, "holder")}
    assert contents_of(FileVersion("Licence.st", "", b"\x00\xff!", "visualworks")).methods == {}


def test_a_space_that_is_a_character_stays() -> None:
    data = licence("blank\n\t^$ ")
    assert contents_of(FileVersion("Licence.st", "", data, "visualworks")).methods["Licence", False, "blank"].text == "blank\n\t^$ "


# The commands


@pytest.fixture(scope="module")
def written(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer a data set with the history of the licences."""
    out = tmp_path_factory.mktemp("set") / "set"
    result = CliRunner().invoke(cli, ["compile-dataset", str(made.folder), "-o", str(out), "--jobs", "1", "--history", "20"])
    assert result.exit_code == 0, result.output
    return out


def test_a_data_set_with_history_proves_itself(made: Made, written: Path) -> None:
    manifest = json.loads((written / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["history"]["heads"] == {"licences": made.git("rev-parse", "HEAD")}
    assert sum(manifest["samples"]["negative.history"].values()) == 3
    assert sum(manifest["samples"]["qa.changes"].values()) == 5
    assert "history.jsonl" in manifest["files"]
    assert verify_dataset(written).failures == ()


def test_history_that_was_tampered_with_is_noticed(written: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(written, tmp_path / "set"))
    commits = [commit_of(line) for line in (copy / "history.jsonl").read_text(encoding="utf-8").splitlines()]
    first = commits[0].files[0]
    assert first.after is not None
    other = replace(first, after=replace(first.after, data=first.after.data.replace(RELEASE_MENDED.encode(), RENEW.encode())))
    commits[0] = replace(commits[0], files=(other, *commits[0].files[1:]))
    (copy / "history.jsonl").write_text("".join(f"{commit.to_line()}\n" for commit in commits) + "{}\n", encoding="utf-8")
    reasons = " ".join(failure.reason for failure in verify_dataset(copy).failures)
    for said in ("is not what git names", "not a commit of stc", "the file is not the one", "changes: the versions show"):
        assert said in reasons


def test_without_git_or_without_a_work_tree(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "src").mkdir()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    with pytest.raises(BadInputError, match="has no history"):
        Repository(tmp_path / "src")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadInputError, match="no program `git`"):
        Repository(made.folder)
    assert run(["compile-dataset", str(made.folder), "-o", str(tmp_path / "set"), "--history", "3", "--jobs", "1"]) == 2


def test_a_blob_that_is_missing_costs_only_its_commit(tmp_path: Path) -> None:
    made = licences(tmp_path / "licences")
    blob = made.git("rev-parse", "HEAD~2:Licence.st")
    path = made.folder / ".git" / "objects" / blob[:2] / blob[2:]
    path.chmod(0o600)
    path.unlink()
    found = read_history([made.folder], 50, {})
    assert found.left_out["a file is missing or too large"] >= 1
    assert "First version" in subjects(found)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("at: x\n\t| y |\n\t^self keyed: x", "at: x\n\t^self keyed: x", "C201"),
        # An unused temporary went with something else.
        ("at: x\n\t| y |\n\t^self keyed: x", "at: x\n\t^self keyed: x ifAbsent: [nil]", None),
        ("open\n\tself halt.\n\tself show", "open\n\tself show", "ST230"),
        # More was removed than what the rule speaks of.
        ("open\n\tself when: [self halt].\n\tself show", "open\n\tself show", None),
    ],
)
def test_a_commit_that_did_more_is_no_pair(before: str, after: str, code: str | None) -> None:
    found = mended_by(before, after, "visualworks", "Licence")
    assert (found.code if found else None) == code
