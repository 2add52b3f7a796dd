"""Reads the slots out of methods and classes: one parse of each method, in as many processes as are given."""

from __future__ import annotations

import multiprocessing
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from checker.conventions import CONVENTIONS, Convention, Slot
from checker.conventions._class_page import ClassPage
from checker.conventions._page import ClassView, MethodPage
from checker.style.views import views_of
from stparse.index.model import FileEntry, MethodDef
from stparse.index.query import CodeIndex
from stparse.index.work import start_worker
from stparse.issue import StcError
from stparse.nodes import Method
from stparse.parser import parse_method

_BATCH_BYTES = 400_000
_WORTH_PROCESSES = 4_000_000
Told = tuple[str, Slot]


@dataclass(slots=True)
class Rows:
    """Slots as columns of numbers, which travel fast between processes; contexts and values are numbers of `texts`.

    `owners` and `counts` say whose the rows are: of the first owner so many, of the next so many. A context has its convention's code
    in front. `generated` are methods that a tool has written: they are not counted. `failed` says which convention failed on how many.
    """

    texts: list[str] = field(default_factory=list)
    owners: array[int] = field(default_factory=lambda: array("q"))
    counts: array[int] = field(default_factory=lambda: array("i"))
    contexts: array[int] = field(default_factory=lambda: array("i"))
    values: array[int] = field(default_factory=lambda: array("i"))
    starts: array[int] = field(default_factory=lambda: array("i"))
    ends: array[int] = field(default_factory=lambda: array("i"))
    generated: list[int] = field(default_factory=list)
    failed: dict[str, int] = field(default_factory=dict)


@cache
def conventions_of(kind: str) -> tuple[Convention, ...]:
    """Answer the conventions that read a "method" or a "class"."""
    return tuple(one for _, one in CONVENTIONS.items() if one.of_class is (kind == "class"))


def slots_of_method(page: MethodPage, failed: dict[str, int] | None = None) -> list[Told]:
    """Answer (code, slot) of all that the conventions see in a method; a convention that fails on it is counted and sees nothing."""
    return _slots(conventions_of("method"), page, failed)


def slots_of_class(page: ClassPage, failed: dict[str, int] | None = None) -> list[Told]:
    """Answer (code, slot) of all that the conventions see in a class."""
    return _slots(conventions_of("class"), page, failed)


def _slots(conventions: Iterable[Convention], page: MethodPage | ClassPage, failed: dict[str, int] | None) -> list[Told]:
    found: list[Told] = []
    for one in conventions:
        try:
            code = one.code
            found += [(code, slot) for slot in one.slots(page)]
        except Exception:
            # One convention that trips over strange code must not cost the others; a caller that counts nothing wants to see it.
            if failed is None:
                raise
            failed[one.code] = failed.get(one.code, 0) + 1
    return found


def page_of(method: MethodDef, view: ClassView) -> MethodPage | None:
    """Answer the page of a method; None if it is broken."""
    tree = parse_method(method.source, method.dialect).tree if method.parsed else None
    return MethodPage(method, tree, view) if isinstance(tree, Method) else None


class Extractor:
    """Reads files of one index, one after another."""

    def __init__(self, index: CodeIndex) -> None:
        self._index = index
        self._views = views_of(index)

    def read(self, paths: Sequence[str]) -> Rows:
        """Answer the slots of all methods and classes of the files at `paths`."""
        rows = Rows()
        texts: dict[str, int] = {}
        contexts: dict[tuple[str, str], int] = {}

        def add(owner: int, told: list[Told]) -> None:
            if not told:
                return
            rows.owners.append(owner)
            rows.counts.append(len(told))
            for code, slot in told:
                key = code, slot[0]
                if key not in contexts:
                    contexts[key] = texts.setdefault(f"{code} {slot[0]}", len(texts))
                if slot[1] not in texts:
                    texts[slot[1]] = len(texts)
            rows.contexts.extend([contexts[code, slot[0]] for code, slot in told])
            rows.values.extend([texts[slot[1]] for _, slot in told])
            rows.starts.extend([slot[2] for _, slot in told])
            rows.ends.extend([slot[3] for _, slot in told])

        for method in self._index.methods_in(paths):
            page = page_of(method, self._views.of(method.class_name, method.file))
            if page is None:
                continue
            if page.is_generated:
                rows.generated.append(method.id)
            else:
                add(method.id, slots_of_method(page, rows.failed))
        for class_page in self._views.pages(frozenset(paths)):
            add(class_page.definition.id, slots_of_class(class_page, rows.failed))
        rows.texts = list(texts)
        return rows


def extract(
    index: CodeIndex, jobs: int = 1, paths: Sequence[str] | None = None, progress: Callable[[int, int], None] | None = None
) -> Iterator[Rows]:
    """Yield the slots of an index, batch by batch in the order of the files; the rows do not depend on `jobs`."""
    files = [file for file in index.files() if paths is None or file.path in set(paths)]
    batches = list(_batches(files))
    total, done = sum(file.methods for file in files), 0
    for batch, rows in zip(batches, _results(index, batches, jobs, sum(file.size for file in files)), strict=True):
        done += sum(file.methods for file in batch)
        if progress is not None:
            progress(done, total)
        yield rows


def _batches(files: Iterable[FileEntry]) -> Iterator[list[FileEntry]]:
    batch: list[FileEntry] = []
    size = 0
    for file in files:
        if batch and size + file.size > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += file.size
    if batch:
        yield batch


def _results(index: CodeIndex, batches: list[list[FileEntry]], jobs: int, size: int) -> Iterator[Rows]:
    tasks = [[file.path for file in batch] for batch in batches]
    if jobs < 2 or size < _WORTH_PROCESSES:
        extractor = Extractor(index)
        yield from map(extractor.read, tasks)
        return
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(jobs, context, _start, (index.path,)) as pool:
            yield from pool.map(_read, tasks)
    except BrokenProcessPool as error:
        raise StcError("a worker process was ended from outside; is memory short? Run it again with --jobs 1") from error


_extractors: list[Extractor] = []


def _start(path: Path) -> None:
    start_worker()
    _extractors.append(Extractor(CodeIndex.open(path)))


def _read(paths: list[str]) -> Rows:
    return _extractors[0].read(paths)
