"""How sure a number is: intervals that know of classes, paired comparison, pass@k. Pure Python, and the same on every machine.

Methods of one class resemble each other, so a hundred of them say less than a hundred methods of a hundred classes. Every interval
here takes clusters: Kish's design effect shrinks the count of a share, the bootstrap draws whole clusters.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

CONFIDENCE = 0.95
DRAWS = 2000
_NORMAL = NormalDist()
Row = tuple[str, float, float]
"""A cluster, what was got, and of how much."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval and how it was found; `effective` is how many independent items the count is worth."""

    low: float
    high: float
    method: str
    effective: float


def z_of(confidence: float = CONFIDENCE) -> float:
    """Answer the two-sided quantile of the normal distribution: 1.96 for 0.95."""
    return _NORMAL.inv_cdf(0.5 + confidence / 2)


def wilson(share: float, n: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Answer Wilson's score interval of a share of `n` (Wilson 1927, JASA 22); (0, 1) where there is nothing."""
    if n <= 0:
        return 0.0, 1.0
    z = z_of(confidence)
    scale = 1 + z * z / n
    middle = (share + z * z / (2 * n)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def by_cluster(rows: Iterable[Row]) -> dict[str, tuple[float, float]]:
    """Answer the sums of each cluster, in the order of their names."""
    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for cluster, got, of in rows:
        sums[cluster][0] += got
        sums[cluster][1] += of
    return {name: (got, of) for name, (got, of) in sorted(sums.items())}


def design_effect(rows: Sequence[Row]) -> float:
    """Answer by how much clusters widen the variance of a share of items that count 1 each (Kish 1965), at least 1.

    The variance of a ratio between clusters is held against that of as many independent items. Where all items have the same result
    nothing can be seen of it: then the worst is taken, that each cluster is worth one item.
    """
    n = sum(of for _, _, of in rows)
    sums = by_cluster(rows)
    k = len(sums)
    if n <= 0 or k == 0:
        return 1.0
    most = n / k
    share = sum(got for _, got, _ in rows) / n
    alone = share * (1 - share) / n
    if k < 2 or alone <= 0:
        return max(1.0, most)
    between = k / (k - 1) * sum((got - share * of) ** 2 for got, of in sums.values()) / (n * n)
    return max(1.0, between / alone)


def share_interval(rows: Sequence[Row], confidence: float = CONFIDENCE) -> Interval:
    """Answer Wilson's interval of a share, with the count that is left after the design effect of its clusters."""
    n = sum(of for _, _, of in rows)
    effective = n / design_effect(rows) if n else 0.0
    low, high = wilson(sum(got for _, got, _ in rows) / n if n else 0.0, effective, confidence)
    return Interval(low, high, "Wilson, clustered by class", effective)


def bootstrap(rows: Sequence[Row], seed: int = 1, draws: int = DRAWS, confidence: float = CONFIDENCE) -> Interval:
    """Answer the percentile interval of a ratio of sums, drawing whole clusters (Efron 1979; Cameron, Gelbach, Miller 2008)."""
    sums = list(by_cluster(rows).values())
    values = _ratios(sums, seed, draws)
    low, high = _percentiles(values, confidence)
    return Interval(low, high, "bootstrap of classes", float(len(sums)))


def difference(first: Sequence[Row], second: Sequence[Row], seed: int = 1, draws: int = DRAWS) -> tuple[float, float]:
    """Answer the percentile interval of the second ratio of sums less the first, drawing clusters whole, which may have rows of both."""
    one, other = by_cluster(first), by_cluster(second)
    names = sorted({*one, *other})
    chance = random.Random(seed)  # noqa: S311 - a draw, not a secret
    found = []
    for _ in range(draws if names else 0):
        drawn = chance.choices(names, k=len(names))
        sums = [[sum(side[name][part] for name in drawn if name in side) for part in (0, 1)] for side in (one, other)]
        if sums[0][1] and sums[1][1]:
            found.append(sums[1][0] / sums[1][1] - sums[0][0] / sums[0][1])
    return _percentiles(found, CONFIDENCE)


def _ratios(sums: Sequence[tuple[float, float]], seed: int, draws: int) -> list[float]:
    chance = random.Random(seed)  # noqa: S311 - a draw, not a secret
    found = []
    for _ in range(draws):
        got = of = 0.0
        for one, other in chance.choices(sums, k=len(sums)) if sums else ():
            got += one
            of += other
        if of:
            found.append(got / of)
    return found


def _percentiles(values: list[float], confidence: float) -> tuple[float, float]:
    if not values:
        return 0.0, 0.0
    ordered = sorted(values)
    tail = (1 - confidence) / 2
    last = len(ordered) - 1
    return ordered[round(tail * last)], ordered[round((1 - tail) * last)]


@dataclass(frozen=True, slots=True)
class Paired:
    """Two models on the same items: `difference` is the second's mean less the first's, with its interval.

    `only_first` and `only_second` are the items that one alone got right, None where the metric is no yes or no. `p` is two-sided:
    McNemar's exact test takes items for independent, so it is only said beside the interval, which takes classes.
    """

    items: int
    clusters: int
    first: float
    second: float
    difference: float
    low: float
    high: float
    p_clustered: float
    only_first: int | None
    only_second: int | None
    p: float | None
    detectable: float | None


def flipped(differences: Sequence[float], seed: int = 1, draws: int = DRAWS) -> float:
    """Answer the two-sided p of a sign-flip test: how often the sum is as far from 0 where a coin decides the sign of each cluster's
    difference (Fisher 1935). All 2^k ways are counted where they are no more than `draws`: six clusters cannot show more than p = 0.03.
    """
    k, seen = len(differences), abs(sum(differences)) - 1e-9
    if 2**k <= draws:
        sums = [0.0]
        for one in differences:
            sums = [each + sign * one for each in sums for sign in (1, -1)]
        return sum(abs(each) >= seen for each in sums) / len(sums)
    chance = random.Random(seed)  # noqa: S311 - a draw, not a secret
    far = sum(abs(sum(one if chance.random() < 0.5 else -one for one in differences)) >= seen for _ in range(draws))
    return (far + 1) / (draws + 1)


def mcnemar_exact(only_first: int, only_second: int) -> float:
    """Answer the two-sided p of McNemar's exact test (McNemar 1947): a fair coin thrown for each item on which the models differ."""
    n, k = only_first + only_second, min(only_first, only_second)
    if n == 0:
        return 1.0
    return float(min(1.0, 2 * sum(math.comb(n, i) for i in range(k + 1)) / (1 << n)))


def detectable(items: float, discordant: float, power: float = 0.8, confidence: float = CONFIDENCE) -> float | None:
    """Answer the smallest difference of two shares that `items` pairs show with this power, where so many of them differ
    (Miettinen 1968)."""
    if items <= 0 or discordant <= 0:
        return None
    return min(1.0, (z_of(confidence) + _NORMAL.inv_cdf(power)) * math.sqrt(discordant / items))


def paired(rows: Sequence[tuple[str, float, float]], *, binary: bool, seed: int = 1, draws: int = DRAWS) -> Paired:
    """Compare two models item by item; a row is (cluster, result of the first, result of the second). There must be at least one."""
    n = len(rows)
    first, second = sum(a for _, a, _ in rows) / n, sum(b for _, _, b in rows) / n
    sums = list(by_cluster((cluster, b - a, 1.0) for cluster, a, b in rows).values())
    values = _ratios(sums, seed, draws)
    low, high = _percentiles(values, CONFIDENCE)
    chance = flipped([got for got, _ in sums], seed, draws)
    only_first = sum(a > b for _, a, b in rows) if binary else None
    only_second = sum(b > a for _, a, b in rows) if binary else None
    p = smallest = None
    if only_first is not None and only_second is not None:
        p = mcnemar_exact(only_first, only_second)
        smallest = detectable(n, (only_first + only_second) / n)
    return Paired(n, len(sums), first, second, second - first, low, high, chance, only_first, only_second, p, smallest)


def holm(values: Sequence[float]) -> list[float]:
    """Answer p-values corrected for their number (Holm 1979): who looks at twenty metrics finds one of them by chance."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found, worst = [0.0] * len(values), 0.0
    for place, at in enumerate(order):
        worst = max(worst, min(1.0, (len(values) - place) * values[at]))
        found[at] = worst
    return found


def pass_at_k(n: int, right: int, k: int) -> float:
    """Answer the unbiased estimate of pass@k from `n` draws of which `right` pass (Chen and others 2021, arXiv 2107.03374).

    Raises ValueError where there are fewer than k draws.
    """
    if not 0 < k <= n:
        raise ValueError(f"pass@{k} of {n} draws")
    if n - right < k:
        return 1.0
    return 1.0 - math.prod(1.0 - k / i for i in range(n - right + 1, n + 1))


def needed(share: float, lower: float) -> int | None:
    """Answer how many independent items put the lower end of Wilson's interval above `lower` at an observed `share`; None if none do."""
    if share <= lower:
        return None
    n = 1
    while wilson(share, n)[0] <= lower:
        n = max(n + 1, round(n * 1.05))
    while n > 1 and wilson(share, n - 1)[0] > lower:
        n -= 1
    return n
