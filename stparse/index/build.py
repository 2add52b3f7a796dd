"""Makes an index of a code base, or brings one up to date: only what changed is read, and the old index stays until the new is whole."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from stparse.dialect import DIALECTS, settle_dialects
from stparse.index.journal import Journal, key_of
from stparse.index.packing import unpack
from stparse.index.scan import Problem, Scan, ScannedFile, scan
from stparse.index.survey import Survey, read_bytes
from stparse.index.tool import tool_version
from stparse.index.version import SCHEMA_VERSION
from stparse.index.work import Done, Job, Workers, look, read
from stparse.index.writer import IndexWriter
from stparse.issue import BadInputError, StcError
from stparse.text import digest_of
from stparse.veil import Veil

Progress = Callable[[str, int, int], None]
"""Called with the name of a phase, and how much of how much is done."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: files by what happened to them, and how long it took."""

    path: Path
    read: int
    resumed: int
    kept: int
    removed: int
    skipped: int
    unreadable: int
    seconds: float


class _Known(NamedTuple):
    """A file as the old index has it."""

    digest: str
    dialect: str
    survey: Survey


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be done: `jobs` are to be read, `gone` to be taken out (changed files are in both)."""

    jobs: list[Job]
    gone: list[str]
    surveys: dict[str, Survey]
    found: Scan
    kept: int


def build_index(
    sources: Sequence[str | Path],
    out: str | Path,
    *,
    jobs: int | None = None,
    dialect: str | None = None,
    veil: Veil | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Index `sources` into the file `out`, in `jobs` processes (as many as there are processors, by default).

    `dialect` overrides the evidence; `veil` hides parts of each text before it is read. The result does not depend on
    `jobs`, nor on what an older index held. Raises BadInputError for sources or options that cannot be, StcError if the
    file cannot be written; the old index is then as it was.
    """
    if dialect is not None and dialect not in DIALECTS:
        raise BadInputError(f"no dialect {dialect!r}; there are {', '.join(DIALECTS)}")
    if jobs is not None and jobs < 1:
        raise BadInputError(f"{jobs} jobs cannot do anything; give 1 or more")
    out = Path(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        return _Build(sources, out, jobs or _processors(), dialect, veil, progress or (lambda phase, done, total: None)).run()
    except (OSError, sqlite3.Error) as error:
        raise StcError(f"{out} cannot be written: {_reason(error)}; the old index, if there was one, is as it was") from error


def _processors() -> int:
    # A container often may use fewer than the machine has.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _reason(error: OSError | sqlite3.Error) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return f"{error} (is the disk full?)" if "full" in str(error) or "I/O" in str(error) else str(error)


class _Build:
    """One build, from the scan to the renaming."""

    def __init__(
        self, sources: Sequence[str | Path], out: Path, jobs: int, dialect: str | None, veil: Veil | None, progress: Progress
    ) -> None:
        self._sources = sources
        self._out = out
        self._partial = out.with_name(f"{out.name}.partial")
        self._new = out.with_name(f"{out.name}.new")
        self._dialect = dialect
        self._read_files = partial(read, veil=veil)
        self._progress = progress
        self._workers = Workers(jobs)
        self._meta = {"schema": SCHEMA_VERSION, "tool": tool_version(), "dialect": dialect or "", "veil": veil.digest if veil else ""}

    def run(self) -> BuildReport:
        began = time.monotonic()
        old = _OldIndex(self._out, self._meta)
        beside = [Path(f"{path}{suffix}") for path in (self._out, self._partial, self._new) for suffix in ("", "-journal")]
        found = scan(self._sources, beside)
        with self._workers:
            plan = self._plan(found, old)
            resumed = self._make(plan, old)
        problems, skipped = plan.found.problems, plan.found.skipped
        counts = (len(plan.jobs) - resumed, resumed, plan.kept, len(set(plan.gone) - {job.path for job in plan.jobs}))
        return BuildReport(self._out, *counts, len(skipped), len(problems), time.monotonic() - began)

    def _make(self, plan: _Plan, old: _OldIndex) -> int:
        """Write the new index if anything is different; answer how many files an interrupted build had read already."""
        if not plan.jobs and not plan.gone and old.is_like(plan.found, self._meta):
            return 0
        with Journal(self._partial) as journal:
            keys = {
                job.path: key_of(self._meta["tool"], self._meta["veil"], job.path, job.digest, job.format, job.dialect) for job in plan.jobs
            }
            done = journal.keys()
            todo = [job for job in plan.jobs if keys[job.path] not in done]
            lost = self._read(todo, keys, journal)
            plan.found.problems = sorted((*plan.found.problems, *lost.values()), key=lambda problem: problem.path)
            self._write(plan, old, ((job, journal.get(keys[job.path])) for job in plan.jobs if job.path not in lost))
            self._new.replace(self._out)
            journal.discard()
        return len(plan.jobs) - len(todo)

    # What is to be done

    def _plan(self, found: Scan, old: _OldIndex) -> _Plan:
        known = old.files
        surveys = self._same(found.files, known)
        fresh = [Job(file.path, file.location, file.size) for file in found.files if file.path not in surveys]
        problems: list[Problem] = []
        count = 0
        for batch in self._workers.run(look, fresh):
            for done in batch:
                if done.survey is None:
                    problems.append(_problem(done))
                else:
                    surveys[done.path] = done.survey
            count += len(batch)
            self._progress("looking", count, len(fresh))
        dialects = self._dialects(surveys)
        jobs = []
        for file in found.files:
            seen = surveys.get(file.path)
            before = known.get(file.path)
            if seen is not None and (before is None or before.digest != seen.digest or before.dialect != dialects[file.path]):
                jobs.append(Job(file.path, file.location, file.size, seen.digest, seen.format, dialects[file.path]))
        gone = sorted(known.keys() - surveys.keys() | known.keys() & {job.path for job in jobs})
        found.problems = sorted((*found.problems, *problems), key=lambda problem: problem.path)
        return _Plan(jobs, gone, surveys, found, len(surveys) - len(jobs))

    def _same(self, files: Iterable[ScannedFile], known: dict[str, _Known]) -> dict[str, Survey]:
        """Answer the surveys of the files that are what the old index says they are."""
        same = {}
        for file in files:
            before = known.get(file.path)
            if before is None:
                continue
            # What cannot be read now is for the survey to report.
            with contextlib.suppress(OSError):
                if digest_of(read_bytes(file.location)) == before.digest:
                    same[file.path] = before.survey
        return same

    def _dialects(self, surveys: dict[str, Survey]) -> dict[str, str]:
        if self._dialect is not None:
            return dict.fromkeys(surveys, self._dialect)
        return settle_dialects({path: seen.evidence for path, seen in sorted(surveys.items())})

    # Doing it

    def _read(self, todo: list[Job], keys: dict[str, bytes], journal: Journal) -> dict[str, Problem]:
        """Read the files `todo` into the journal; answer those that have gone in the meantime."""
        lost: dict[str, Problem] = {}
        total, count = sum(job.size for job in todo), 0
        sizes = {job.path: job.size for job in todo}
        for batch in self._workers.run(self._read_files, todo):
            journal.put((keys[done.path], done.rows) for done in batch if done.problem is None)
            lost.update((done.path, _problem(done)) for done in batch if done.problem is not None)
            count += sum(sizes[done.path] for done in batch)
            self._progress("reading", count, total)
        return lost

    def _write(self, plan: _Plan, old: _OldIndex, results: Iterator[tuple[Job, bytes]]) -> None:
        writer: IndexWriter | None = None
        try:
            self._new.unlink(missing_ok=True)
            if old.usable:
                shutil.copyfile(self._out, self._new)
            writer = IndexWriter(self._new, fresh=not old.usable)
            self._fill(writer, plan, results, len(old.files))
            _sync(self._new)
        except BaseException:
            if writer is not None:
                writer.close()
            with contextlib.suppress(OSError):
                self._new.unlink(missing_ok=True)
            raise

    def _fill(self, writer: IndexWriter, plan: _Plan, results: Iterator[tuple[Job, bytes]], before: int) -> None:
        if before and len(plan.jobs) + len(plan.gone) > before // 4:
            writer.drop_indices()
        for path in plan.gone:
            writer.remove(path)
        for count, (job, packed) in enumerate(results, 1):
            writer.add(unpack(packed), plan.surveys[job.path].evidence)
            self._progress("writing", count, len(plan.jobs))
        writer.set_scan(plan.found.skipped, plan.found.problems)
        writer.set_meta(self._meta)
        writer.finish()


class _OldIndex:
    """What the index file holds before the build. Usable if this very tool made it, behind the same veil; no index is refused."""

    def __init__(self, path: Path, wanted: dict[str, str]) -> None:
        self.files: dict[str, _Known] = {}
        self.meta: dict[str, str] = {}
        self._scan: tuple[list[tuple[str, str]], list[tuple[str, str]]] = ([], [])
        if not path.exists() or path.stat().st_size == 0:
            return
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            self._load(connection, wanted)
        except sqlite3.DatabaseError as error:
            raise BadInputError(f"{path} is there and is no index of stc ({error}); delete it, or name another file") from error
        finally:
            connection.close()

    @property
    def usable(self) -> bool:
        return bool(self.meta)

    def is_like(self, found: Scan, meta: dict[str, str]) -> bool:
        """Answer whether what was skipped and what could not be read are the same, and the options too."""
        skipped = [(problem.path, problem.reason) for problem in found.skipped]
        problems = [(problem.path, f"cannot be read: {problem.reason}") for problem in found.problems]
        return self.meta == meta and self._scan == (skipped, problems)

    def _load(self, connection: sqlite3.Connection, wanted: dict[str, str]) -> None:
        meta = dict(connection.execute("SELECT key, value FROM meta"))
        if any(meta.get(key) != wanted[key] for key in ("tool", "veil")):
            return
        self.meta = meta
        for path, digest, form, dialect, detected in connection.execute("SELECT path, digest, format, dialect, detected FROM files"):
            self.files[path] = _Known(digest, dialect, Survey(digest, form, json.loads(detected)))
        self._scan = (
            connection.execute("SELECT path, reason FROM skipped ORDER BY path").fetchall(),
            connection.execute("SELECT path, message FROM issues WHERE file IS NULL ORDER BY path, message").fetchall(),
        )


def _problem(done: Done) -> Problem:
    return Problem(done.path, done.problem or "")


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
