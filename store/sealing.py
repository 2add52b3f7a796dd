"""Backups that only their readers can open: by age or gpg, programs that are there already; nothing of ours is cryptography.

A recipient that begins with age1 or ssh- is one of age, any other one of gpg; a passphrase goes to gpg through a pipe of its own. The
plain text goes through pipes too, and never to the disk.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from store.programs import running
from stparse.issue import BadInputError, StcError

AGE, GPG, PLAIN = ".age", ".gpg", ""
_GPG = ("gpg", "--batch", "--yes", "--quiet", "--no-tty")
_AGE_MARKS = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----")
_GZIP = b"\x1f\x8b"


def suffix_for(recipients: Sequence[str], passphrase: str | None) -> str:
    """Answer how the name of such a file ends. Raises BadInputError for recipients of two programs, or a passphrase beside them."""
    kinds = {AGE if name.startswith(("age1", "ssh-")) else GPG for name in recipients} | ({GPG} if passphrase is not None else set())
    if len(kinds) > 1 or (recipients and passphrase is not None):
        raise BadInputError("a backup is for recipients of age, or for recipients of gpg, or for a passphrase; not for several of these")
    if any(name.startswith("-") or not name.strip() for name in recipients):
        raise BadInputError("a recipient is a public key, or its name, and no option")
    if passphrase is not None and len(passphrase) < 12:
        raise BadInputError("the passphrase has fewer than 12 characters")
    return kinds.pop() if kinds else PLAIN


@contextmanager
def sealed(out: IO[bytes], recipients: Sequence[str] = (), passphrase: str | None = None) -> Iterator[IO[bytes]]:
    """Answer where to write what `out` is to hold sealed. Raises StcError if the program is not there, or refuses."""
    suffix = suffix_for(recipients, passphrase)
    if suffix == PLAIN:
        yield out
        return
    named = [word for name in recipients for word in ("-r", name)]
    command = ["age", "--encrypt", *named] if suffix == AGE else [*_GPG, *_how(passphrase), *named]
    out.flush()
    _must_be_there(command[0])
    with running(command, passphrase=passphrase, stdin=subprocess.PIPE, stdout=out) as process:
        assert process.stdin is not None
        yield process.stdin
        process.stdin.close()


@contextmanager
def unsealed(path: Path, identity: Path | None = None, passphrase: str | None = None) -> Iterator[IO[bytes]]:
    """Answer the plain text of a file, whether it is sealed or not; `identity` is age's secret key. Raises BadInputError, StcError."""
    try:
        source = path.open("rb")
    except OSError as error:
        raise BadInputError(f"{path} cannot be read: {error.strerror}") from error
    with source:
        begin = source.read(40)
        source.seek(0)
        if begin.startswith(_AGE_MARKS):
            if identity is None:
                raise BadInputError(f"{path} is sealed by age; --identity names the file with your secret key")
            command = ["age", "--decrypt", "-i", str(identity)]
        elif begin.startswith(b"-----BEGIN PGP MESSAGE") or (begin[:1] >= b"\x80" and not begin.startswith(_GZIP)):
            command = [*_GPG, *(() if passphrase is None else _PASSPHRASE), "--decrypt"]
        else:
            yield source
            return
        # The program reads where the file stands, which need not be where our buffer does.
        os.lseek(source.fileno(), 0, os.SEEK_SET)
        _must_be_there(command[0])
        with running(command, passphrase=passphrase, stdin=source, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            yield process.stdout
            # What is behind the end of the archive is read too: else the program would complain.
            while process.stdout.read(1 << 20):
                pass


_PASSPHRASE = ("--pinentry-mode", "loopback", "--passphrase-fd", "{}")


def _how(passphrase: str | None) -> tuple[str, ...]:
    if passphrase is None:
        return ("--trust-model", "always", "--encrypt")
    return (*_PASSPHRASE, "--symmetric", "--cipher-algo", "AES256", "--s2k-digest-algo", "SHA512", "--s2k-count", "65011712")


def _must_be_there(program: str) -> None:
    if shutil.which(program) is None:
        raise StcError(f"{program} is not on this machine; install it, or pipe: stc store backup - | ...")
