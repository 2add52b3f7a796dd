"""What the tools work with: the index as it is now, and what is opened over it, until the file is written anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checker.style.judge import Judge
from retrieval.retriever import Retriever
from stc.config import check_settings, convention_settings
from stc.texts import Context
from stc.web.shelf import Opened, Shelf
from stparse.index.query import CodeIndex


class Desk:
    """One index file, for one thread. What is opened over the index is kept as long as the file is the same."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._shelf = Shelf(path, 1)
        self._opened: Opened | None = None
        self._judge: Judge | None = None

    @contextmanager
    def index(self) -> Iterator[CodeIndex]:
        """Lend the index of the file as it is now. Raises IndexFileError where there is none."""
        with self._lent() as opened:
            yield opened.index

    @contextmanager
    def judge(self) -> Iterator[Judge]:
        """Lend the judge of the house's conventions. Raises IndexFileError where none were mined, or where they are stale."""
        with self.index() as index:
            if self._judge is None:
                self._judge = Judge(index, convention_settings())
            yield self._judge

    @contextmanager
    def retriever(self) -> Iterator[tuple[CodeIndex, Retriever]]:
        """Lend what finds passages; the first time for an index they are gathered."""
        with self._lent() as opened:
            yield opened.index, opened.retriever

    @contextmanager
    def context(self, dialect: str | None, lint: bool) -> Iterator[tuple[Context, str]]:
        """Lend what texts are checked with, and how undeclared names count; without an index they are checked by themselves."""
        settings = check_settings()
        if not self.path.exists():
            yield Context(None, settings.base, dialect, lint), settings.undeclared
            return
        with self.index() as index:
            yield Context(index, settings.base, dialect, lint), settings.undeclared

    def close(self) -> None:
        """Close all that is open."""
        self._forget()
        self._shelf.close()

    @contextmanager
    def _lent(self) -> Iterator[Opened]:
        with self._shelf.borrowed() as opened:
            if opened is not self._opened:
                self._forget()
                self._opened = opened
            yield opened

    def _forget(self) -> None:
        if self._judge is not None:
            self._judge.mined.close()
        self._opened = self._judge = None
