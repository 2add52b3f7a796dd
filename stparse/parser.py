"""The lenient parser: a method or a script of any dialect to a tree, or to the issue that says why not."""

from __future__ import annotations

import threading
from dataclasses import dataclass

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


class SmalltalkParser:
    """The parser of one dialect. One thread at a time may use one."""

    def __init__(self, dialect: str) -> None:
        if dialect not in dialects():
            raise BadInputError(f"no dialect {dialect!r}; there are {', '.join(dialects())}")
        self.dialect = dialect
        self._engine = Engine(load(grammar_text("smalltalk", dialect), ("method", "script")))
        self._maker = TreeMaker()
        self._rules = self._engine.bind(self._maker)

    def tokens(self, text: str) -> Tokens:
        """Answer the tokens of `text`, comments apart."""
        return self._engine.scanner.scan(text)

    def parse(self, text: str, start: str) -> Parsed:
        """Parse `text` as `start`, which is "method" or "script"."""
        tokens = self._engine.scanner.scan(text)
        self._maker.reset(text, tokens)
        result = self._engine.run(text, tokens, start, self._rules)
        if isinstance(result, Stop):
            return Parsed(None, (diagnose(text, tokens, result, start),))
        return Parsed(result)


_local = threading.local()


def parser_for(dialect: str) -> SmalltalkParser:
    """Answer this thread's parser of a dialect. Raises BadInputError for a name that is none."""
    parsers: dict[str, SmalltalkParser] = _local.__dict__.setdefault("parsers", {})
    parser = parsers.get(dialect)
    if parser is None:
        parser = parsers[dialect] = SmalltalkParser(dialect)
    return parser


def parse_method(text: str, dialect: str = DEFAULT_DIALECT) -> Parsed:
    """Parse the source of one method; `tree` is a Method."""
    parsed = parser_for(dialect).parse(text, "method")
    assert parsed.tree is None or isinstance(parsed.tree, Method)
    return parsed


def parse_script(text: str, dialect: str = DEFAULT_DIALECT) -> Parsed:
    """Parse expressions as a do-it holds them; `tree` is a Sequence."""
    parsed = parser_for(dialect).parse(text, "script")
    assert parsed.tree is None or isinstance(parsed.tree, Sequence)
    return parsed
