"""Reads the slots out of methods and classes: one parse of each method."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from checker.conventions import CONVENTIONS, Convention, Slot
from checker.conventions._class_page import ClassPage
from checker.conventions._page import ClassView, MethodPage
from checker.style.crew import Crew
from checker.style.views import views_of
from stparse.index.model import FileEntry, MethodDef
from stparse.index.query import CodeIndex
from stparse.nodes import Method
from stparse.parser import parse_method

_BATCH_BYTES = 400_000
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


class _Writer:
    """Fills rows, and numbers the texts in them."""

    def __init__(self) -> None:
        self.rows = Rows()
        self._numbers: dict[str, int] = {}
        self._contexts: dict[tuple[str, str], int] = {}

    def add(self, owner: int, told: list[Told]) -> None:
        """Take in what was seen in a method or class."""
        if not told:
            return
        rows, known, numbers = self.rows, self._contexts, self._numbers
        rows.owners.append(owner)
        rows.counts.append(len(told))
        contexts, values, starts, ends = rows.contexts.append, rows.values.append, rows.starts.append, rows.ends.append
        for code, (context, value, start, end) in told:
            key = code, context
            number = known.get(key)
            if number is None:
                number = known[key] = numbers.setdefault(f"{code} {context}", len(numbers))
            contexts(number)
            values(numbers.setdefault(value, len(numbers)))
            starts(start)
            ends(end)

    def written(self) -> Rows:
        self.rows.texts = list(self._numbers)
        return self.rows


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


def read_files(index: CodeIndex, paths: Sequence[str]) -> Rows:
    """Answer the slots of all methods and classes of the files at `paths`."""
    writer, views = _Writer(), views_of(index)
    for method in index.methods_in(paths):
        page = page_of(method, views.of(method.class_name, method.file))
        if page is None:
            continue
        if page.is_generated:
            writer.rows.generated.append(method.id)
        else:
            writer.add(method.id, slots_of_method(page, writer.rows.failed))
    for class_page in views.pages(frozenset(paths)):
        writer.add(class_page.definition.id, slots_of_class(class_page, writer.rows.failed))
    return writer.written()


def extract(
    index: CodeIndex, crew: Crew, paths: Sequence[str] | None = None, progress: Callable[[int, int], None] | None = None
) -> Iterator[Rows]:
    """Yield the slots of an index, batch by batch in the order of the files; the rows do not depend on who is in the crew."""
    wanted = None if paths is None else set(paths)
    files = [file for file in index.files() if wanted is None or file.path in wanted]
    batches = list(_batches(files))
    total, done = sum(file.methods for file in files), 0
    for batch, rows in zip(batches, crew.map(read_files, [[file.path for file in batch] for batch in batches]), strict=True):
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
