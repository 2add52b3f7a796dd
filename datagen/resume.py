"""What a compilation has made so far, in a folder beside the data set: one that was interrupted goes on where it stopped."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from datagen.units import Unit, Units, unpacked
from datagen.work import Batch, identity_of
from stparse.index.journal import Journal, key_of
from stparse.index.query import CodeIndex
from stparse.issue import StcError

Run = Callable[[Iterator[Batch]], Iterator[list[bytes]]]
"""Makes the units of batches, in their order; they come packed."""


def work_folder(out: Path) -> Path:
    """Answer the folder where a compilation to `out` keeps its index and what it has made, until the data set is whole."""
    return out.absolute().with_name(f".{out.absolute().name}.work")


class SoFar:
    """The units that are made already: by this compilation before it was interrupted, or by the one before (`datagen.units`).

    Raises IndexFileError where another compilation to the same folder is at work.
    """

    def __init__(self, out: Path, index: CodeIndex, basis: str, cache: Path | None) -> None:
        self._folder = work_folder(out)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StcError(f"{self._folder} cannot be written: {error.strerror or error}") from error
        self._journal = Journal(self._folder / "made.sqlite")
        self._units = Units(self._journal, out, index, basis, cache)

    def __enter__(self) -> SoFar:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is not None:
            self._journal.__exit__(kind, error, trace)
            return
        self._units.keep()
        self._journal.discard()
        with suppress(OSError):
            # Unless an index is in it.
            self._folder.rmdir()

    def made(self, batches: Iterable[Batch], run: Run) -> Iterator[tuple[int, list[Unit]]]:
        """Yield (how many entities, their units) of each batch in order; only what is not made yet is given to `run`."""
        waiting: deque[tuple[int, list[bytes], list[bytes]]] = deque()

        def unknown() -> Iterator[Batch]:
            for batch in batches:
                identities = ((identity_of(entity), names) for entity, names in batch.pairs())
                keys = [[key_of(name, identity) for name in names] for identity, names in identities]
                missing = [[key not in self._units.known for key in of_one] for of_one in keys]
                every = [key for of_one in keys for key in of_one]
                waiting.append((len(batch.entities), every, [key for key in every if key not in self._units.known]))
                if waiting[-1][2]:
                    yield batch.only(missing)

        for made in run(unknown()):
            yield from self._known(waiting)
            size, keys, missing = waiting.popleft()
            new = dict(zip(missing, made, strict=True))
            self._units.put(list(new.items()))
            yield size, [unpacked(new[key]) if key in new else self._units.get(key) for key in keys]
        yield from self._known(waiting)

    def _known(self, waiting: deque[tuple[int, list[bytes], list[bytes]]]) -> Iterator[tuple[int, list[Unit]]]:
        while waiting and not waiting[0][2]:
            size, keys, _ = waiting.popleft()
            yield size, [self._units.get(key) for key in keys]
