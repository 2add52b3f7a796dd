"""The check of files and folders: an index that knows them as they are now, and what is to be judged in it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from checker.base import load_base, shipped_base
from checker.batch import Checked, Settings, Target, check_targets, targets_of_index
from checker.environment import House
from checker.lint import asks_above
from checker.verdict import Located, base_unknown
from checker.whole import lint_classes_of, lint_together, shown
from stparse.dialect import settle_dialects
from stparse.index.build import build_index
from stparse.index.query import CodeIndex
from stparse.index.scan import Scan, ScannedFile, scan
from stparse.index.survey import Survey, read_bytes, survey
from stparse.index.work import Job, rows_of
from stparse.index.writer import IndexWriter
from stparse.issue import Issue, Severity
from stparse.text import Span, digest_of

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Run:
    """What the user asked for."""

    paths: tuple[str, ...]
    index: Path | None
    settings: Settings
    dialect: str | None
    jobs: int


def check_index(run: Run, progress: Progress) -> tuple[list[Located], int]:
    """Check all that the index holds; answer the findings and the number of files."""
    with CodeIndex.open(run.settings.index) as index:
        targets = targets_of_index(index)
        checked = _check(_for_classes(run), targets, progress)
        found = [*_said_once(checked), *checked.located]
        if run.settings.lint:
            progress("rules about classes", 0, 1)
            found += lint_together(index, checked.facts, run.settings.selected, _selectors(run, index))
            progress("rules about classes", 1, 1)
    return sorted(found, key=lambda one: one.order), len(targets)


def check_paths(run: Run, progress: Progress) -> tuple[list[Located], int]:
    """Check files and folders; answer the findings and the number of files."""
    found = scan(run.paths)
    with _index_with(run, found, progress) as (index, targets):
        told = replace(run, settings=replace(run.settings, index=index))
        checked = _check(told if run.index is not None else _for_classes(told), targets, progress)
        located = [*_said_once(checked), *checked.located]
        if run.settings.lint:
            progress("rules about classes", 0, 1)
            located += _of_classes(run, index, targets, checked)
            progress("rules about classes", 1, 1)
    unread = [(problem.path, problem.reason) for problem in found.problems]
    return sorted([*map(_unread, unread), *located], key=lambda one: one.order), len(targets)


def _for_classes(run: Run) -> Run:
    """Answer the run that collects what the rules about classes need, if such rules are asked."""
    settings = run.settings
    return replace(run, settings=replace(settings, facts=settings.lint and asks_above(settings.selected)))


def _of_classes(run: Run, path: Path, targets: list[Target], checked: Checked) -> Iterator[Located]:
    """Yield what the rules about classes find; those about the whole code base need all of it, and are asked where it was given."""
    with CodeIndex.open(path) as index:
        selected, selectors = run.settings.selected, _selectors(run, index)
        if run.index is None:
            found = lint_together(index, checked.facts, selected, selectors)
        else:
            found = lint_classes_of(index, (target.path for target in targets), selected, selectors)
        yield from shown(found, targets)


def _selectors(run: Run, index: CodeIndex) -> Container[str] | None:
    """Answer what the base image implements, where all of that is known."""
    if run.settings.base is not None:
        return House(index, load_base(run.settings.base)).base_selectors
    dialect = next((name for name, _ in index.dialects), None)
    return House(index, shipped_base(dialect)).base_selectors if dialect is not None else None


def _check(run: Run, targets: list[Target], progress: Progress) -> Checked:
    total, done = sum(target.size for target in targets), 0

    def advance(size: int) -> None:
        nonlocal done
        done += size
        progress("checking", done, total)

    return check_targets(targets, run.settings, run.jobs, advance)


def _said_once(checked: Checked) -> Iterator[Located]:
    """Yield one finding for all the names that nobody knows enough to judge."""
    if checked.unknown:
        most = sorted(checked.unknown, key=lambda name: (-checked.unknown[name], name))
        issue = base_unknown(checked.unknown)
        message = f"base unknown: {len(most):,} names cannot be judged, the most frequent: {', '.join(most[:5])}"
        file, line = checked.first_unknown or ("-", 1)
        yield Located(replace(issue, message=message), file, line, 1, line, 1)


def _unread(problem: tuple[str, str]) -> Located:
    return Located(Issue("F001", f"cannot be read: {problem[1]}", Severity.ERROR, Span(0, 0)), problem[0], 1, 1, 1, 1)


@contextmanager
def _index_with(run: Run, found: Scan, progress: Progress) -> Iterator[tuple[Path, list[Target]]]:
    """Give an index that has the files as they are, and a target for each: the user's own index where it is up to date."""
    with tempfile.TemporaryDirectory(prefix="stc-check-") as folder:
        temporary = Path(folder) / "index.sqlite"
        if run.index is None:
            build_index(run.paths, temporary, jobs=run.jobs, dialect=run.dialect, progress=progress)
            yield temporary, list(_targets_of_new_index(temporary, found, run.dialect))
        else:
            yield _brought_up_to_date(run, run.index, found, temporary)


