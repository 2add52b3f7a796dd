"""What is asked of git, by its own program: the last commits of a folder, and the bytes of their files. Nothing is written there."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from stparse.issue import BadInputError, StcError

_PATIENCE = 300
"""So many seconds git may take for one answer."""
_AT_ONCE = 500
_RAW = re.compile(rb":\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) ([AMDRT])\d*\0([^\0]*)\0")
_QUIET = {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}


@dataclass(frozen=True, slots=True)
class Touched:
    """A file that a commit changed: its path and blob before and after; None where there was, or is, no such file."""

    before: tuple[str, str] | None
    after: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class LoggedCommit:
    """A commit as the log states it; `date` is that of the committer, in ISO form."""

    id: str
    date: str
    subject: str
    touched: tuple[Touched, ...]


class Repository:
    """The git work tree that `place`, a folder or a file, lies in. Paths are relative to the folder.

    Raises BadInputError where there is no git, or where the place lies in no work tree.
    """

    def __init__(self, place: Path) -> None:
        self._folder, self._only = (place, ".") if place.is_dir() else (place.parent, place.name)
        try:
            self.head = self._ask("rev-parse", "--verify", "HEAD^{commit}").decode().strip()
            self.name = Path(self._ask("rev-parse", "--show-toplevel").decode("utf-8", "replace").strip()).name
        except StcError as error:
            raise BadInputError(f"{place} has no history: {error}; leave --history out, or give a folder of a git work tree") from error

    def commits(self, most: int) -> Iterator[LoggedCommit]:
        """Yield the last commits that changed something here, merges left out, the newest first."""
        arguments = ("log", f"--max-count={most}", "--no-merges", "--raw", "--no-abbrev", "-z", "--relative", "--no-ext-diff")
        shown = ("--format=%x01%H%x00%cI%x00%s", self.head, "--", self._only)
        try:
            found = self._ask(*arguments, "-M", *shown)
        except StcError:
            # To find a file that was renamed and changed git must read it, and a partial copy does not have them all.
            found = self._ask(*arguments, "--no-renames", *shown)
        for record in found.split(b"\x01")[1:]:
            commit, date, subject, rest = record.split(b"\0", 3)
            yield LoggedCommit(commit.decode(), date.decode(), subject.decode("utf-8", "replace"), tuple(_touched(rest)))

    def blobs(self, ids: Iterable[str], largest: int) -> dict[str, bytes]:
        """Answer the bytes of blobs; those that are missing, or larger than `largest`, are left out."""
        wanted, found = sorted(set(ids)), dict[str, bytes]()
        for first in range(0, len(wanted), _AT_ONCE):
            part = wanted[first : first + _AT_ONCE]
            sizes = self._ask("cat-file", "--batch-check", given="\n".join(part).encode()).decode().splitlines()
            usable = [words[0] for line in sizes if (words := line.split())[1:2] == ["blob"] and int(words[2]) <= largest]
            found |= _contents(self._ask("cat-file", "--batch", given="\n".join(usable).encode()) if usable else b"")
        return found

    def _ask(self, *arguments: str, given: bytes = b"") -> bytes:
        command = [
            "git",
            "--no-pager",
            "-c",
            "core.quotePath=false",
            "-c",
            "i18n.logOutputEncoding=utf-8",
            "-c",
            "diff.renameLimit=200",
            *arguments,
        ]
        try:
            done = subprocess.run(
                command, cwd=self._folder, input=given, capture_output=True, timeout=_PATIENCE, check=False, env={**os.environ, **_QUIET}
            )
        except FileNotFoundError as error:
            raise BadInputError(
                "--history needs git, and there is no program `git` on the PATH; install it, or leave --history out"
            ) from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise StcError(f"git {arguments[0]} in {self._folder}: {error}") from error
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise StcError(said[-1] if said else f"git {arguments[0]} ended with {done.returncode}")
        return done.stdout


def _touched(raw: bytes) -> Iterator[Touched]:
    at = max(0, raw.find(b":"))
    while match := _RAW.match(raw, at):
        before, after, how, path = match[1].decode(), match[2].decode(), match[3], os.fsdecode(match[4])
        at, now = match.end(), path
        if how == b"R":
            end = raw.index(b"\0", at)
            now, at = os.fsdecode(raw[at:end]), end + 1
        yield Touched(None if how == b"A" else (path, before), None if how == b"D" else (now, after))


def _contents(answer: bytes) -> dict[str, bytes]:
    """Answer the blobs of what `cat-file --batch` says: a line with id, kind and size, then the bytes and a line end."""
    found: dict[str, bytes] = {}
    at = 0
    while at < len(answer):
        end = answer.index(b"\n", at)
        name, _, size = answer[at:end].decode().split()
        found[name] = answer[end + 1 : end + 1 + int(size)]
        at = end + 2 + int(size)
    return found
