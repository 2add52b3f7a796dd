"""The code base as an editor sees it: the index for what is saved, and over it the texts that are open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from stc.checking import path_in_index
from stc.editors.document import Snapshot
from stc.editors.outline import pattern_span
from stc.editors.positions import Counting, Place
from stc.web.shelf import Shelf
from stparse.chunk import Chunk, ChunkKind
from stparse.index.classtable import path_of
from stparse.index.model import DoIt, DoItHit, FileEntry, Hit, IndexedClass, MethodDef
from stparse.index.place import line_starts
from stparse.index.query import CodeIndex
from stparse.index.survey import read_bytes
from stparse.issue import StcError
from stparse.nodes import Method
from stparse.text import SourceFile, decode, digest_of

MOST = 2_000
"""So many places are answered at once; an editor shows no more."""
_FOLDERS = 3_000
_KEPT = 64 * 1024 * 1024
"""Characters of files that are kept to be looked into again."""
_ESCAPES = {"chunk": "bang", "vwxml": "xml"}
Owned = tuple[MethodDef, Snapshot | None]
Where = tuple[str, Place, Place]
"""A URI, and the places that something begins and ends at."""
T = TypeVar("T", MethodDef, Hit, DoItHit, IndexedClass)


class Code:
    """One index file and the folders that its paths are relative to."""

    def __init__(self, path: Path, roots: Sequence[Path], counting: Counting, folder: Path) -> None:
        self.path = path
        # Questions and checks each have an index of their own, so that what is remembered over it stays.
        self._asking, self._checking = Shelf(path, 1), Shelf(path, 1)
        self._roots = list(roots)
        self._counting, self._folder = counting, folder
        self._files: dict[str, tuple[tuple[int, int], Snapshot]] = {}
        self._size = 0

    def version(self) -> tuple[int, int]:
        """Answer what changes when the index is written anew."""
        try:
            found = self.path.stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size)

    @contextmanager
    def index(self, *, checking: bool = False) -> Iterator[CodeIndex | None]:
        """Lend the index as it is now; None where there is none that can be read."""
        lent = (self._checking if checking else self._asking).borrowed()
        try:
            opened = lent.__enter__()
        except StcError:
            yield None
            return
        try:
            yield opened.index
        finally:
            lent.__exit__(None, None, None)

    @contextmanager
    def view(self, snapshots: Iterable[Snapshot]) -> Iterator[View]:
        """Lend the index with these texts over it."""
        with self.index() as index:
            yield View(self, index, [one for one in snapshots if not one.indexed])

    def learn(self, location: str, path: str) -> None:
        """Note that the file which the index calls `path` lies at `location`, unless it is known to lie elsewhere."""
        if self._location(path) is None:
            self._roots.append(Path(location[: -len(path)]))

    def file(self, entry: FileEntry) -> Snapshot | None:
        """Answer the text of a file of the index as it is on the disk; None where it is not found."""
        location = self._location(entry.path)
        if location is None:
            return None
        try:
            status = location.stat()
            version = (status.st_mtime_ns, status.st_size)
            known = self._files.get(entry.path)
            if known is not None and known[0] == version and known[1].source.digest == entry.digest:
                return known[1]
            data = read_bytes(str(location))
        except OSError:
            return None
        text, encoding = decode(data)
        source = SourceFile(entry.path, text, encoding, entry.digest, entry.dialect, entry.format)
        indexed = digest_of(data) == entry.digest
        found = Snapshot(location.absolute().as_uri(), source, None, self._counting, self._folder, indexed=indexed)
        self._size += len(text)
        if self._size > _KEPT:
            self._files.clear()
            self._size = len(text)
        self._files[entry.path] = version, found
        return found

    def _location(self, path: str) -> Path | None:
        for root in self._roots:
            if (root / path).is_file():
                return root / path
        return None

    def seek(self, path: str) -> None:
        """Look below the folders for one in which the index's file `path` is."""
        if self._location(path) is not None:
            return
        queue, seen = list(self._roots), 0
        while queue and seen < _FOLDERS:
            folder = queue.pop(0)
            seen += 1
            try:
                below = sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))
            except OSError:
                continue
            for each in below:
                if (each / path).is_file():
                    self._roots.append(each)
                    return
            queue += below

    def close(self) -> None:
        """Close the indexes."""
        self._asking.close()
        self._checking.close()


