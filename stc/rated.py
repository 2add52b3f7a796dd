"""What people's ratings say of two models: the mean of each, and the difference with an interval that knows who said how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evaluator.statistics import difference

FEWEST = 6
"""With fewer people an interval would say more than they can."""
Said = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of two models: how many ratings by how many people, both means, the second less the first. No interval where too few
    people rated, or only one of the two."""

    what: str
    first: int
    second: int
    people: int
    first_mean: float | None
    second_mean: float | None
    low: float | None
    high: float | None

    @property
    def verdict(self) -> str:
        """What may be said."""
        if self.first_mean is None or self.second_mean is None:
            return "not both were rated"
        if self.low is None or self.high is None:
            return f"too few people ({self.people}) for an interval; {FEWEST} are needed"
        return "the second is liked better" if self.low > 0 else "the first is liked better" if self.high < 0 else "no difference is shown"


def measure_of(what: str, first: Said, second: Said) -> Measure:
    """Compare the ratings of two models. People are drawn whole: who rates often says much of the same."""
    people = len({person for person, _ in (*first, *second)})
    means = [sum(value for _, value in said) / len(said) if said else None for said in (first, second)]
    low = high = None
    if None not in means and people >= FEWEST:
        rows = [[(person, value, 1.0) for person, value in said] for said in (first, second)]
        low, high = difference(rows[0], rows[1])
    return Measure(what, len(first), len(second), people, means[0], means[1], low, high)
