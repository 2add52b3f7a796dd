"""The processes that work for a miner, each with the index open; where there is little to do, all is done here."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from stparse.index.query import CodeIndex
from stparse.index.work import start_worker
from stparse.issue import StcError

_WORTH_PROCESSES = 4_000_000
"""Fewer bytes of source than these are read sooner than processes are started."""

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")


class Crew:
    """Does work that is given the index first: functions of a module, since they travel to other processes."""

    def __init__(self, index: CodeIndex, pool: ProcessPoolExecutor | None = None) -> None:
        self._index = index
        self._pool = pool

    def map(self, work: Callable[[CodeIndex, T], R], tasks: Sequence[T]) -> Iterator[R]:
        """Yield what comes of each task, in their order."""
        if self._pool is None:
            yield from (work(self._index, task) for task in tasks)
            return
        with _told():
            yield from self._pool.map(partial(_work, work), tasks)

    def begin(self, work: Callable[Concatenate[CodeIndex, P], R], *args: P.args, **named: P.kwargs) -> Callable[[], R]:
        """Begin with a task; answer what waits for its result. Without processes nothing begins before the result is asked for."""
        if self._pool is None:
            return lambda: work(self._index, *args, **named)
        future: Future[R] = self._pool.submit(partial(_work, work, *args, **named))

        def result() -> R:
            with _told():
                return future.result()

        return result


@contextmanager
def crew_of(index: CodeIndex, jobs: int, paths: Sequence[str] | None = None) -> Iterator[Crew]:
    """Give a crew of `jobs` processes that reads an index, or the files at `paths`. As long as it works nothing is collected here.

    What is read and counted holds no cycles, so that the collector would look at millions of objects for nothing.
    """
    wanted = None if paths is None else set(paths)
    size = sum(file.size for file in index.files() if wanted is None or file.path in wanted)
    pool = None
    if jobs > 1 and size >= _WORTH_PROCESSES:
        pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _start, (index.path,))
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield Crew(index, pool)
    finally:
        if collecting:
            gc.enable()
        if pool is not None:
            # Who breaks off does not wait for what nobody wants any more.
            pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        raise StcError("a worker process was ended from outside; is memory short? Run it again with --jobs 1") from error


_opened: list[CodeIndex] = []


def _start(path: Path) -> None:
    start_worker()
    gc.disable()
    _opened.append(CodeIndex.open(path))


def _work(work: Callable[..., R], *args: object, **named: object) -> R:
    return work(_opened[0], *args, **named)
