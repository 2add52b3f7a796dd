"""Work in several processes whose results come back in the order of the tasks, with few of them in memory at a time."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from stparse.issue import StcError

T = TypeVar("T")
R = TypeVar("R")


def ordered_map(
    work: Callable[[T], R], tasks: Iterable[T], jobs: int, begin: Callable[..., None], arguments: tuple[Any, ...]
) -> Iterator[R]:
    """Yield `work(task)` for each task in order; `begin(*arguments)` is called first in each process.

    With one job all is done in this process. Otherwise processes are spawned, on every system, so that all systems behave alike.
    """
    if jobs <= 1:
        begin(*arguments)
        yield from map(work, tasks)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, begin, arguments) as pool:
        waiting: deque[Future[R]] = deque()
        try:
            for task in tasks:
                waiting.append(pool.submit(work, task))
                # Two tasks for each process keep it busy; more would only fill the memory.
                if len(waiting) > 2 * jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise StcError("a worker process was ended from outside (out of memory?); try again with fewer --jobs") from error
        finally:
            for future in waiting:
                future.cancel()
