"""Counts the rows of a corpus once, by context, kind of owner and value: what a scope or a fold has is summed up from that."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress
from typing import NamedTuple

from checker.conventions import CONVENTIONS
from checker.style.corpus import Corpus, Owner
from checker.style.counts import upwards

LEAST = 30
"""A context that was seen less often has no rule."""

SCOPES = ("class", "hierarchy", "package", "all")
"""From the narrow to the wide: the narrowest with enough support decides."""


class Unit(NamedTuple):
    """What owners have in common as far as rules go; the names of its scopes stand first, from the narrow to the wide."""

    class_key: str
    root: str
    package: str
    author: str
    weight: float


Entries = dict[int, list[tuple[int, float]]]
"""By the number of a unit: (number of the value, weight)."""


@dataclass(frozen=True)
class Tally:
    """The rows of `corpus`, counted: `entries` of each context that may have a rule, those of more special contexts included.

    `members` are the numbers of the contexts whose rows count for a context; `unit_of_row` has the unit of each row, in the order of the
    owners' rows.
    """

    corpus: Corpus
    units: tuple[Unit, ...]
    entries: dict[str, Entries]
    members: dict[str, frozenset[int]]
    unit_of_row: array[int] = field(repr=False)

    def names(self, scope: str) -> list[str]:
        """Answer the name of the scope of that kind for each unit."""
        return self._names[SCOPES.index(scope)]

    @cached_property
    def _names(self) -> tuple[list[str], ...]:
        columns = ([str(unit[place]) for unit in self.units] for place in range(len(SCOPES) - 1))
        return *columns, [""] * len(self.units)

    def owners_in_class(self, class_key: str, context: str, value: int) -> int:
        """Answer how many methods of a class have `value` in `context`."""
        members = self.members[context]
        return len({owner for number, owner in self._rows_of(class_key).get(value, ()) if number in members})

    def _rows_of(self, class_key: str) -> dict[int, list[tuple[int, int]]]:
        """Answer (number of the context, owner) of the rows of a class, by their values."""
        known = self._classes.get(class_key)
        if known is None:
            known = self._classes[class_key] = {}
            corpus = self.corpus
            for owner in self._owners[class_key]:
                first, last = corpus.ranges[owner.id]
                for context, value in zip(corpus.contexts[first:last], corpus.values[first:last], strict=True):
                    known.setdefault(value, []).append((context, owner.id))
        return known

    @cached_property
    def _owners(self) -> dict[str, list[Owner]]:
        found: dict[str, list[Owner]] = {}
        for owner in self.corpus.owners.values():
            found.setdefault(owner.class_key, []).append(owner)
        return found

    @cached_property
    def _classes(self) -> dict[str, dict[int, list[tuple[int, int]]]]:
        return {}


def tally_of(corpus: Corpus) -> Tally:
    """Count the rows of all owners of `corpus`."""
    numbers: dict[Unit, int] = {}
    contexts, values, units = array("i"), array("i"), array("i")
    for owner in corpus.by_rows():
        first, last = corpus.ranges[owner.id]
        unit = numbers.setdefault(Unit(owner.class_key, owner.root, owner.package, owner.author, owner.weight), len(numbers))
        contexts.extend(corpus.contexts[first:last])
        values.extend(corpus.values[first:last])
        units.extend(array("i", (unit,)) * (last - first))
    members = _members(corpus.texts, Counter(contexts))
    entries: dict[str, Entries] = {context: {} for context in members}
    above: dict[int, list[Entries]] = {}
    for context, numbers_of in members.items():
        for number in numbers_of:
            above.setdefault(number, []).append(entries[context])
    weights = [unit.weight for unit in numbers]
    counted = Counter(compress(zip(contexts, values, units, strict=True), map(above.__contains__, contexts)))
    for (number, value, unit), rows in counted.items():
        entry = value, rows * weights[unit]
        for into in above[number]:
            if unit in into:
                into[unit].append(entry)
            else:
                into[unit] = [entry]
    return Tally(corpus, tuple(numbers), entries, members, units)


def _members(texts: list[str], rows: dict[int, int]) -> dict[str, frozenset[int]]:
    """Answer the contexts that may have a rule, in their order, each with the numbers of those that count for it."""
    found: dict[str, list[int]] = {}
    for number in rows:
        for context in upwards(texts[number]):
            found.setdefault(context, []).append(number)
    return {
        context: frozenset(numbers)
        for context, numbers in sorted(found.items())
        if sum(map(rows.__getitem__, numbers)) >= LEAST and CONVENTIONS[context[:3]].speaks_of(context[4:])
    }
