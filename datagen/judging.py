"""What the checker says of a method among the names around it, and which of it is new in a mutant.

The names come from the index and the base facts where a sample is made, and from the sample's own claim where it is
proved: both look through the same small window, `Names` of the checker.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from checker.base import BaseFacts, shipped_base
from checker.base_export import superclasses_named
from checker.check import check
from checker.environment import House
from checker.names import Meaning, Names, nearest
from stparse.index.classtable import ClassGroup
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.issue import Issue, Severity

_NOBODYS = frozenset((Meaning.UNDECLARED, Meaning.UNKNOWN))


@dataclass(frozen=True, slots=True)
class StatedNames:
    """Names as a claim states them. What it does not state is unknown, so that no fault can be made of it."""

    meanings: Mapping[str, Meaning]

    # A method in which "_" is a fault has been refused where the names were those of the index.
    underscores = True

    def meaning(self, name: str) -> Meaning:
        return self.meanings.get(name, Meaning.UNKNOWN)

    def near(self, name: str) -> tuple[str, ...]:
        return nearest(name, (known for known, meaning in self.meanings.items() if meaning not in _NOBODYS))


@dataclass(frozen=True, slots=True)
class NotedNames:
    """Names that remember what they were asked: that, and no more, is what a verdict rests on."""

    known: Names
    asked: dict[str, Meaning] = field(default_factory=dict)

    @property
    def underscores(self) -> bool:
        return self.known.underscores

    def meaning(self, name: str) -> Meaning:
        found = self.known.meaning(name)
        self.asked[name] = found
        return found

    def near(self, name: str) -> tuple[str, ...]:
        return self.known.near(name)


@lru_cache(maxsize=16)
def base_of(dialect: str) -> BaseFacts | None:
    """Answer the base facts that a method of a dialect is judged with."""
    return shipped_base(dialect)


@lru_cache(maxsize=16)
def house_of(index: CodeIndex, dialect: str) -> House:
    """Answer the code base with the base facts of one of its dialects; the last few are kept."""
    return House(index, base_of(dialect))


def names_of(index: CodeIndex, method: MethodDef) -> Names:
    """Answer the names in sight of a method."""
    return house_of(index, method.dialect).environment(method.class_name, meta=method.meta, file=method.file)


@lru_cache(maxsize=4)
def _below(index: CodeIndex) -> dict[tuple[str, ...], list[ClassGroup]]:
    """Answer the direct subclasses of each class, in the order of the index."""
    table, found = index.class_table, dict[tuple[str, ...], list[ClassGroup]]()
    for group in table.groups:
        for path in _above(index, group):
            found.setdefault(path, []).append(group)
    return found


def _above(index: CodeIndex, group: ClassGroup) -> list[tuple[str, ...]]:
    named = [superclasses_named(index.class_table, group, name) for name in group.superclass_names]
    return [above[0].path for above in named if len(above) == 1]


def siblings_of(index: CodeIndex, method: MethodDef) -> tuple[str, ...]:
    """Answer the instance variables of the classes that have the same superclass as the method's, which the index defines."""
    groups = index.class_table.meant(method.class_name, method.file)
    if method.meta or len(groups) != 1:
        return ()
    beside = [group for path in _above(index, groups[0]) for group in _below(index)[path] if group.path != groups[0].path]
    return tuple(dict.fromkeys(name for group in beside for one in group.definitions for name in one.instance_variables))


def judged(text: str, dialect: str, names: Names) -> tuple[Issue, ...]:
    """Answer the errors and warnings of a method's text."""
    found = check(text, dialect=dialect, names=names).issues
    return tuple(issue for issue in found if issue.severity is not Severity.INFO)


def is_clean(issues: Iterable[Issue]) -> bool:
    """Whether a compiler accepts what has these issues."""
    return not any(issue.severity is Severity.ERROR for issue in issues)


def new_issues(issues: Iterable[Issue], before: Iterable[Issue], start: int, was: str, now: str) -> list[Issue]:
    """Answer the issues that were not there before `now` took the place of `was` at `start`."""
    moved = len(now) - len(was)
    known = Counter((i.code, i.span.start + (moved if i.span.start >= start + len(was) else 0)) for i in before)
    found = []
    for issue in issues:
        key = (issue.code, issue.span.start)
        if known[key]:
            known[key] -= 1
        else:
            found.append(issue)
    return found
