"""The lenient parser: a method or a script of any dialect to a tree, or to the issue that says why not."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import lru_cache

from stparse.diagnose import diagnose
from stparse.engine import Engine, Stop
from stparse.issue import BadInputError, Issue
from stparse.nodes import Method, Node, Sequence
from stparse.scanner import Tokens
from stparse.tables import dialects, grammar_text, load
from stparse.tree import TreeMaker

DEFAULT_DIALECT = "visualworks"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text and what it says: `tree` is None where it says nothing, and `issues` then tell why."""

    tree: Node | None
    issues: tuple[Issue, ...] = ()


class _Reader:
    """The parser of one grammar text. One thread at a time may use one."""

    def __init__(self, *overlays: str) -> None:
        self.engine = Engine(load(grammar_text("smalltalk", *overlays), ("method", "script")))
        self._maker = TreeMaker(open_comments="dialects/stx" in overlays)
        self._rules = self.engine.bind(self._maker)

    def parse(self, text: str, start: str, first_line: int) -> Parsed:
        tokens = self.engine.scanner.scan(text)
        self._maker.reset(text, tokens)
        result = self.engine.run(text, tokens, start, self._rules)
        if isinstance(result, Stop):
            return Parsed(None, (diagnose(text, tokens, result, start, first_line),))
        return Parsed(result)


# In these "_" may be the assignment or a letter; the text itself has to tell.
_UNDERSCORES = frozenset(("squeak", "smalltalk80"))
_GLUED = re.compile(r"[^\W_]_[^\W_]")
_ALONE = re.compile(r"(?<![\w])_(?![\w:])")


class SmalltalkParser:
    """The parser of one dialect. One thread at a time may use one."""

    def __init__(self, dialect: str) -> None:
        if dialect not in dialects():
            raise BadInputError(f"no dialect {dialect!r}; there are {', '.join(dialects())}")
        self.dialect = dialect
        self._overlay = f"dialects/{dialect}"
        self._readers: dict[str, _Reader] = {}
        self._first = "underscores/assign" if dialect in _UNDERSCORES else ""

    def tokens(self, text: str) -> Tokens:
        """Answer the tokens of `text`, comments apart."""
        return self._reader(self._first).engine.scanner.scan(text)

    def parse(self, text: str, start: str, first_line: int = 1) -> Parsed:
        """Parse `text` as `start`, which is "method" or "script"; hints count its lines from `first_line`."""
        if not self._first or "_" not in text:
            return self._reader(self._first).parse(text, start, first_line)
        order = ["underscores/assign", "underscores/letter"]
        if ":=" in text and not _ALONE.search(text) and _GLUED.search(text):
            # Who writes `:=` and never `_` on its own means a letter.
            order.reverse()
        first = self._reader(order[0]).parse(text, start, first_line)
        if first.tree is not None:
            return first
        second = self._reader(order[1]).parse(text, start, first_line)
        if second.tree is not None or second.issues[0].span.start > first.issues[0].span.start:
            # Where both fail, the one that came further has understood more.
            return second
        return first

    def _reader(self, underscores: str) -> _Reader:
        reader = self._readers.get(underscores)
        if reader is None:
            overlays = (self._overlay, underscores) if underscores else (self._overlay,)
            reader = self._readers[underscores] = _Reader(*overlays)
        return reader


_local = threading.local()


def parser_for(dialect: str) -> SmalltalkParser:
    """Answer this thread's parser of a dialect. Raises BadInputError for a name that is none."""
    parsers: dict[str, SmalltalkParser] = _local.__dict__.setdefault("parsers", {})
    parser = parsers.get(dialect)
    if parser is None:
        parser = parsers[dialect] = SmalltalkParser(dialect)
    return parser


@lru_cache(maxsize=2048)
def parse_method(text: str, dialect: str = DEFAULT_DIALECT, first_line: int = 1) -> Parsed:
    """Parse the source of one method, which stands in its file from `first_line`; `tree` is a Method.

    A tree never changes, so the last ones are kept: who makes and proves samples reads the same few methods again and again.
    """
    parsed = parser_for(dialect).parse(text, "method", first_line)
    assert parsed.tree is None or isinstance(parsed.tree, Method)
    return parsed


def parse_script(text: str, dialect: str = DEFAULT_DIALECT, first_line: int = 1) -> Parsed:
    """Parse expressions as a do-it holds them, which stands in its file from `first_line`; `tree` is a Sequence."""
    parsed = parser_for(dialect).parse(text, "script", first_line)
    assert parsed.tree is None or isinstance(parsed.tree, Sequence)
    return parsed
