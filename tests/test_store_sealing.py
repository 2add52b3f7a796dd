"""Sealed backups: by gpg and age as they are on this machine, and by a second age; folders of backups that do not grow for ever."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
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
# The command line of age over the library pyrage, which is another implementation of the format: where the program is not there.
PYRAGE = """#!{python}
import sys, pyrage
words, data = sys.argv[1:], sys.stdin.buffer.read()
try:
    if words[0] == "--encrypt":
        sys.stdout.buffer.write(pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(key) for key in words[2::2]]))
    else:
        lines = open(words[2], encoding="ascii").read().split()
        sys.stdout.buffer.write(pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(key) for key in lines]))
except (pyrage.DecryptError, pyrage.RecipientError) as error:
    sys.exit(f"age: error: {{error}}")
"""


@pytest.fixture
def loaded(db: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    with db.store() as store:
        load(store, write_dataset(tmp_path / "rights", [sample(n, answer=f"Whatson {n}") for n in range(50)]))
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


@dataclass(frozen=True, slots=True)
class Key:
    """A key of age: what others seal for, and the file with the secret half."""

    public: str
    secret: Path


def age_key(folder: Path, name: str) -> Key:
    """Make a key, by the program or by the library."""
    secret = folder / name
    if shutil.which("age-keygen"):
        subprocess.run(["age-keygen", "-o", str(secret)], check=True, capture_output=True)
        public = subprocess.run(["age-keygen", "-y", str(secret)], check=True, capture_output=True, text=True).stdout.strip()
        secret.write_text(secret.read_text(encoding="ascii").splitlines()[-1] + "\n", encoding="ascii")
        return Key(public, secret)
    made = pytest.importorskip("pyrage").x25519.Identity.generate()
    secret.write_text(f"{made}\n", encoding="ascii")
    return Key(str(made.to_public()), secret)


@pytest.fixture(params=["age", "pyrage"])
def age(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let `age` be the program of this machine, or the library behind its command line; skip where that is not there."""
    if request.param == "age" and shutil.which("age") is None:
        pytest.skip("no age on this machine")
    if request.param == "pyrage":
        pytest.importorskip("pyrage")
        program = tmp_path / "bin" / "age"
        program.parent.mkdir()
        program.write_text(PYRAGE.format(python=sys.executable), encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return str(request.param)


def restores(postgres: Embedded, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, bool]:
    """Answer the exit code of a restore into an empty database, and whether everything is there."""
    with clone(postgres, None) as other:
        monkeypatch.setenv("STC_DSN", other.conninfo(OWNER))
        code = run(["store", "restore", *words])
        with other.store(user=OWNER) as store:
            there = store.connection.execute("SELECT to_regclass('audit_head')").fetchone() != (None,)
            return code, there and store.value("SELECT count(*) FROM smalltalk_training_examples") == 50 and not audit.prove(store).failures


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
@pytest.mark.usefixtures("loaded", "age")
def test_recipients_of_age(postgres: Embedded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sealed = tmp_path / "b.age"
    one, two, other = (age_key(tmp_path, name) for name in ("one", "two", "other"))
    assert run(["store", "backup", str(sealed), "--recipient", one.public, "--recipient", two.public]) == 0
    assert sealed.read_bytes().startswith(b"age-encryption.org/v1\n")
    assert b"Whatson" not in sealed.read_bytes()
    capsys.readouterr()
    assert restores(postgres, monkeypatch, str(sealed)) == (2, False)
    assert "--identity" in capsys.readouterr().err
    assert restores(postgres, monkeypatch, str(sealed), "--identity", str(other.secret)) == (2, False)
    assert "age failed (1)" in capsys.readouterr().err
    for key in (one, two):
        assert restores(postgres, monkeypatch, str(sealed), "--identity", str(key.secret)) == (0, True)
    sealed.write_bytes(sealed.read_bytes()[:-500])
    assert restores(postgres, monkeypatch, str(sealed), "--identity", str(one.secret)) == (2, False)


@posix
@pytest.mark.skipif(shutil.which("age") is None or shutil.which("ssh-keygen") is None, reason="no age, or no ssh-keygen")
@pytest.mark.usefixtures("loaded")
def test_a_key_of_ssh(postgres: Embedded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "id")], check=True)
    public = (tmp_path / "id.pub").read_text(encoding="ascii").strip()
    assert run(["store", "backup", str(tmp_path / "b"), "--recipient", public, "--format", "pg_dump"]) == 0
    assert restores(postgres, monkeypatch, str(tmp_path / "b"), "--identity", str(tmp_path / "id")) == (0, True)


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
        monkeypatch.setenv("PATH", str(folder))
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
