"""Which files there are to read: walks the sources in a fixed order, and keeps the reason for everything it leaves out."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stparse.issue import BadInputError

ENDINGS = (
    ".st", ".sts", ".cs", ".changes", ".sources", ".pst", ".app", ".cls", ".pax", ".pac", ".gs", ".tpz", ".topaz",
    ".stx", ".vw", ".gst", ".squeak", ".sou", ".tonel",
)  # fmt: skip
"""What a source file's name ends with; a file that is named on the command line is read whatever its name."""

BESIDE = ("properties.json", "README.md")
"""FileTree keeps a class's definition and comment in these, inside `Foo.class`."""

UNMEANT = frozenset(("node_modules", "bower_components", "dist", "__pycache__", "venv", "site-packages"))
"""Folders that no one means. `build` is not among them: Smalltalk/X and others keep their only sources there."""

FILETREE = (".class", ".extension", ".trait")
"""What the folders of FileTree that hold a class end with."""


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """A file to read: `path` is shown (posix, relative to the root given), `location` opens it."""

    path: str
    location: str
    size: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be looked at, and the system's reason."""

    path: str
    reason: str


@dataclass(slots=True)
class Scan:
    """What the walk found, each sorted by path."""

    files: list[ScannedFile] = field(default_factory=list)
    skipped: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def scan(sources: Sequence[str | Path], exclude: Sequence[Path] = (), endings: tuple[str, ...] = ENDINGS) -> Scan:
    """Walk the files and folders `sources`, for files of these endings. Raises BadInputError for one that does not exist.

    Paths are relative to a single folder given, to the folder of a single file given, and to the folder that all have in
    common where there are several. `exclude` are files that are no part of the code: the index itself.
    """
    for source in sources:
        if not os.path.lexists(source):
            raise BadInputError(f"there is no file or folder {source}")
    walker = _Walker(_base_of([Path(os.path.abspath(source)) for source in sources]), exclude, endings)  # noqa: PTH100 - resolve() follows links
    for source in sources:
        walker.source(os.path.abspath(source))  # noqa: PTH100
    walker.follow_links()
    found = walker.found
    found.files.sort(key=lambda file: file.path)
    found.skipped.sort(key=lambda problem: problem.path)
    found.problems.sort(key=lambda problem: problem.path)
    return found


def _base_of(sources: list[Path]) -> str:
    if not sources:
        raise BadInputError("nothing to index: name a file or a folder")
    if len(sources) == 1 and sources[0].is_dir() and sources[0].suffix not in FILETREE:
        return str(sources[0])
    try:
        return os.path.commonpath([str(source.parent) for source in sources])
    except ValueError:
        # Two drives have nothing in common: the paths stay absolute.
        return ""


class _Walker:
    """The state of one walk. Links are followed last, so that a file's own place names it and never a link to it."""

    def __init__(self, base: str, exclude: Sequence[Path], endings: tuple[str, ...]) -> None:
        self.found = Scan()
        self._base = base
        self._endings = endings
        self._exclude = {os.path.abspath(path) for path in exclude}  # noqa: PTH100
        self._seen: set[tuple[int, int]] = set()
        self._links: list[str] = []
        self._taken: set[str] = set()

    def source(self, location: str) -> None:
        """Take what the user named: a folder even if it is hidden, a file even if its name tells nothing."""
        try:
            status = Path(location).stat()
        except OSError as error:
            self._problem(location, error)
            return
        if stat.S_ISDIR(status.st_mode):
            self._folders(location)
        else:
            self._file(location, status, named=True)

    def follow_links(self) -> None:
        """Read what links point at, unless it was read already."""
        while self._links:
            links, self._links = sorted(self._links), []
            for location in links:
                self._follow(location)

    def _follow(self, location: str) -> None:
        try:
            status = Path(location).stat()
        except OSError:
            self._skip(location, "a link that points nowhere, or in a circle")
            return
        if (status.st_dev, status.st_ino) in self._seen:
            self._skip(location, "a link to what is read already")
        elif stat.S_ISDIR(status.st_mode):
            self._folders(location)
        else:
            self._file(location, status)

    def _folders(self, location: str) -> None:
        stack = [location]
        while stack:
            folder = stack.pop()
            if self._enter(folder):
                stack.extend(self._entries(folder))

    def _enter(self, folder: str) -> bool:
        try:
            status = Path(folder).stat()
        except OSError as error:
            self._problem(folder, error)
            return False
        key = (status.st_dev, status.st_ino)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _entries(self, folder: str) -> Iterator[str]:
        """Take the files of `folder`, and yield its folders."""
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            self._problem(folder, error)
            return
        for entry in entries:
            if entry.is_symlink():
                self._links.append(entry.path)
            elif entry.is_dir(follow_symlinks=False):
                reason = _reason_against_folder(entry.name)
                if reason is None:
                    yield entry.path
                else:
                    self._skip(entry.path, reason)
            else:
                self._entry(entry)

    def _entry(self, entry: os.DirEntry[str]) -> None:
        try:
            # Not entry.stat(): on Windows that has no inode.
            self._file(entry.path, Path(entry.path).stat())
        except OSError as error:
            self._problem(entry.path, error)

    def _file(self, location: str, status: os.stat_result, named: bool = False) -> None:
        if location in self._exclude or location in self._taken:
            return
        self._taken.add(location)
        reason = _reason_against_file(location, status, self._endings, named)
        if reason is not None:
            self._skip(location, reason)
            return
        self._seen.add((status.st_dev, status.st_ino))
        self.found.files.append(ScannedFile(self._shown(location), location, status.st_size))

    def _skip(self, location: str, reason: str) -> None:
        self.found.skipped.append(Problem(self._shown(location), reason))

    def _problem(self, location: str, error: OSError) -> None:
        self.found.problems.append(Problem(self._shown(location), error.strerror or str(error)))

    def _shown(self, location: str) -> str:
        relative = os.path.relpath(location, self._base) if self._base else location
        path = relative.replace(os.sep, "/")
        # A name that is no text (bytes of another encoding) is shown with escapes, because SQLite holds text only.
        return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _reason_against_folder(name: str) -> str | None:
    if name.startswith("."):
        return "a hidden folder"
    return "a folder that holds no sources of one's own" if name in UNMEANT else None


def _reason_against_file(location: str, status: os.stat_result, endings: tuple[str, ...], named: bool) -> str | None:
    """Answer why a file is not read, or None."""
    if not stat.S_ISREG(status.st_mode):
        return "not a file but a device, a pipe or a socket"
    if named:
        return None
    folder, name = os.path.split(location)
    if name.startswith("."):
        return "a hidden file"
    if name.lower().endswith(endings) or (name in BESIDE and folder.endswith(FILETREE)):
        return None
    ending = Path(name).suffix
    return f"not Smalltalk by its name (*{ending})" if ending else "not Smalltalk by its name"
