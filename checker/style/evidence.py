"""Where a rule can be seen: places of different classes, of many packages first."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import compress

from checker.style.tally import Tally

EVIDENCE = 8
"""Places that are kept for a rule: a finding needs three, and those of the method that is judged do not count."""

Key = tuple[str, str, str, str]
"""(scope, name, context, value)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a slot stands: in the source of a method, or at a class."""

    owner: int
    start: int
    end: int


def places_of(tally: Tally, keys: Iterable[Key]) -> list[tuple[Place, ...]]:
    """Answer some places for each of `keys`, in one pass over all rows. The corpus must be whole: owners of all of its rows."""
    corpus = tally.corpus
    rows: dict[Key, list[int]] = {key: [] for key in keys}
    numbers = {text: number for number, text in enumerate(corpus.texts)}
    tables: dict[tuple[str, str], dict[str, dict[str, list[list[int]]]]] = {}
    for (scope, name, context, value), found in rows.items():
        tables.setdefault((context, value), {}).setdefault(scope, {}).setdefault(name, []).append(found)
    into: dict[tuple[int, int], list[tuple[list[str], dict[str, list[list[int]]]]]] = {}
    for (context, value), scopes in tables.items():
        table = [(tally.names(scope), by_name) for scope, by_name in scopes.items()]
        for member in tally.members[context]:
            into.setdefault((member, numbers[value]), []).extend(table)
    pairs = zip(corpus.contexts, corpus.values, strict=True)
    for row, pair in compress(enumerate(zip(corpus.contexts, corpus.values, strict=True)), map(into.__contains__, pairs)):
        unit = tally.unit_of_row[row]
        for names, by_name in into[pair]:
            for found in by_name.get(names[unit], ()):
                found.append(row)
    owners = corpus.by_rows()
    starts = [corpus.ranges[owner.id][0] for owner in owners]

    def place(row: int) -> Place:
        return Place(owners[bisect_right(starts, row) - 1].id, corpus.starts[row], corpus.ends[row])

    return [tuple(map(place, _chosen(tally, found, lambda row: bisect_right(starts, row)))) for found in rows.values()]


def _chosen(tally: Tally, rows: Sequence[int], owner_of: Callable[[int], int]) -> list[int]:
    """Answer some rows from different classes, of many packages first."""
    taken: list[int] = []
    classes: set[str] = set()
    packages: Counter[str] = Counter()
    for rounds in range(EVIDENCE):
        for row in rows:
            unit = tally.units[tally.unit_of_row[row]]
            if unit.class_key not in classes and packages[unit.package] <= rounds and unit.weight == 1:
                classes.add(unit.class_key)
                packages[unit.package] += 1
                taken.append(row)
                if len(taken) == EVIDENCE:
                    return taken
    seen = set(map(owner_of, taken))
    for row in rows:
        owner = owner_of(row)
        if owner not in seen and len(taken) < EVIDENCE:
            seen.add(owner)
            taken.append(row)
    return taken
