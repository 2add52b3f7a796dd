"""What is wrong with the text in the editor: the findings of `stc check`, with the index's facts, and what could be written instead."""

from __future__ import annotations

import re
import threading
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from checker.check import check_reading
from checker.environment import House
from checker.lint import categories_of
from checker.rules._code import CodeBase
from checker.rules._text import TextOver
from checker.source import Lint, Memory
from checker.suppress import without_ignored
from checker.surroundings import OwnText
from checker.verdict import Located
from checker.whole import lint_classes_in
from stc.config import CheckSettings, check_settings
from stc.editors.document import Snapshot
from stc.editors.outline import definition_span
from stc.texts import Context, unit_linter
from stparse.index.model import Finding
from stparse.index.query import CodeIndex
from stparse.nodes import Block, Character, Method, Node, Number, Sequence, String, Symbol, Variable, walk
from stparse.parser import parse_method, parse_script
from stparse.text import Span

_NEAR = re.compile(r"is it ((?:[^\W\d][\w.]*)(?: or [^\W\d][\w.]*)*)\?")


class Halted(BaseException):
    """The text has changed while it was judged. No rule may take it for its own failure."""


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding is about."""

    start: int
    end: int
    message: str


class Checks:
    """Checks texts against one index, or without any by themselves; it remembers what it has looked up."""

    def __init__(self, index: CodeIndex | None) -> None:
        self._halted: threading.Event = threading.Event()
        self._code: dict[str, CodeBase] = {}
        self.settings: CheckSettings = check_settings()
        self._context = Context(index, self.settings.base, None, lint=True)
        self._categories: Mapping[str, str] = categories_of(index) if index is not None and self.settings.ignore else {}
        self._houses: dict[str, House] = {}
        self._linters: dict[str, Lint] = {}
        self._memories: dict[tuple[str, str], Memory] = {}

    def forget(self, paths: Container[str]) -> None:
        """Forget the verdicts of all texts but those at `paths`."""
        self._memories = {key: memory for key, memory in self._memories.items() if key[0] in paths}

    def findings(self, snapshot: Snapshot) -> list[Located]:
        """Answer what is wrong with a text; nothing with an empty one. Methods that are as they were before are not judged again."""
        if not snapshot.source.text.strip():
            return []
        dialect = snapshot.source.dialect
        if dialect not in self._houses:
            self._houses[dialect] = self._context.house(dialect)
            self._linters[dialect] = unit_linter(self._context.index, dialect)
        text = OwnText(self._houses[dialect])
        verdict = check_reading(
            snapshot.reading,
            text,
            file=snapshot.path,
            lint=self._linters[dialect],
            undeclared=self.settings.undeclared,
            memory=self._memories.setdefault((snapshot.path, dialect), Memory()),
        )
        return self._without_ignored(list(verdict.located))

    def of_classes(self, snapshot: Snapshot, halted: threading.Event) -> list[Finding]:
        """Answer what the rules about classes find in the classes that a text defines; nothing without an index.

        Raises Halted soon after `halted` is set.
        """
        index, dialect = self._context.index, snapshot.source.dialect
        if index is None or not snapshot.source.text.strip():
            return []
        self._halted = halted
        self._go_on()
        if dialect not in self._code:
            house = self._context.house(dialect)
            self._code[dialect] = CodeBase(index, base_selectors=house.base_selectors, go_on=self._go_on)
        with snapshot.kept() as own:
            return list(lint_classes_in(TextOver(self._code[dialect], own, snapshot.path)))

    def _go_on(self) -> None:
        if self._halted.is_set():
            raise Halted

    def placed(self, snapshot: Snapshot, findings: Iterable[Finding]) -> list[Located]:
        """Answer findings of `of_classes` in a text that may have changed since: those about methods where the methods are."""
        reading = snapshot.reading
        methods = {(unit.chunk.class_name, unit.chunk.meta, unit.selector): unit for unit in reading.units if unit.kind == "method"}
        found = []
        for finding in findings:
            issue = finding.issue
            if finding.selector is not None:
                unit = methods.get((finding.class_name, bool(finding.meta), finding.selector))
                if unit is not None:
                    found.append(reading.locate(issue, unit))
                continue
            place = definition_span(snapshot, finding.class_name or "")
            if place is not None:
                located = reading.locate(replace(issue, span=Span(*place)))
                found.append(replace(located, class_name=finding.class_name))
        return self._without_ignored(found)

    def _without_ignored(self, found: list[Located]) -> list[Located]:
        return without_ignored(found, self.settings.ignore, self._categories)[0]


def related(snapshot: Snapshot, finding: Located) -> Iterator[Related]:
    """Yield where the name that a finding is about was declared before, in the same method."""
    text = snapshot.source.text[finding.issue.span.start : finding.issue.span.end]
    spot = snapshot.spot(finding.issue.span.start)
    if spot is None or not text.isidentifier() or spot.unit.parsed.tree is None or not finding.issue.code.startswith("C"):
        return
    for node in walk(spot.unit.parsed.tree):
        declared: tuple[Variable, ...] = ()
        if isinstance(node, Method):
            declared = node.arguments
        elif isinstance(node, Sequence):
            declared = node.temporaries
        elif isinstance(node, Block):
            declared = node.parameters
        for one in declared:
            if one.name == text and one.start < spot.at:
                yield Related(*snapshot.span(spot.unit, one.start, one.end), f"{text} is declared here")
                return


def suggestions(snapshot: Snapshot, finding: Located) -> list[str]:
    """Answer what could stand in place of the text that is underlined: the names that a hint asks about, or what it says to write."""
    hint = finding.issue.hint or ""
    found = _NEAR.search(hint)
    if found:
        # A finding about a header or a whole text asks about a name too, that does not stand where it is told.
        named = snapshot.source.text[finding.issue.span.start : finding.issue.span.end]
        return found[1].split(" or ") if named.isidentifier() else []
    better = _rewritten(snapshot, finding, hint.removeprefix("write: ")) if hint.startswith("write: ") else None
    return [better] if better is not None else []


def _rewritten(snapshot: Snapshot, finding: Located, better: str) -> str | None:
    """Answer what a hint says to write, with parentheses where it needs them.

    None where it is not sure to be the whole of what stands there: it has names of its own, it would lose a comment, or it parses
    otherwise in its place.
    """
    span = finding.issue.span
    spot, last = snapshot.spot(span.start), snapshot.spot(span.end)
    if spot is None or last is None or spot.unit is not last.unit or spot.unit.kind != "method":
        return None
    unit, dialect = spot.unit, snapshot.source.dialect
    old, new = (parse_script(text, dialect).tree for text in (unit.text[spot.at : last.at], better))
    if not isinstance(old, Sequence) or not isinstance(new, Sequence) or len(new.statements) != 1 or _has_comments(old):
        return None
    if not _leaves(new) <= _leaves(old):
        return None
    for text in (better, f"({better})"):
        tree = parse_method(unit.text[: spot.at] + text + unit.text[last.at :], dialect).tree
        start = spot.at + text.index(better)
        if tree is not None and any(
            (node.start, node.end) == (start, start + len(better)) and node == new.statements[0] for node in walk(tree)
        ):
            return text.replace("!", "!!") if unit.chunk.escape == "bang" else text if unit.chunk.escape == "none" else None
    return None


def _leaves(tree: Node) -> set[tuple[type[Node], str]]:
    """Answer the names and literals of a tree."""
    kinds = (Variable, Number, String, Symbol, Character)
    return {
        (type(node), str(getattr(node, "name", getattr(node, "text", getattr(node, "value", "")))))
        for node in walk(tree)
        if isinstance(node, kinds)
    }


def _has_comments(tree: Node) -> bool:
    return any(isinstance(node, Sequence) and node.comments for node in walk(tree))