def _targets_of_new_index(path: Path, found: Scan, dialect: str | None) -> Iterator[Target]:
    by_path = {file.path: file for file in found.files}
    with CodeIndex.open(path) as index:
        for entry in index.files():
            file = by_path.pop(entry.path, None)
            if file is not None:
                yield Target(entry.path, file.location, file.size, entry.digest, entry.format, entry.dialect, _shown(file))

    # What the index lacks could not be read, and will tell so when it is checked.
    for file in by_path.values():
        yield _unreadable(file, dialect)


def _unreadable(file: ScannedFile, dialect: str | None) -> Target:
    return Target("", file.location, file.size, "", "chunk", dialect or "visualworks", _shown(file))


def _brought_up_to_date(run: Run, path: Path, found: Scan, temporary: Path) -> tuple[Path, list[Target]]:
    """Answer the index at `path`, or a copy that has the changed files in it, and the targets."""
    with CodeIndex.open(path) as index:
        entries = {entry.path: entry for entry in index.files()}
        first = next(iter(index.dialects), None)
    by_digest = {entry.digest: entry for entry in entries.values()}
    targets: list[Target] = []
    changed: dict[str, tuple[ScannedFile, bytes, Survey]] = {}
    for file in found.files:
        try:
            data = read_bytes(file.location)
        except OSError:
            targets.append(_unreadable(file, run.dialect))
            continue
        same = by_digest.get(digest_of(data))
        if same is not None:
            dialect = run.dialect or same.dialect
            targets.append(Target(same.path, file.location, file.size, same.digest, same.format, dialect, _shown(file)))
        else:
            changed[file.location] = (file, data, survey(_shown(file), data))
    if not changed:
        return path, targets
    shutil.copyfile(path, temporary)
    evidence = {location: seen.evidence for location, (_, _, seen) in changed.items()}
    dialects = settled(evidence, run.dialect, first[0] if first else None)
    writer = IndexWriter(temporary, fresh=False)
    taken = {target.path for target in targets}
    for location, (file, data, seen) in changed.items():
        inside = path_in_index(location, entries.keys() - taken)
        if inside is not None:
            writer.remove(inside)
        name = inside or f"{location}"
        taken.add(name)
        job = Job(name, location, file.size, seen.digest, seen.format, dialects[location])
        writer.add(rows_of(job, data), seen.evidence)
        targets.append(Target(name, location, file.size, seen.digest, seen.format, dialects[location], _shown(file)))
    writer.finish()
    return temporary, targets


def settled(evidence: dict[str, dict[str, int]], dialect: str | None, of_house: str | None) -> dict[str, str]:
    """Answer the dialect of each file; the house's decides where a file itself shows next to nothing."""
    if dialect is not None:
        return dict.fromkeys(evidence, dialect)
    if of_house is not None:
        evidence = {path: points if sum(points.values()) >= 3 else {of_house: 3} for path, points in evidence.items()}
    return settle_dialects(evidence)


def path_in_index(location: str, known: Collection[str]) -> str | None:
    """Answer the path by which an index knows the file at `location`: the longest that the location ends with."""
    parts = PurePosixPath(location.replace(os.sep, "/")).parts
    for first in range(len(parts)):
        path = "/".join(parts[first:]).replace("//", "/")
        if path in known:
            return path
    return None


def _shown(file: ScannedFile) -> str:
    """Answer the path to print: one that opens from here."""
    relative = os.path.relpath(file.location)
    path = file.location if relative.startswith("..") else relative
    return path.replace(os.sep, "/").encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
