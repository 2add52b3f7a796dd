"""Which files are read: what is left out has a reason, and nothing that the file system holds stops the walk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from indexing import CONTRACT, index_of, write

from stparse.index.scan import scan
from stparse.issue import BadInputError


def names(folder: Path) -> list[str]:
    return [file.path for file in scan([folder]).files]


def test_paths_are_relative_and_sorted(tmp_path: Path) -> None:
    write(tmp_path / "b", Z="", A="")
    write(tmp_path / "a" / "c", M="")
    assert names(tmp_path) == ["a/c/M.st", "b/A.st", "b/Z.st"]


def test_several_sources_share_a_root(tmp_path: Path) -> None:
    one, two = write(tmp_path / "one", A=""), write(tmp_path / "two", B="")
    assert [file.path for file in scan([one, two / "B.st"]).files] == ["one/A.st", "two/B.st"]
    assert [file.path for file in scan([one / "A.st"]).files] == ["A.st"]
    assert [file.path for file in scan([one, one / "A.st", one]).files] == ["one/A.st"]


def test_unmeant_folders_and_other_files_have_reasons(tmp_path: Path) -> None:
    for folder in (".git", "node_modules", "dist", "__pycache__", ".venv", "build", "src"):
        write(tmp_path / folder, A="")
    (tmp_path / "readme.txt").write_text("x", encoding="utf-8")
    (tmp_path / "Makefile").write_text("x", encoding="utf-8")
    (tmp_path / ".hidden.st").write_text("x", encoding="utf-8")
    found = scan([tmp_path])
    assert [file.path for file in found.files] == ["build/A.st", "src/A.st"]
    assert {problem.path: problem.reason for problem in found.skipped} == {
        ".git": "a hidden folder",
        ".hidden.st": "a hidden file",
        ".venv": "a hidden folder",
        "Makefile": "not Smalltalk by its name",
        "__pycache__": "a folder that holds no sources of one's own",
        "dist": "a folder that holds no sources of one's own",
        "node_modules": "a folder that holds no sources of one's own",
        "readme.txt": "not Smalltalk by its name (*.txt)",
    }


def test_what_is_named_is_read(tmp_path: Path) -> None:
    write(tmp_path / "dist", A="")
    (tmp_path / "code.txt").write_text("x", encoding="utf-8")
    assert [file.path for file in scan([tmp_path / "dist", tmp_path / "code.txt"]).files] == ["code.txt", "dist/A.st"]
    with pytest.raises(BadInputError, match="there is no file or folder"):
        scan([tmp_path / "none"])
    with pytest.raises(BadInputError, match="nothing to index"):
        scan([])


def test_filetree_keeps_its_properties(tmp_path: Path) -> None:
    folder = write(tmp_path / "P.package" / "Foo.class" / "instance", bar="accessing\nbar\n\t^1")
    (folder.parent / "properties.json").write_text('{ "name" : "Foo", "super" : "Object" }', encoding="utf-8")
    (tmp_path / "P.package" / "properties.json").write_text("{}", encoding="utf-8")
    assert names(tmp_path) == ["P.package/Foo.class/instance/bar.st", "P.package/Foo.class/properties.json"]
    assert names(tmp_path / "P.package" / "Foo.class") == ["Foo.class/instance/bar.st", "Foo.class/properties.json"]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_links_end(tmp_path: Path) -> None:
    write(tmp_path / "src" / "deep", A="")
    write(tmp_path / "outside", B="")
    (tmp_path / "src" / "deep" / "loop").symlink_to(tmp_path / "src", target_is_directory=True)
    (tmp_path / "src" / "self").symlink_to(tmp_path / "src" / "self")
    (tmp_path / "src" / "copy.st").symlink_to(tmp_path / "src" / "deep" / "A.st")
    (tmp_path / "src" / "out").symlink_to(tmp_path / "outside", target_is_directory=True)
    found = scan([tmp_path / "src"])
    assert [file.path for file in found.files] == ["deep/A.st", "out/B.st"]
    assert [(problem.path, problem.reason) for problem in found.skipped] == [
        ("copy.st", "a link to what is read already"),
        ("deep/loop", "a link to what is read already"),
        ("self", "a link that points nowhere, or in a circle"),
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders")
def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.st")
    assert [problem.path for problem in scan([tmp_path]).skipped] == ["pipe.st"]


def test_an_unreadable_folder_is_an_issue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Rights do not stop root, under whom tests may run; so the refusal is made here.
    write(tmp_path / "src" / "secret", A=CONTRACT)
    write(tmp_path / "src" / "open", B=CONTRACT)
    whole = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("secret"):
            raise PermissionError(13, "Permission denied", path)
        return whole(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with index_of(tmp_path / "src", tmp_path / "i") as index:
        assert [file.path for file in index.files()] == ["open/B.st"]
        finding = next(iter(index.issues()))
        assert (finding.issue.code, finding.file) == ("F001", "secret")
        assert "Permission denied" in finding.issue.message


@pytest.mark.usefixtures("rights")
def test_rights_are_respected(tmp_path: Path) -> None:
    secret = write(tmp_path / "src" / "secret", A=CONTRACT)
    secret.chmod(0)
    try:
        assert [problem.path for problem in scan([tmp_path / "src"]).problems] == ["secret"]
    finally:
        secret.chmod(0o700)


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="file names are text there")
def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path / "src") + b"/Caf\xe9.st")).write_text(CONTRACT, encoding="utf-8")
    with index_of(tmp_path / "src", tmp_path / "i") as index:
        assert [file.path for file in index.files()] == ["Caf\\xe9.st"]
        assert len(list(index.methods())) == 5
