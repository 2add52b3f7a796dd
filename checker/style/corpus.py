"""All slots of a code base in memory: rows of numbers by owner, and what is to be known of each owner."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from checker.conventions._page import ClassView
from checker.rules._code import is_test_name
from checker.style.counts import Counts, Slot
from checker.style.crew import Crew
from checker.style.extract import Rows, extract
from checker.style.views import views_of
from stparse.index.query import CodeIndex

TEST_WEIGHT = 0.5
"""What a slot of test code counts: tests are written by other rules than the code that they test."""

_AUTHOR = re.compile(r"[^\W\d_]\w{0,19}")


@dataclass(frozen=True, slots=True)
class Owner:
    """A method or a class that slots were read from. `shape` is equal for near duplicates; `author` is empty where nobody signed."""

    id: int
    class_key: str
    package: str
    root: str
    author: str
    weight: float
    shape: int | None
    is_class: bool

    def scope(self, kind: str) -> str:
        """Answer the name of the scope of that kind which this is in."""
        if kind == "class":
            return self.class_key
        return self.root if kind == "hierarchy" else self.package if kind == "package" else ""


@dataclass(slots=True)
class Corpus:
    """The slots of a code base. Contexts have the code of their convention in front; texts are numbers of `texts`."""

    texts: list[str] = field(default_factory=list)
    contexts: array[int] = field(default_factory=lambda: array("i"))
    values: array[int] = field(default_factory=lambda: array("i"))
    starts: array[int] = field(default_factory=lambda: array("i"))
    ends: array[int] = field(default_factory=lambda: array("i"))
    owners: dict[int, Owner] = field(default_factory=dict)
    ranges: dict[int, tuple[int, int]] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    generated: int = 0
    _numbers: dict[str, int] = field(default_factory=dict)

    def slots(self, owner: int) -> list[Slot]:
        """Answer the slots of one owner, without their places."""
        first, last = self.ranges.get(owner, (0, 0))
        texts = self.texts
        return [(texts[self.contexts[n]], texts[self.values[n]]) for n in range(first, last)]

    def methods(self) -> Iterator[Owner]:
        """Yield the owners that are methods and have slots."""
        yield from (owner for owner in self.owners.values() if not owner.is_class and owner.id in self.ranges)

    def by_rows(self) -> list[Owner]:
        """Answer the owners in the order of their rows."""
        return sorted(self.owners.values(), key=lambda owner: self.ranges[owner.id])

    def counts(self, owners: Iterable[Owner] | None = None) -> Counts:
        """Count the slots of `owners`, by default of all."""
        counts = Counts()
        for slot, count in self.counted(self.owners.values() if owners is None else owners):
            counts.add((slot,), count)
        return counts

    def counted(self, owners: Iterable[Owner]) -> Iterator[tuple[Slot, float]]:
        """Yield each slot of `owners` with what it counts in sum; one of several weights comes once for each."""
        rows: dict[float, tuple[array[int], array[int]]] = {}
        for owner in owners:
            contexts, values = rows.setdefault(owner.weight, (array("i"), array("i")))
            first, last = self.ranges[owner.id]
            contexts.extend(self.contexts[first:last])
            values.extend(self.values[first:last])
        for weight, columns in rows.items():
            for (context, value), count in Counter(zip(*columns, strict=True)).items():
                yield (self.texts[context], self.texts[value]), count * weight

    def add(self, rows: Rows) -> None:
        """Take in a batch of rows, which come owner by owner."""
        numbers = array("i", map(self._number, rows.texts))
        here = len(self.contexts)
        for owner, count in zip(rows.owners, rows.counts, strict=True):
            self.ranges[owner] = here, here + count
            here += count
        self.contexts.extend(map(numbers.__getitem__, rows.contexts))
        self.values.extend(map(numbers.__getitem__, rows.values))
        self.starts.extend(rows.starts)
        self.ends.extend(rows.ends)
        self.generated += len(rows.generated)
        for code, count in rows.failed.items():
            self.failed[code] = self.failed.get(code, 0) + count

    def _number(self, text: str) -> int:
        known = self._numbers.get(text)
        if known is None:
            known = self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return known


def read_corpus(index: CodeIndex, crew: Crew, paths: list[str] | None = None, progress: Callable[[int, int], None] | None = None) -> Corpus:
    """Read the slots of all that the index holds, or of the files at `paths`."""
    corpus = Corpus()
    for rows in extract(index, crew, paths, progress):
        corpus.add(rows)
    views = views_of(index)
    for outline in views.outlines:
        if outline.id in corpus.ranges:
            view = views.of(outline.class_name, outline.file)
            corpus.owners[outline.id] = Owner(
                outline.id, view.key, view.package, view.root, author_of(outline.stamp), _weight(view), outline.shape, False
            )
    for view, definition in views.definitions():
        if definition.id in corpus.ranges:
            corpus.owners[definition.id] = Owner(definition.id, view.key, view.package, view.root, "", _weight(view), None, True)
    return corpus


def _weight(view: ClassView) -> float:
    return TEST_WEIGHT if view.is_test or is_test_name(view.name) else 1.0


@cache
def author_of(stamp: str | None) -> str:
    """Answer who signed a method: `jd` of `jd 12/3/2009 14:02`."""
    found = _AUTHOR.match((stamp or "").strip())
    return found[0] if found else ""
