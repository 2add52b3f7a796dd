"""The history of the sources, where they lie in git: the last commits that changed Smalltalk, with both versions of each file.

The same HEAD and the same number of commits give the same history. What is left out is counted with its reason.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from datagen.git import LoggedCommit, Repository, Touched
from datagen.sample import line_of
from datagen.versions import FileVersion
from stparse.dialect import detect_dialect
from stparse.index.scan import ENDINGS
from stparse.index.survey import format_of, source_of
from stparse.issue import BadInputError
from stparse.veil import Veil

HISTORY = "history.jsonl"
MOST_FILES = 20
"""Commits of more files are imports and moves, and are left out."""
LARGEST = 512 * 1024
_SHORT = 12
_AT = re.compile(r"@([0-9a-f]{12})(\^?)\Z")


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that a commit changed: the version before and the one after; one of them may be missing."""

    before: FileVersion | None
    after: FileVersion | None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit with what it did to the files of Smalltalk."""

    id: str
    date: str
    subject: str
    files: tuple[FileChange, ...]

    @property
    def short(self) -> str:
        return self.id[:_SHORT]

    def versions(self) -> Iterator[tuple[str, FileVersion]]:
        """Yield the versions under the names that samples call them by: `Right.st@3f2a91c0b5d7`, and with a ^ the one before."""
        for change in self.files:
            if change.before is not None:
                yield f"{change.before.path}@{self.short}^", change.before
            if change.after is not None:
                yield f"{change.after.path}@{self.short}", change.after

    def to_line(self) -> str:
        """Answer the commit as a line of JSON."""
        files = [{"before": _plain(change.before), "after": _plain(change.after)} for change in self.files]
        return line_of({"commit": self.id, "date": self.date, "subject": self.subject, "files": files})


@dataclass(frozen=True, slots=True)
class History:
    """The commits that were read, how many were looked at, the HEAD of each repository by its name, and what was left out."""

    commits: tuple[Commit, ...] = ()
    looked_at: int = 0
    heads: dict[str, str] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, object]:
        return {"heads": self.heads, "commits": self.looked_at, "read": len(self.commits), "left_out": dict(sorted(self.left_out.items()))}


def read_history(sources: Sequence[Path], most: int, dialects: Mapping[str, str], veil: Veil | None = None) -> History:
    """Answer what the last `most` commits did to each of `sources`. `dialects` are those of the files of the index.

    A commit whose files hold something that `veil` hides is left out, because its files are kept as git names them.
    Raises BadInputError where git is missing, or where a source lies in no git work tree.
    """
    found: dict[str, Commit] = {}
    heads: dict[str, str] = {}
    left_out: Counter[str] = Counter()
    looked_at: set[str] = set()
    for source in sources:
        repository = Repository(source)
        heads[repository.name] = repository.head
        logged = list(repository.commits(most))
        looked_at.update(commit.id for commit in logged)
        usable = [one for one in logged if _is_usable(one, left_out)]
        blobs = repository.blobs({version[1] for one in usable for touched in one.touched for version in _versions(touched)}, LARGEST)
        for one in usable:
            commit = _with_files(one, blobs, dialects)
            if commit is None:
                left_out["a file is missing or too large"] += 1
            elif veil is not None and any(veil.hide(version.text)[1] for _, version in commit.versions()):
                left_out["its files hold something that is hidden"] += 1
            else:
                subject = one.subject if veil is None else veil.hide(one.subject)[0]
                known = found.get(one.id)
                files = (*known.files, *commit.files) if known is not None else commit.files
                found[one.id] = Commit(one.id, one.date, subject, tuple(dict.fromkeys(files)))
    return History(tuple(found.values()), len(looked_at), heads, left_out)


def _is_usable(commit: LoggedCommit, left_out: Counter[str]) -> bool:
    count = sum(any(path.lower().endswith(ENDINGS) for path, _ in _versions(touched)) for touched in commit.touched)
    if not count:
        left_out["no Smalltalk in it"] += 1
    elif count > MOST_FILES:
        left_out[f"more than {MOST_FILES} files"] += 1
    return 0 < count <= MOST_FILES


def _versions(touched: Touched) -> Iterator[tuple[str, str]]:
    yield from (version for version in (touched.before, touched.after) if version is not None)


def _with_files(commit: LoggedCommit, blobs: Mapping[str, bytes], dialects: Mapping[str, str]) -> Commit | None:
    files = []
    for touched in commit.touched:
        versions = list(_versions(touched))
        if not all(path.lower().endswith(ENDINGS) for path, _ in versions):
            continue
        if not all(blob in blobs for _, blob in versions):
            return None
        dialect = _dialect(*versions[-1], blobs, dialects)
        before, after = (
            FileVersion(_shown(version[0]), version[1], blobs[version[1]], dialect) if version is not None else None
            for version in (touched.before, touched.after)
        )
        files.append(FileChange(before, after))
    return Commit(commit.id, commit.date, commit.subject, tuple(files)) if files else None


def _shown(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _dialect(path: str, blob: str, blobs: Mapping[str, bytes], dialects: Mapping[str, str]) -> str:
    """Answer the dialect that a file has in the index, or the one that it shows if it is no longer there."""
    parts = path.split("/")
    known = (dialects.get("/".join(parts[first:])) for first in range(len(parts)))
    found = next((dialect for dialect in known if dialect), None)
    if found is not None:
        return found
    source = source_of(path, blobs[blob])
    return detect_dialect(source, format_of(source).name)


# In the folder of a data set


def _plain(version: FileVersion | None) -> dict[str, str] | None:
    if version is None:
        return None
    data = base64.b64encode(zlib.compress(version.data, 9)).decode("ascii")
    return {"path": version.path, "blob": version.blob, "dialect": version.dialect, "data": data}


def commit_of(line: str) -> Commit:
    """Answer the commit of a line of JSON. Raises BadInputError if it is none."""
    try:
        said = json.loads(line)
        files = tuple(FileChange(_version_of(one["before"]), _version_of(one["after"])) for one in said["files"])
        return Commit(said["commit"], said["date"], said["subject"], files)
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise BadInputError(f"not a commit of stc: {line[:60]!r} ({error})") from error


def _version_of(said: dict[str, str] | None) -> FileVersion | None:
    if said is None:
        return None
    return FileVersion(said["path"], said["blob"], zlib.decompress(base64.b64decode(said["data"])), said["dialect"])


def versions_of(commits: Iterable[Commit]) -> dict[str, FileVersion]:
    """Answer the versions of all files, by the names that samples call them by."""
    return {name: version for commit in commits for name, version in commit.versions()}


def commit_in(file: str) -> str | None:
    """Answer the commit that the name of a version speaks of, shortened; None for a file of the index."""
    match = _AT.search(file)
    return match[1] if match else None
