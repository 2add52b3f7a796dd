"""What is said of a convention: what is usual, how often, where; and what stands here instead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from checker.batch import in_text
from checker.conventions import CONVENTIONS
from checker.style.evidence import Place
from checker.style.judge import LEAST_EVIDENCE, Adherence, Deviation
from checker.style.rules import Rule
from checker.verdict import Located
from stparse.index.model import IndexedClass, MethodDef
from stparse.index.query import CodeIndex
from stparse.issue import Issue, Severity
from stparse.text import Span

OWN_CODE = "H90"
"""The code of a convention that people have added themselves."""


class Spot(NamedTuple):
    """A place that a person can open."""

    reference: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.reference} ({self.file}:{self.line})"


class Spots:
    """Finds what a place of a rule is called and where it is."""

    def __init__(self, index: CodeIndex) -> None:
        self._index = index
        self._classes: dict[int, IndexedClass] | None = None

    def of(self, places: Iterable[Place]) -> list[Spot]:
        """Answer the places that are still in the index."""
        wanted = list(places)
        methods = {method.id: method for method in self._index.methods_with(place.owner for place in wanted)}
        found = []
        for place in wanted:
            method = methods.get(place.owner)
            if method is not None:
                line = method.source_line + method.source.count("\n", 0, place.start)
                found.append(Spot(method.reference, method.file, line))
            elif (definition := self._class(place.owner)) is not None:
                found.append(Spot(definition.name, definition.file, definition.line))
        return found

    def _class(self, number: int) -> IndexedClass | None:
        if self._classes is None:
            self._classes = {definition.id: definition for definition in self._index.classes()}
        return self._classes.get(number)


def usual(rule: Rule) -> str:
    """Answer in words what a rule says."""
    one = CONVENTIONS[rule.code]
    return f"{one.about(rule.context[4:])}: {one.named(rule.value)}"


def scope_of(rule: Rule) -> str:
    """Answer in words where a rule holds."""
    return "" if rule.scope == "all" else f" in the {rule.scope} {rule.name}"


def how_often(count: float, kept: float) -> str:
    return f"{kept:,.0f} of {count:,.0f}, {kept / count:.0%}" if count else "as stc.toml says"


def issue_of(deviation: Deviation, spots: Spots) -> Issue:
    """Answer the finding about a deviation."""
    one = CONVENTIONS[deviation.rule.code]
    rule = deviation.rule
    message = (
        f"{one.about(rule.context[4:])}: usual{scope_of(rule)} is {_quoted(one.named(rule.value))}"
        f" ({how_often(deviation.count, deviation.kept)}); here {_quoted(one.named(deviation.value))}"
    )
    shown = ", ".join(map(str, spots.of(deviation.places)))
    hint = f"pinned in stc.toml: {deviation.reason}" if deviation.reason else f"as in {shown}" if shown else None
    return Issue(deviation.code, message, Severity.INFO, Span(deviation.start, deviation.end), hint)


def _quoted(value: str) -> str:
    return value if " " in value else f"`{value}`"


def located_of_method(method: MethodDef, found: Adherence, spots: Spots, *, everything: bool) -> list[Located]:
    """Answer the findings about a method in its file; with `everything` also those that are not worth a finding."""
    about = (method.class_name, method.meta, method.selector or None)
    issues = [issue_of(one, spots) for one in found.deviations if _is_told(one, everything=everything)]
    for added, start, end in found.missed:
        said = " ".join(method.source[start:end].split())
        message = f"usual, as stc.toml says, is {added.instead}; here `{said}`"
        issues.append(Issue(OWN_CODE, message, Severity.INFO, Span(start, end), added.reason))
    return [in_text(issue, method, *about) for issue in issues]


def located_of_class(definition: IndexedClass, found: Adherence, spots: Spots, *, everything: bool) -> list[Located]:
    """Answer the findings about a class at its definition."""
    place = (definition.file, definition.line, 1, definition.line, 1)
    told = (one for one in found.deviations if _is_told(one, everything=everything))
    return [Located(issue_of(one, spots), *place, definition.name) for one in told]


def _is_told(one: Deviation, *, everything: bool) -> bool:
    """Answer whether a deviation is told; without three places to look at nothing is, but what people have pinned."""
    return one.spoken or (everything and len(one.places) >= LEAST_EVIDENCE)
