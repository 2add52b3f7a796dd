"""Sealed backups: gpg as it is on this machine, age by a program that behaves as it does; folders of backups that do not grow for ever."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from storing import FOLDER, Clone, clone, sample, write_dataset

from stc.cli import run
from store import audit
from store.embedded import OWNER, Embedded
from store.examples import load
from store.sealing import suffix_for
from stparse.issue import BadInputError

SECRET = "correct horse battery"
posix = pytest.mark.skipif(os.name == "nt", reason="pipes to programs of Unix")
gpg = pytest.mark.skipif(shutil.which("gpg") is None, reason="no gpg on this machine")
# What age does on the command line, without its cryptography: it names its format first, and a wrong key is an error.
AGE = """#!{python}
import sys
words, data = sys.argv[1:], sys.stdin.buffer.read()
if words[0] == "--encrypt":
    sys.stdout.buffer.write(b"age-encryption.org/v1\\n" + words[2].encode() + b"\\n" + bytes(255 - b for b in data))
else:
    _, key, body = data.split(b"\\n", 2)
    if open(words[2], "rb").read().strip() != key:
        sys.exit("age: error: no identity matched any of the recipients")
    sys.stdout.buffer.write(bytes(255 - b for b in body))
"""


@pytest.fixture
def loaded(db: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    with db.store() as store:
        load(store, write_dataset(tmp_path / "rights", [sample(n, answer=f"Whatson {n}") for n in range(200)]))
    monkeypatch.setenv("STC_DSN", db.conninfo(OWNER))
    return db


@pytest.fixture
def gnupg(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Answer a home of gpg: short, as the sockets in it must be, with no agent left behind."""
    with tempfile.TemporaryDirectory(dir=os.environ[FOLDER], ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o700)
        monkeypatch.setenv("GNUPGHOME", folder)
        yield Path(folder)
        subprocess.run(["gpgconf", "--kill", "all"], check=False)


@pytest.fixture
def age(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "bin" / "age"
    program.parent.mkdir()
    program.write_text(AGE.format(python=sys.executable), encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "key").write_text("age1right", encoding="utf-8")
    (tmp_path / "wrong").write_text("age1wrong", encoding="utf-8")
    return tmp_path / "key"


def restores(postgres: Embedded, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, bool]:
    """Answer the exit code of a restore into an empty database, and whether everything is there."""
    with clone(postgres, None) as other:
        monkeypatch.setenv("STC_DSN", other.conninfo(OWNER))
        code = run(["store", "restore", *words])
        with other.store(user=OWNER) as store:
            there = store.connection.execute("SELECT to_regclass('audit_head')").fetchone() != (None,)
            return code, there and store.value("SELECT count(*) FROM smalltalk_training_examples") == 200 and not audit.prove(
                store
            ).failures


@posix
@gpg
@pytest.mark.usefixtures("loaded", "gnupg")
def test_a_passphrase(postgres: Embedded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sealed = tmp_path / "b.gpg"
    monkeypatch.setenv("STC_BACKUP_PASSPHRASE", SECRET)
    assert run(["store", "backup", str(sealed), "--passphrase"]) == 0
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    assert sealed.read_bytes()[:2] != b"\x1f\x8b"
    assert b"Whatson" not in sealed.read_bytes()
    assert restores(postgres, monkeypatch, str(sealed), "--passphrase") == (0, True)
    monkeypatch.setenv("STC_BACKUP_PASSPHRASE", "something else")
    capsys.readouterr()
    assert restores(postgres, monkeypatch, str(sealed), "--passphrase") == (2, False)
    said = capsys.readouterr().err
    assert "gpg failed" in said
    assert "something else" not in said


@posix
@gpg
@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_a_sealed_backup_that_is_not_whole(
    postgres: Embedded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, gnupg: Path, damage: str
) -> None:
    sealed = tmp_path / "b.gpg"
    monkeypatch.setenv("STC_BACKUP_PASSPHRASE", SECRET)
    assert run(["store", "backup", str(sealed), "--passphrase"]) == 0
    data = bytearray(sealed.read_bytes())
    data[len(data) // 2] ^= 1
    sealed.write_bytes(data[: len(data) // 2] if damage == "cut" else data)
    assert restores(postgres, monkeypatch, str(sealed), "--passphrase") == (2, False)


@posix
@gpg
@pytest.mark.usefixtures("loaded")
def test_a_recipient_of_gpg(postgres: Embedded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, gnupg: Path) -> None:
    made = [
        "gpg",
        "--batch",
        "--quiet",
        "--passphrase",
        "",
        "--quick-generate-key",
        "backup@house.example",
        "future-default",
        "default",
        "never",
    ]
    subprocess.run(made, check=True, capture_output=True)
    assert run(["store", "backup", str(tmp_path / "b"), "--recipient", "backup@house.example"]) == 0
    assert restores(postgres, monkeypatch, str(tmp_path / "b")) == (0, True)
    monkeypatch.setenv("GNUPGHOME", str(tmp_path / "nothing"))
    (tmp_path / "nothing").mkdir(mode=0o700)
    assert restores(postgres, monkeypatch, str(tmp_path / "b")) == (2, False)


@posix
@pytest.mark.usefixtures("loaded")
def test_a_recipient_of_age(age: Path, postgres: Embedded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sealed = str(tmp_path / "b.age")
    assert run(["store", "backup", sealed, "--recipient", "age1right"]) == 0
    assert restores(postgres, monkeypatch, sealed) == (2, False)
    assert restores(postgres, monkeypatch, sealed, "--identity", str(tmp_path / "wrong")) == (2, False)
    assert restores(postgres, monkeypatch, sealed, "--identity", str(age)) == (0, True)


@posix
@pytest.mark.usefixtures("loaded")
def test_a_program_that_fails_leaves_no_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text, said in (
        ("fails", "#!/bin/sh\necho no key >&2\nexit 3\n", "age failed (3): no key"),
        ("none", None, "age is not on this"),
    ):
        folder = tmp_path / name
        folder.mkdir()
        if text:
            (folder / "age").write_text(text, encoding="utf-8")
            (folder / "age").chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin:/bin")
        assert run(["store", "backup", str(folder / "b"), "--recipient", "age1right"]) == 2
        assert said in capsys.readouterr().err
        assert not list(folder.glob("*b*"))


@pytest.mark.usefixtures("loaded")
def test_a_folder_keeps_the_newest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    mine = ["stc-store-20260101T000000Z.tar.gz", "stc-store-20260102T000000Z.tar.gz.age", "stc-store-20260103T000000Z.tar.gz"]
    others = ["notes.txt", "stc-store-old.tar.gz", "stc-store-20260101T000000Z.tar.gz.keep"]
    for name in (*mine, *others):
        (folder / name).touch()
    assert run(["store", "backup", str(folder), "--keep", "2"]) == 0
    left = {path.name for path in folder.iterdir()}
    assert set(others) < left
    assert left & set(mine) == {mine[2]}
    assert len(left - set(others)) == 2
    assert capsys.readouterr().err.count("removed") == 2
    assert run(["store", "backup", str(tmp_path / "file"), "--keep", "2"]) == 2


NO_WAYS: list[tuple[list[str], str | None]] = [
    (["age1a", "bob@house.example"], None), (["age1a"], SECRET), (["bob"], SECRET), (["--output=x"], None), ([""], None), ([], "short"),
]  # fmt: skip


@pytest.mark.parametrize(("recipients", "passphrase"), NO_WAYS)
def test_what_is_no_way_to_seal(recipients: list[str], passphrase: str | None) -> None:
    with pytest.raises(BadInputError):
        suffix_for(recipients, passphrase)
