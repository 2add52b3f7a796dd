"""How much more likely a method's slots are in the house than elsewhere: one number a convention."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Protocol

from checker.style.counts import SHRINK, Chances, Slot, above

MOST = 3.0
"""A slot says at most so much, in nats: nothing is certain because of one name."""

Evidence = dict[str, float]


class Values(Protocol):
    """What knows how often each value stands in a context."""

    def of(self, context: str) -> dict[str, float]: ...


class Likelihood:
    """Compares the counts of a house with the chances elsewhere; `less` are counts of what is not to count, a method's own for one.

    A context that the house seldom shows leans on the one above it, and that on what is usual elsewhere: then the answer is 0.
    """

    def __init__(self, house: Values, background: Chances, less: Values | None = None) -> None:
        self._house = house
        self._background = background
        self._less = less
        self._known: dict[Slot, float] = {}
        self._totals: dict[str, float] = {}

    def ratio(self, context: str, value: str) -> float:
        """Answer the logarithm of how many times more likely `value` is in the house."""
        key = context, value
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._ratio(context, value)
        return known

    def _ratio(self, context: str, value: str) -> float:
        elsewhere = self._background.chance(context, value)
        general = above(context)
        prior = elsewhere * math.exp(self.ratio(general, value)) if general else elsewhere
        values = self._house.of(context)
        less = self._less.of(context) if self._less is not None else {}
        total = self._totals.get(context)
        if total is None:
            total = self._totals[context] = sum(values.values()) - sum(less.values())
        kept = values.get(value, 0.0) - less.get(value, 0.0)
        here = (max(0.0, kept) + SHRINK * prior) / (max(0.0, total) + SHRINK)
        return max(-MOST, min(MOST, math.log(here / elsewhere)))

    def evidence(self, slots: Iterable[Slot]) -> Evidence:
        """Answer what each convention says, positive for the house.

        Slots of one convention are not independent: two of them say less than twice as much.
        """
        sums: dict[str, float] = {}
        numbers: dict[str, int] = {}
        for context, value in slots:
            code = context[:3]
            sums[code] = sums.get(code, 0.0) + self.ratio(context, value)
            numbers[code] = numbers.get(code, 0) + 1
        return {code: total / math.sqrt(numbers[code]) for code, total in sums.items()}
