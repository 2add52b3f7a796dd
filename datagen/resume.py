"""What a compilation has made so far, in a folder beside the data set: one that was interrupted goes on where it stopped."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from datagen.work import Batch, Made
from stparse.index.journal import Journal, key_of
from stparse.issue import StcError

Run = Callable[[Iterator[Batch]], Iterator[Made]]
"""Makes the samples of batches, in their order."""


def work_folder(out: Path) -> Path:
    """Answer the folder where a compilation to `out` keeps its index and what it has made, until the data set is whole."""
    return out.absolute().with_name(f".{out.absolute().name}.work")


class SoFar:
    """The batches that are made, under keys that depend on all that decides what is in them (`basis`).

    Raises IndexFileError where another compilation to the same folder is at work.
    """

    def __init__(self, folder: Path, basis: str) -> None:
        self._folder, self._basis = folder, basis
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StcError(f"{folder} cannot be written: {error.strerror or error}") from error
        self._journal = Journal(folder / "made.sqlite")
        self._keys = self._journal.keys()

    def __enter__(self) -> SoFar:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is not None:
            self._journal.__exit__(kind, error, trace)
            return
        self._journal.discard()
        with suppress(OSError):
            # Unless an index is in it.
            self._folder.rmdir()

    def made(self, phase: str, batches: Iterable[Batch], run: Run) -> Iterator[tuple[int, Made]]:
        """Yield (how many entities, their samples) of each batch in order; only what is not made yet is given to `run`."""
        waiting: deque[tuple[int, bytes]] = deque()

        def unknown() -> Iterator[Batch]:
            for number, batch in enumerate(batches):
                waiting.append((len(batch.entities), key_of(self._basis, phase, str(number))))
                if waiting[-1][1] not in self._keys:
                    yield batch

        for made in run(unknown()):
            yield from self._known(waiting)
            size, key = waiting.popleft()
            self._journal.put([(key, pickle.dumps(made, pickle.HIGHEST_PROTOCOL))])
            yield size, made
        yield from self._known(waiting)

    def _known(self, waiting: deque[tuple[int, bytes]]) -> Iterator[tuple[int, Made]]:
        while waiting and waiting[0][1] in self._keys:
            size, key = waiting.popleft()
            made: Made = pickle.loads(self._journal.get(key))  # noqa: S301 - our own file, beside the user's data set
            yield size, made
