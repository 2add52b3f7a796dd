"""Workers of somewhere else, for `--executor`: a Dask cluster that the user has started."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from stparse.issue import BadInputError, StcError

_SCHEME = "dask://"
_PATIENCE = "10s"
"""So long a scheduler may take to answer."""


@contextmanager
def executor_at(address: str | None) -> Iterator[tuple[Executor | None, int]]:
    """Give the executor at `dask://HOST:PORT` and how many tasks it does at a time; (None, 0) without an address.

    Raises BadInputError for an address that is none, and StcError where nobody answers or the workers die.
    """
    if address is None:
        yield None, 0
        return
    place = address.removeprefix(_SCHEME)
    if place == address or not place:
        raise BadInputError(f"--executor {address!r} is no cluster; write dask://HOST:PORT, the address of a Dask scheduler")
    if find_spec("distributed") is None:
        raise BadInputError("--executor needs Dask: pip install 'stc[dask]', here and on the workers")
    from dask.distributed import Client
    from distributed.scheduler import KilledWorker

    try:
        client: Any = Client(f"tcp://{place}", timeout=_PATIENCE)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise StcError(f"no Dask scheduler answers at {place} ({error}); start one with: dask scheduler") from error
    with client:
        threads = sum(worker["nthreads"] for worker in client.scheduler_info(n_workers=-1)["workers"].values())
        if not threads:
            raise StcError(f"the Dask scheduler at {place} has no workers; start some with: dask worker {place}")
        try:
            # What was done is kept in a journal here: a task that fails twice is not the network's fault.
            yield client.get_executor(retries=1), threads
        except KilledWorker as error:
            raise StcError(f"the workers at {place} died over a task (out of memory?); go on with the same command: {error}") from error
