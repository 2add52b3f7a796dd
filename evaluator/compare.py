"""Two models on the same prompts: the same items, paired, with classes as the witnesses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from evaluator.judging import Row
from evaluator.metrics import METRICS
from evaluator.statistics import Paired, holm, paired
from stparse.issue import BadInputError


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric of two models; `corrected` is the p of flipping the signs of classes, corrected for the number of metrics (Holm)."""

    metric: str
    title: str
    better: str
    unit: str
    found: Paired
    corrected: float

    @property
    def verdict(self) -> str:
        """What may be said: better, worse, different, or that no difference is shown."""
        if self.corrected >= 0.05 or self.found.low <= 0 <= self.found.high:
            return "no difference is shown"
        if self.better == "neither":
            return "different"
        return "better" if (self.found.difference > 0) is (self.better == "higher") else "worse"


def differences(first: Sequence[Row], second: Sequence[Row]) -> list[Difference]:
    """Compare all metrics that both have measured, item by item. Raises BadInputError where they share no items."""
    metrics = sorted({name for row in first for name in row.marks} & {name for row in second for name in row.marks})
    found = []
    for name in metrics:
        metric = METRICS[name]
        if not metric.compared:
            continue
        one, other = _values(first, name), _values(second, name)
        rows = [(one[item][0], one[item][1], other[item][1]) for item in sorted(one.keys() & other.keys())]
        if rows:
            binary = metric.unit == "share" and all(value in (0.0, 1.0) for _, a, b in rows for value in (a, b))
            found.append((metric, paired(rows, binary=binary)))
    if not found:
        raise BadInputError("these evaluations share no items; evaluate both on the same suite")
    corrected = holm([each.p_clustered for _, each in found])
    return [Difference(m.name, m.title, m.better, m.unit, each, p) for (m, each), p in zip(found, corrected, strict=True)]


def _values(rows: Sequence[Row], metric: str) -> dict[str, tuple[str, float]]:
    """Answer the cluster and the mean over all draws of each item."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    clusters: dict[str, str] = {}
    for row in rows:
        if (value := row.value(metric)) is not None:
            found[row.item].append(value)
            clusters[row.item] = row.cluster
    return {item: (clusters[item], fmean(values)) for item, values in found.items()}


def cells_of_difference(one: Difference) -> tuple[str, ...]:
    """Answer the cells of a row of a table: metric, verdict, first, second, difference, interval, p."""
    found = one.found
    scale, unit = (1.0, "") if one.unit == "mean" else (100.0, " %")
    values = (f"{scale * value:.1f}{unit}" for value in (found.first, found.second))
    interval = f"{scale * found.low:+.1f} to {scale * found.high:+.1f}"
    return one.title, one.verdict, *values, f"{scale * found.difference:+.1f}", interval, _chance(one.corrected)


def _chance(p: float) -> str:
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def line_of_difference(one: Difference) -> str:
    """Answer a line for people."""
    found = one.found
    scale, unit = (1.0, "") if one.unit == "mean" else (100.0, " points")
    said = f"{one.title}: {scale * found.first:.1f} -> {scale * found.second:.1f}, {scale * found.difference:+.1f}{unit} "
    said += f"[{scale * found.low:+.1f}, {scale * found.high:+.1f}] over {found.items:,} items of {found.clusters:,} classes; {one.verdict}"
    if found.p is not None:
        said += f" (only the first right: {found.only_first}, only the second: {found.only_second}, McNemar p {_chance(found.p)}"
        said += f", corrected {_chance(one.corrected)}" + (
            f"; {100 * found.detectable:.1f} points could be shown)" if found.detectable else ")"
        )
    return said
