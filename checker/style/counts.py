"""How often each value stands in each context: counts that can be added up, taken away again, and asked for a probability."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

Slot = tuple[str, str]
"""(context with its convention's code in front, value)."""

SHRINK = 4.0
"""How many slots the context above counts for where little is known of a context."""

FLOOR = 1e-4


def above(context: str) -> str:
    """Answer the more general context, empty where there is none: `C07 form setter` above `C07 form setter name:`."""
    general = context.rpartition(" ")[0]
    return general if " " in general else ""


def upwards(context: str) -> Iterator[str]:
    """Yield a context and all that are more general."""
    while context:
        yield context
        context = above(context)


class Counts:
    """Counts of values by context. A slot counts in its context and in all above it."""

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values: dict[str, dict[str, float]] = {}

    def add(self, slots: Iterable[Slot], weight: float = 1.0) -> None:
        """Count `slots`, each for `weight`; a negative one takes away."""
        for context, value in slots:
            for one in upwards(context):
                values = self._values.get(one)
                if values is None:
                    values = self._values[one] = {}
                values[value] = values.get(value, 0.0) + weight

    def put(self, context: str, value: str, count: float) -> None:
        """Enter a count of one context as it is, without those above."""
        values = self._values.setdefault(context, {})
        values[value] = values.get(value, 0.0) + count

    def of(self, context: str) -> dict[str, float]:
        return self._values.get(context) or {}

    def items(self) -> Iterator[tuple[str, dict[str, float]]]:
        yield from self._values.items()

    def __contains__(self, context: object) -> bool:
        return context in self._values

    def __len__(self) -> int:
        return len(self._values)


class Chances(Protocol):
    """What tells how likely a value is in a context elsewhere."""

    def chance(self, context: str, value: str) -> float: ...


class Background:
    """How likely a value is in a context in other code bases: their counts, smoothed with the more general contexts."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._known: dict[Slot, float] = {}
        self._totals: dict[str, float] = {}

    def knows(self, context: str) -> bool:
        return context in self._counts

    def chance(self, context: str, value: str) -> float:
        key = context, value
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._chance(context, value)
        return known

    def _chance(self, context: str, value: str) -> float:
        values = self._counts.of(context)
        general = above(context)
        prior = self.chance(general, value) if general else 1.0 / (len(values) + 2)
        total = self._totals.get(context)
        if total is None:
            total = self._totals[context] = sum(values.values())
        return max(FLOOR, (values.get(value, 0.0) + SHRINK * prior) / (total + SHRINK))
