"""As whom the embedded server runs: PostgreSQL refuses root, so for root it is an account of the system with few rights."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stparse.issue import StcError

if sys.platform != "win32":
    import pwd

# On Windows a Ctrl-C at the terminal would reach the server too; elsewhere pg_ctl itself sees to that.
if sys.platform == "win32":
    _APART = subprocess.CREATE_NEW_PROCESS_GROUP
else:
    _APART = 0
# An account of its own first; `nobody` is everywhere, and shares its files with whatever else runs as it.
_CANDIDATES = ("postgres", "stc", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server; None for both where it is the user."""

    uid: int | None = None
    gid: int | None = None

    def run(self, command: Sequence[str | Path], log: Path, timeout: float = 120) -> int:
        """Run a program as this account, its output into the file `log`: the server would hold a pipe open. Answer the exit code.

        Raises StcError if it does not end in time.
        """
        with log.open("ab") as out, _in_time(str(command[0])):
            return subprocess.run(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                check=False,
                timeout=timeout,
                cwd=log.parent,
                user=self.uid,
                group=self.gid,
                extra_groups=None if self.gid is None else [],
                env=_environment(),
                creationflags=_APART,
            ).returncode

    def own(self, path: Path) -> None:
        """Give `path` to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can_run(self, program: Path) -> bool:
        """Whether this account may start `program`, folders above it included."""
        try:
            done = subprocess.run(
                [str(program), "--version"],
                capture_output=True,
                check=False,
                cwd=program.anchor,
                user=self.uid,
                group=self.gid,
                extra_groups=None if self.gid is None else [],
            )
        except OSError:
            return False
        return done.returncode == 0


def server_account() -> Account:
    """Answer the account of the embedded server. Raises StcError where root finds none."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return Account()
    for name in _CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        if found.pw_uid != 0:
            return Account(found.pw_uid, found.pw_gid)
    raise StcError("PostgreSQL does not run as root, and there is no account postgres, stc or nobody: useradd --system postgres")


@contextmanager
def _in_time(program: str) -> Iterator[None]:
    try:
        yield
    except subprocess.TimeoutExpired as error:
        raise StcError(
            f"{Path(program).name} did not end within {error.timeout:.0f} s; is the disk of the store busy? try it again"
        ) from error


def _environment() -> dict[str, str]:
    """Answer the environment without what would speak to another server than the one that is meant."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}