class View:
    """What is asked of the index and of the open texts in one question. A file that is open counts as it is in the editor."""

    def __init__(self, code: Code, index: CodeIndex | None, open_texts: list[Snapshot]) -> None:
        self._code, self.index, self.open_texts = code, index, open_texts
        self._covered = {one.path for one in open_texts}

    @cached_property
    def files(self) -> dict[str, FileEntry]:
        """The files of the index by path."""
        return {entry.path: entry for entry in self.index.files()} if self.index is not None else {}

    def implementors(self, selector: str) -> list[Owned]:
        """Answer the methods called so."""
        return self._asked(lambda index: index.implementors(selector), lambda one: one.file)

    def senders(self, selector: str) -> list[tuple[Hit, Snapshot | None]]:
        """Answer the methods that send it."""
        return self._asked(lambda index: index.senders(selector), lambda hit: hit.method.file)

    def symbol_users(self, selector: str) -> list[tuple[Hit, Snapshot | None]]:
        """Answer the methods that hold the selector as a symbol, each with the first place."""
        return self._asked(lambda index: index.literal_users(selector), lambda hit: hit.method.file)

    def doit_senders(self, selector: str) -> list[tuple[DoItHit, Snapshot | None]]:
        """Answer the do-its that send it."""
        return self._asked(lambda index: index.doit_senders(selector), lambda hit: hit.doit.file)

    def references(self, name: str) -> list[tuple[Hit, Snapshot | None]]:
        """Answer the methods that use a name."""
        return self._asked(lambda index: index.references(name), lambda hit: hit.method.file)

    def doit_references(self, name: str) -> list[tuple[DoItHit, Snapshot | None]]:
        """Answer the do-its that use a name."""
        return self._asked(lambda index: index.doit_references(name), lambda hit: hit.doit.file)

    def classes(self, name: str) -> list[tuple[IndexedClass, Snapshot | None]]:
        """Answer the definitions of the classes that a name can mean."""
        return self._asked(lambda index: index.class_named(name), lambda one: one.file)

    def methods_of(self, name: str) -> list[Owned]:
        """Answer the methods of the classes that a name can mean."""
        return self._asked(lambda index: index.methods_of(name), lambda one: one.file)

    def _asked(self, ask: Callable[[CodeIndex], Iterable[T]], file: Callable[[T], str]) -> list[tuple[T, Snapshot | None]]:
        found: list[tuple[T, Snapshot | None]] = [(one, text) for text in self.open_texts for one in ask(text.index())]
        if self.index is not None:
            found += [(one, None) for one in ask(self.index) if file(one) not in self._covered]
        return found

    def chain(self, class_name: str) -> list[str]:
        """Answer a class and its superclasses, by their short names."""
        found: list[str] = []
        name: str | None = class_name
        while name is not None and path_of(name)[-1] not in found:
            found.append(path_of(name)[-1])
            name = next((one.superclass for one, _ in self.classes(name) if not one.stub), None)
        return found

    def understood(self, class_name: str, meta: bool, selector: str, *, above: bool = False) -> Owned | None:
        """Answer the method that an instance of the class (or the class, with `meta`) runs; with `above` the search begins above it."""
        found: dict[str, Owned] = {}
        for owned in self.implementors(selector):
            if owned[0].meta is meta:
                found.setdefault(path_of(owned[0].class_name)[-1], owned)
        names = self.chain(class_name)[1:] if above else self.chain(class_name)
        return next((found[name] for name in names if name in found), None)

    # Where it is

    def place(self, owner: MethodDef | DoIt, start: int, end: int, text: Snapshot | None) -> Where | None:
        """Answer where in a file two offsets of the source of a method or do-it are; None where its file is not found."""
        target = text or self._text_of(owner.file)
        if target is None:
            return None
        if text is None and not target.indexed:
            return self._moved(owner, start, end, target)
        chunk = Chunk(ChunkKind.METHOD, owner.source, owner.span, owner.span.start, _escape(target, owner.span.start))
        starts = line_starts(owner.source)
        first, last = (target.places.offset(chunk, owner.source, starts, min(at, len(owner.source))) for at in (start, end))
        return target.uri, target.positions.place(first), target.positions.place(last)

    def pattern(self, method: MethodDef, text: Snapshot | None) -> Where | None:
        """Answer where the selector pattern of a method is."""
        tree = method.tree
        start = tree.start if isinstance(tree, Method) else len(method.source) - len(method.source.lstrip())
        end = method.source.find("\n", start)
        line = method.source[start : end if end >= 0 else len(method.source)]
        return self.place(method, start, start + len(line.rstrip()), text)

    def definition(self, found: IndexedClass, text: Snapshot | None) -> Where | None:
        """Answer where a class is defined: its name in the definition."""
        target = text or self._text_of(found.file)
        if target is None:
            return None
        said, short = target.source.text, path_of(found.name)[-1]
        start = found.span.start if text is not None or target.indexed else max(0, said.find(f"#{short}"))
        at = said.find(short, start, start + 4000)
        while at > 0 and (said[at - 1].isalnum() or said[at + len(short) : at + len(short) + 1].isalnum()):
            at = said.find(short, at + 1, start + 4000)
        first, last = (at, at + len(short)) if at >= 0 else (start, start)
        return target.uri, target.positions.place(first), target.positions.place(last)

    def _text_of(self, path: str) -> Snapshot | None:
        entry = self.files.get(path)
        return self._code.file(entry) if entry is not None else None

    def _moved(self, owner: MethodDef | DoIt, start: int, end: int, target: Snapshot) -> Where | None:
        """Answer the place in a file that has changed since it was indexed: that of the method of the same name."""
        if isinstance(owner, DoIt):
            return None
        for unit in target.reading.units:
            same = unit.kind == "method" and (unit.chunk.class_name, unit.chunk.meta, unit.selector) == (
                owner.class_name, owner.meta, owner.selector,
            )  # fmt: skip
            if same:
                span = target.span(unit, start, end) if unit.text == owner.source else pattern_span(target, unit)
                return target.uri, target.positions.place(span[0]), target.positions.place(span[1])
        return None


def _escape(text: Snapshot, start: int) -> str:
    if text.source.format == "vwxml" and text.source.text.endswith("<![CDATA[", 0, start):
        return "none"
    return _ESCAPES.get(text.source.format, "none")


def in_index(location: str, files: Iterable[str]) -> str | None:
    """Answer the path by which the index knows a file."""
    return path_in_index(location, set(files))
