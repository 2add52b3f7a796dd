"""From evidence to a probability: a logistic regression over the conventions, fitted on held-out methods; and an AUC by ranks.

Small on purpose: the base install has neither numpy nor scipy, and there are at most 25 numbers a method.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from checker.style.likelihood import Evidence

_ROUNDS = 12
_RIDGE = 2.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the conventions and a constant. A new one trusts each convention by half."""

    weights: Mapping[str, float] = field(default_factory=dict)
    constant: float = 0.0

    def score(self, evidence: Evidence) -> float:
        """Answer the log odds that a method is the house's."""
        return self.constant + sum(self.weights.get(code, 0.0) * value for code, value in evidence.items())

    def probability(self, evidence: Evidence) -> float:
        return sigmoid(self.score(evidence))


def sigmoid(score: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, score))))


def fit(own: Sequence[Evidence], others: Sequence[Evidence]) -> Calibration:
    """Fit weights that tell `own` from `others`, both counting alike: Newton's method, a ridge towards one half, none below 0."""
    codes = sorted({code for one in (*own, *others) for code in one})
    size = len(codes) + 1
    places = {code: place for place, code in enumerate(codes)}
    rows = [(_entries(one, places), 1.0, 0.5 / max(1, len(own))) for one in own]
    rows += [(_entries(one, places), 0.0, 0.5 / max(1, len(others))) for one in others]
    scale = len(rows)
    prior = [0.5] * len(codes) + [0.0]
    weights = list(prior)
    for _ in range(_ROUNDS):
        gradient = [_RIDGE * (weight - start) for weight, start in zip(weights, prior, strict=True)]
        gradient[-1] = 0.0
        curve = [[_RIDGE if row == column else 0.0 for column in range(size)] for row in range(size)]
        curve[-1][-1] = 1e-6
        for entries, label, share in rows:
            score = 0.0
            for place, value in entries:
                score += weights[place] * value
            chance = sigmoid(score)
            weight = scale * share
            miss, bend = weight * (chance - label), weight * chance * (1 - chance)
            for first, (place, value) in enumerate(entries):
                gradient[place] += miss * value
                line, bent = curve[place], bend * value
                # The places ascend, so this is the upper half; the lower is the same.
                for other, more in entries[first:]:
                    line[other] += bent * more
        for row in range(size):
            for column in range(row):
                curve[row][column] = curve[column][row]
        step = _solve(curve, gradient)
        before = weights
        # To keep to a convention never counts against a method, whatever a few hundred held-out methods happen to say.
        weights = [max(0.0, weight - change) for weight, change in zip(weights, step, strict=True)]
        weights[-1] = before[-1] - step[-1]
        if max(abs(one - other) for one, other in zip(weights, before, strict=True)) < 1e-3:
            break
    return Calibration(dict(zip(codes, weights, strict=False)), weights[-1])


def _entries(evidence: Evidence, places: Mapping[str, int]) -> list[tuple[int, float]]:
    """Answer (place, value) in the order of the places, the constant last."""
    return [*sorted((places[code], value) for code, value in evidence.items()), (len(places), 1.0)]


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Answer x with matrix x = right, by elimination with pivots."""
    size = len(right)
    rows = [[*line, right[number]] for number, line in enumerate(matrix)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column]
        for row in range(column + 1, size):
            factor = rows[row][column] / head[column]
            if factor:
                rows[row] = [a - factor * b for a, b in zip(rows[row], head, strict=True)]
    found = [0.0] * size
    for row in reversed(range(size)):
        found[row] = (rows[row][size] - sum(rows[row][column] * found[column] for column in range(row + 1, size))) / rows[row][row]
    return found


def auc(own: Sequence[float], others: Sequence[float]) -> float:
    """Answer how often one of `own` is above one of `others`, ties counting half (Mann and Whitney, 1947); 0.5 where one is empty."""
    if not own or not others:
        return 0.5
    ranked = sorted([(score, 1) for score in own] + [(score, 0) for score in others])
    ranks, first = 0.0, 0
    while first < len(ranked):
        last = first
        while last < len(ranked) and ranked[last][0] == ranked[first][0]:
            last += 1
        ranks += (first + last + 1) / 2 * sum(label for _, label in ranked[first:last])
        first = last
    count = len(own)
    return (ranks - count * (count + 1) / 2) / (count * len(others))


def quantile(values: Sequence[float], share: float) -> float:
    """Answer the value below which `share` of `values` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
