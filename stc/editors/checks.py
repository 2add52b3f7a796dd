"""What is wrong with the text in the editor: the findings of `stc check`, with the index's facts, and what could be written instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from checker.check import check_reading
from checker.environment import House
from checker.lint import categories_of
from checker.source import Lint
from checker.suppress import without_ignored
from checker.surroundings import OwnText
from checker.verdict import Located
from stc.config import CheckSettings, check_settings
from stc.editors.document import Snapshot
from stc.texts import Context, unit_linter
from stparse.index.query import CodeIndex
from stparse.nodes import Block, Method, Sequence, Variable, walk

_NEAR = re.compile(r"is it ((?:[^\W\d][\w.]*)(?: or [^\W\d][\w.]*)*)\?")


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding is about."""

    start: int
    end: int
    message: str


class Checks:
    """Checks texts against one index, or without any by themselves; it remembers what it has looked up."""

    def __init__(self, index: CodeIndex | None) -> None:
        self.settings: CheckSettings = check_settings()
        self._context = Context(index, self.settings.base, None, lint=True)
        self._categories: Mapping[str, str] = categories_of(index) if index is not None and self.settings.ignore else {}
        self._houses: dict[str, House] = {}
        self._linters: dict[str, Lint] = {}

    def findings(self, snapshot: Snapshot) -> list[Located]:
        """Answer what is wrong with a text; nothing with an empty one."""
        if not snapshot.source.text.strip():
            return []
        dialect = snapshot.source.dialect
        if dialect not in self._houses:
            self._houses[dialect] = self._context.house(dialect)
            self._linters[dialect] = unit_linter(self._context.index, dialect)
        text = OwnText(self._houses[dialect])
        verdict = check_reading(
            snapshot.reading, text, file=snapshot.path, lint=self._linters[dialect], undeclared=self.settings.undeclared
        )
        return without_ignored(list(verdict.located), self.settings.ignore, self._categories)[0]


def related(snapshot: Snapshot, finding: Located) -> Iterator[Related]:
    """Yield where the name that a finding is about was declared before, in the same method."""
    text = snapshot.source.text[finding.issue.span.start : finding.issue.span.end]
    spot = snapshot.spot(finding.issue.span.start)
    if spot is None or not text.isidentifier() or spot.unit.parsed.tree is None or not finding.issue.code.startswith("C"):
        return
    for node in walk(spot.unit.parsed.tree):
        declared: tuple[Variable, ...] = ()
        if isinstance(node, Method):
            declared = tuple(one for one in node.arguments if isinstance(one, Variable))
        elif isinstance(node, Sequence):
            declared = node.temporaries
        elif isinstance(node, Block):
            declared = node.parameters
        for one in declared:
            if one.name == text and one.start < spot.at:
                yield Related(*snapshot.span(spot.unit, one.start, one.end), f"{text} is declared here")
                return


def suggestions(hint: str | None) -> list[str]:
    """Answer the names that a hint asks about: `is it foo or bar?`."""
    found = _NEAR.search(hint or "")
    return found[1].split(" or ") if found else []
