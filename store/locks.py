"""Locks on files that the system releases when a process ends, however it ends: who starts the server, and who uses it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stparse.issue import StcError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_ALL = 1 << 30


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until no other process is inside, and keep others out."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not _try_all(file):
            time.sleep(0.02)
        try:
            yield
        finally:
            _release_all(file)
    finally:
        os.close(file)


class HeldError(StcError):
    """Somebody else is inside; the message says who."""


@contextmanager
def only(path: Path, who: str) -> Iterator[None]:
    """Keep others out, and say to them that it is `who`. Raises HeldError, with what the one inside said, where there is one."""
    file, said = os.open(path, os.O_RDWR | os.O_CREAT, 0o600), path.with_name(f"{path.name}.who")
    try:
        if not _try_all(file):
            raise HeldError(said.read_text(encoding="utf-8") if said.is_file() else "somebody who has just come")
        said.write_text(who, encoding="utf-8")
        yield
    finally:
        os.close(file)


class Presence:
    """Says to other processes that this one is there, until `close` or its end; a process killed leaves nothing behind."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        _share(self._file)

    def close(self) -> bool:
        """End it. Answer whether nobody else is there; only sure while `alone` keeps newcomers out."""
        _unshare(self._file)
        last = _try_all(self._file)
        if last:
            _release_all(self._file)
        os.close(self._file)
        return last


if sys.platform == "win32":
    # Windows has no shared locks by this way: each process locks a byte of its own, and the last one can lock them all.
    def _try_all(file: int) -> bool:
        os.lseek(file, 0, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, _ALL)
        except OSError:
            return False
        return True

    def _release_all(file: int) -> None:
        # To close it is not enough: Windows does that when it finds the time.
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, _ALL)

    def _share(file: int) -> None:
        os.lseek(file, (os.getpid() * 4096 + file) % _ALL, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_LOCK, 1)

    def _unshare(file: int) -> None:
        os.lseek(file, (os.getpid() * 4096 + file) % _ALL, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:

    def _try_all(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _release_all(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)

    def _share(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_SH)

    def _unshare(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
