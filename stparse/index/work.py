"""What the worker processes do: look at files, and read them. All of it can be pickled and started by spawn."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing.connection import wait as wait_for
from typing import TypeVar

from stparse.index.extract import FileRows, Row, extract
from stparse.index.packing import pack
from stparse.index.survey import Survey, read_bytes, source_of, survey
from stparse.issue import Severity, StcError
from stparse.text import Lines
from stparse.veil import HIDDEN, Hidden, Veil

_BATCH_BYTES = 512 * 1024
_BATCH_FILES = 200
_WORTH_PROCESSES = 1024 * 1024
"""Fewer bytes than these are read sooner than processes are started."""


@dataclass(frozen=True, slots=True)
class Job:
    """One file to look at or to read; the last three are known after the look."""

    path: str
    location: str
    size: int
    digest: str = ""
    format: str = ""
    dialect: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one job: a survey, packed rows, or the system's reason why not."""

    path: str
    survey: Survey | None = None
    rows: bytes = b""
    problem: str | None = None


T = TypeVar("T")
Work = Callable[[Sequence[Job]], list[Done]]


def look(jobs: Sequence[Job]) -> list[Done]:
    """Survey each file."""
    return [_with_bytes(job, lambda job, data: Done(job.path, survey(job.path, data))) for job in jobs]


def read(jobs: Sequence[Job], veil: Veil | None = None) -> list[Done]:
    """Read each file, behind the veil if there is one, to packed rows."""
    return [_with_bytes(job, lambda job, data: Done(job.path, rows=pack(rows_of(job, data, veil)))) for job in jobs]


def rows_of(job: Job, data: bytes, veil: Veil | None = None) -> FileRows:
    """Answer the rows of a file that holds `data`; if that is not what the survey saw, the file is to be read again next time."""
    source = replace(source_of(job.path, data), format=job.format, dialect=job.dialect)
    if veil is None:
        rows = extract(source, len(data))
    else:
        text, hidden = veil.hide(source.text)
        rows = extract(replace(source, text=text), len(data))
        places = Lines(text)
        rows.issues += (_hidden_row(one, *places.line_column(one.start)) for one in hidden)
    if source.digest != job.digest:
        hint = "index once more when nothing writes to it"
        rows.issues.append((None, "F002", Severity.WARNING.value, "the file changed while it was read", hint, 0, 0, 1, 1))
        rows.digest = ""
    return rows


def _hidden_row(one: Hidden, line: int, column: int) -> Row:
    return (None, HIDDEN, Severity.INFO.value, one.kind, None, one.start, one.end, line, column)


def _with_bytes(job: Job, action: Callable[[Job, bytes], Done]) -> Done:
    try:
        data = read_bytes(job.location)
    except OSError as error:
        return Done(job.path, problem=error.strerror or str(error))
    return action(job, data)


class Workers:
    """Runs work over files: in `count` processes, or here if it is little. Leaving the context ends the processes."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def run(self, work: Work, jobs: Sequence[Job]) -> Iterator[list[Done]]:
        """Yield what became of the jobs, batch by batch, in no order. Raises StcError if a process dies."""
        batches = batches_of(jobs)
        if self._count < 2 or len(batches) < 2 or sum(job.size for job in jobs) < _WORTH_PROCESSES:
            yield from map(work, batches)
            return
        try:
            yield from self._spread(work, batches)
        except BrokenProcessPool as error:
            hint = "is memory short? What was done is kept: run it again, or with --jobs 1"
            raise StcError(f"a worker process was ended from outside; {hint}") from error

    def _spread(self, work: Work, batches: list[list[Job]]) -> Iterator[list[Done]]:
        if self._pool is None:
            # Spawn is what Windows and macOS have, so it is what is tested everywhere.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._count, mp_context=context, initializer=start_worker)
        waiting = iter(batches)
        running: set[Future[list[Done]]] = set()
        while True:
            # Few at a time: results that nobody has taken yet cost memory.
            for batch in _first(waiting, 2 * self._count - len(running)):
                running.add(self._pool.submit(work, batch))
            if not running:
                return
            ended, running = wait(running, return_when=FIRST_COMPLETED)
            for future in ended:
                yield future.result()


def batches_of(jobs: Sequence[Job]) -> list[list[Job]]:
    """Answer `jobs` in batches of about equal bytes, the largest files first, so that none is still alone at the end."""
    batches: list[list[Job]] = []
    filled = _BATCH_BYTES
    for job in sorted(jobs, key=lambda job: (-job.size, job.path)):
        if filled + job.size > _BATCH_BYTES or len(batches[-1]) >= _BATCH_FILES:
            batches.append([])
            filled = 0
        batches[-1].append(job)
        filled += job.size
    return batches


def _first(items: Iterable[T], count: int) -> Iterator[T]:
    for _, item in zip(range(count), items, strict=False):
        yield item


def start_worker() -> None:
    """Make this process end with the one that started it, and leave Ctrl-C to that."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()


def end_with_parent() -> None:
    """Make this process end with the one that started it: a worker whose parent is killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(1)
