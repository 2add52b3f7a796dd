"""Makes the library of an index, or brings one up to date: files that are as they were are not read again.

The new file is made beside the old one and takes its place when it is whole, as the index itself does: who reads the old one goes on.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import count, islice
from pathlib import Path

from datagen.companions import Companions
from retrieval.library import Library, Shelved
from retrieval.passage import COMMENT, LONGEST, Passage, class_words, document_passages, document_words, method_words
from stparse.index.query import CodeIndex
from stparse.index.tool import digest_of_code, tool_version
from stparse.issue import StcError

FIRST_DOCUMENT = 2**40
"""The ids of documents begin here, far above those of an index."""
_SQL = Path(__file__).with_name("library.sql")
_FILES_AT_ONCE = 50
Progress = Callable[[str, int, int], None]


def library_path(index: Path) -> Path:
    """Answer where the passages of an index are kept."""
    return index.with_name(f"{index.name}.passages")


def open_library(
    index: CodeIndex, companions: Companions | None = None, *, comments: bool = True, path: Path | None = None, show: Progress | None = None
) -> Library:
    """Answer the passages of `index`, brought up to date. Without `companions` the documents are those of the last time.

    With `comments` false no method has any: that is for measuring. Raises StcError where the file cannot be written.
    """
    path = path or library_path(index.path)
    meta = {"version": f"{tool_version()} {digest_of_code(_SQL.parent)}", "comments": str(comments)}
    shelf = _Shelf(index, companions, meta, path)
    try:
        if not shelf.is_current():
            shelf.fill(show or (lambda phase, done, total: None))
        return Library(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False))
    except (OSError, sqlite3.Error) as error:
        raise StcError(f"{path} cannot be written: {error}; is the disk full, or the folder not yours?") from error


class _Shelf:
    """A library and what it is to hold."""

    def __init__(self, index: CodeIndex, companions: Companions | None, meta: dict[str, str], path: Path) -> None:
        self._index, self._companions, self._meta, self._path = index, companions, meta, path
        self._files = index.ranges()
        self._old: dict[str, tuple[str, int, int]] = {}
        self._documents = ""
        self._places: dict[tuple[str, str], tuple[str, str]] = {}
        # What is no library, or one of another version, is made anew.
        with contextlib.suppress(sqlite3.Error):
            if path.is_file():
                self._look()
        told = () if companions is None else companions.files
        self._wanted = self._documents if companions is None else " ".join(f"{file.path} {file.digest}" for file in told)

    def _look(self) -> None:
        with closing(sqlite3.connect(f"{self._path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            said = dict(db.execute("SELECT key, value FROM meta"))
            if all(said.get(key) == value for key, value in self._meta.items()):
                self._documents = said.get("documents", "")
                self._old = {row[0]: row[1:] for row in db.execute("SELECT path, key, first_id, last_id FROM files")}

    def is_current(self) -> bool:
        """Whether nothing is to be done."""
        return bool(self._old) and self._old == self._files and self._documents == self._wanted

    def fill(self, show: Progress) -> None:
        """Write the library as it is to be."""
        new = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        try:
            if self._old:
                shutil.copyfile(self._path, new)
            with closing(sqlite3.connect(new, isolation_level=None)) as db:
                for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -65536"):
                    db.execute(f"PRAGMA {pragma}")
                if not self._old:
                    db.executescript(_SQL.read_text(encoding="utf-8"))
                db.execute("BEGIN")
                self._update(db, show)
                db.execute("COMMIT")
            new.replace(self._path)
        finally:
            new.unlink(missing_ok=True)

    def _update(self, db: sqlite3.Connection, show: Progress) -> None:
        changed = [path for path, key in self._files.items() if self._old.get(path) != key]
        for path in self._old.keys() - (self._files.keys() - set(changed)):
            db.execute("DELETE FROM words WHERE rowid BETWEEN ? AND ?", self._old[path][1:])
        db.execute("DELETE FROM files")
        db.executemany("INSERT INTO files VALUES (?, ?, ?, ?)", ((path, *key) for path, key in self._files.items()))
        _insert(db, self._methods(changed, show))
        # What a class says may stand in several files.
        classes = list(self._index.classes())
        db.executemany("DELETE FROM words WHERE rowid = ?", ((definition.id,) for definition in classes))
        _insert(db, ((d.id, Shelved(class_words(d), d.qualified, d.category or folder_of(d.file))) for d in classes))
        self._write_documents(db)
        db.execute("DELETE FROM frequencies")
        db.execute("INSERT INTO frequencies SELECT term, doc FROM vocabulary WHERE doc > 1")
        terms, passages = db.execute("SELECT coalesce(sum(cnt), 0), (SELECT count(*) FROM words_docsize) FROM vocabulary").fetchone()
        said = {**self._meta, "documents": self._wanted, "mean length": str(max(1.0, terms / max(1, passages)))}
        db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", said.items())

    def _methods(self, paths: list[str], show: Progress) -> Iterator[tuple[int, Shelved]]:
        comments = self._meta["comments"] == str(True)
        remaining, done = iter(paths), 0
        while batch := list(islice(remaining, _FILES_AT_ONCE)):
            for method in self._index.methods_in(batch):
                words = method_words(method, comments=comments)
                yield method.id, Shelved(words, *self._place(method.class_name, method.file))
            done += len(batch)
            show("reading passages", done, len(paths))

    def _place(self, class_name: str, file: str) -> tuple[str, str]:
        """Answer the class that is meant in a file, and its package."""
        key = class_name, file
        if key not in self._places:
            groups = self._index.class_table.meant(class_name, file)
            name, category = (groups[0].name, groups[0].definitions[0].category) if len(groups) == 1 else (class_name, None)
            self._places[key] = name, category or folder_of(file)
        return self._places[key]

    def _write_documents(self, db: sqlite3.Connection) -> None:
        if self._companions is None:
            kept = "SELECT kind, name, file, line, text FROM documents WHERE kind <> ? ORDER BY id"
            documents = [Passage(*row) for row in db.execute(kept, (COMMENT,))]
        else:
            documents = [passage for file in self._companions.files for passage in document_passages(file)]
        db.execute("DELETE FROM words WHERE rowid >= ?", (FIRST_DOCUMENT,))
        db.execute("DELETE FROM documents")
        numbered = list(zip(count(FIRST_DOCUMENT), (*documents, *_comments(self._index))))
        rows = ((number, p.kind, p.name, p.file, p.line, p.text) for number, p in numbered)
        db.executemany("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)", rows)
        _insert(db, ((number, Shelved(document_words(p), p.name, folder_of(p.file))) for number, p in numbered))


def _comments(index: CodeIndex) -> Iterator[Passage]:
    """Yield the comments that stand on their own in files; those that a class shows as its own are read with it."""
    for comment in index.comments():
        name = comment.class_name or f"comment in {comment.file.rsplit('/', 1)[-1]}"
        groups = index.class_table.meant(comment.class_name, comment.file) if comment.class_name else ()
        if not any(definition.comment for group in groups for definition in group.definitions):
            yield Passage(COMMENT, name, comment.file, comment.line, comment.text.strip()[:LONGEST])


def folder_of(file: str) -> str:
    """Answer the folder that a file is in, or the file itself where it is in none: what belongs together is filed together."""
    return file.rpartition("/")[0] or file


def _insert(db: sqlite3.Connection, passages: Iterable[tuple[int, Shelved]]) -> None:
    rows = ((number, *(" ".join(terms) for terms in one.words), one.class_name, one.package) for number, one in passages)
    db.executemany("INSERT INTO words (rowid, name, owner, comment, body, class, package) VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
