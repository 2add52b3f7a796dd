"""Work in several processes whose results come back in the order of the tasks, with few of them in memory at a time."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import socket
import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from datagen.version import code_version
from stparse.index.work import end_with_parent
from stparse.issue import StcError

T = TypeVar("T")
R = TypeVar("R")
Begin = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Workers:
    """Who works: so many processes of this machine, or an executor with workers of its own, which may be other machines.

    Those of an executor must see the index and `folder` under the same paths; in `folder` they find what each task needs.
    """

    jobs: int = 1
    executor: Executor | None = None
    folder: Path = Path()


def ordered_map(work: Callable[[T], R], tasks: Iterable[T], workers: Workers, begin: Begin, arguments: tuple[Any, ...]) -> Iterator[R]:
    """Yield `work(task)` for each task in order; `begin(*arguments)` is called first in each process.

    With one job all is done in this process. Otherwise processes are spawned, on every system, so that all systems behave alike.
    Raises StcError where a process dies, or a worker of an executor is of another version or does not see the files.
    """
    if workers.executor is None and workers.jobs <= 1:
        begin(*arguments)
        yield from map(work, tasks)
        return
    with ExitStack() as stack:
        if workers.executor is None:
            context = multiprocessing.get_context("spawn")
            pool = stack.enter_context(ProcessPoolExecutor(workers.jobs, context, _begin_here, (begin, arguments)))
            submit: Callable[[T], Future[R]] = lambda task: pool.submit(work, task)  # noqa: E731 - one of two ways to do the same
        else:
            far = _Far(workers.executor, workers.folder, work, begin, arguments)
            stack.callback(far.close)
            submit = far.submit
        yield from _in_order(submit, tasks, 2 * workers.jobs)


def _begin_here(begin: Begin, arguments: tuple[Any, ...]) -> None:
    end_with_parent()
    begin(*arguments)


def _in_order(submit: Callable[[T], Future[R]], tasks: Iterable[T], most: int) -> Iterator[R]:
    """Yield the results in order. Two tasks for each process keep it busy; more would only fill the memory."""
    waiting: deque[Future[R]] = deque()
    try:
        for task in tasks:
            waiting.append(submit(task))
            if len(waiting) > most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise StcError("a worker process was ended from outside (out of memory?); try again with fewer --jobs") from error
    finally:
        for future in waiting:
            future.cancel()


# Workers that an executor has, and that nobody set up


class _Far:
    """The tasks of one kind on an executor: what they begin with lies in a file, for it may be large."""

    def __init__(self, executor: Executor, folder: Path, work: Callable[[T], R], begin: Begin, arguments: tuple[Any, ...]) -> None:
        self._executor, self._work = executor, work
        # The name says only which file it is; nothing that is made depends on it.
        self._path = folder.absolute() / f"begin-{uuid.uuid4().hex}.pickle"
        self._path.write_bytes(pickle.dumps((begin, arguments), pickle.HIGHEST_PROTOCOL))
        self._code = code_version()

    def submit(self, task: Any) -> Future[Any]:
        return self._executor.submit(_work_far, self._path, self._code, self._work, task)

    def close(self) -> None:
        self._path.unlink(missing_ok=True)


class _Begun(threading.local):
    """What a thread of a worker has begun with."""

    path: Path | None = None


_begun = _Begun()


def _work_far(path: Path, code: str, work: Callable[[Any], Any], task: Any) -> Any:
    """Do a task in a worker that may never have met its kind before."""
    if _begun.path != path:
        here = f"the worker {socket.gethostname()} (process {os.getpid()})"
        if code_version() != code:
            raise StcError(f"{here} has another version of stc than this one; install the same on all machines")
        try:
            begin, arguments = pickle.loads(path.read_bytes())  # noqa: S301 - our own file, beside the user's data set
        except OSError as error:
            raise StcError(f"{here} does not see {path}; let -o name a folder that all machines share under that path") from error
        begin(*arguments)
        _begun.path = path
    return work(task)
