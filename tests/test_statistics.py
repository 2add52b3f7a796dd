"""Intervals and tests against published values, and what clusters and chance must do to them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.same import distance
from evaluator.statistics import bootstrap, detectable, flipped, holm, mcnemar_exact, needed, paired, pass_at_k, share_interval, wilson


def test_wilson_as_published() -> None:
    # Newcombe 1998, table I, method 3.
    for right, n, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)):
        assert wilson(right / n, n) == pytest.approx((low, high), abs=6e-5)


def test_mcnemar_and_sizes() -> None:
    assert mcnemar_exact(2, 10) == pytest.approx(0.03857, abs=1e-5)
    assert mcnemar_exact(0, 0) == 1.0
    assert detectable(500, 0.2) == pytest.approx(0.056, abs=5e-4)
    assert needed(0.9, 0.9) is None
    assert 100 < (needed(0.95, 0.9) or 0) < 170


def test_pass_at_k_is_the_mean_over_all_choices() -> None:
    assert pass_at_k(5, 2, 1) == pytest.approx(0.4)
    assert pass_at_k(5, 2, 2) == pytest.approx(1 - 3 / 10)
    assert pass_at_k(5, 2, 5) == 1.0
    with pytest.raises(ValueError, match="pass@6"):
        pass_at_k(5, 2, 6)


def test_copies_of_a_class_do_not_make_an_interval_narrower() -> None:
    few = [(f"c{i}", float(i % 2), 1.0) for i in range(20)]
    many = [row for row in few for _ in range(50)]
    one, other = share_interval(few), share_interval(many)
    assert other.high - other.low == pytest.approx(one.high - one.low, abs=0.02)
    wide = bootstrap(many)
    assert wide.high - wide.low > 0.3


def test_intervals_hold_what_they_promise() -> None:
    chance, held = random.Random(5), 0
    for _ in range(300):
        rows = []
        for cluster in range(30):
            share = chance.choice((0.6, 0.8, 1.0))
            rows += [(str(cluster), float(chance.random() < share), 1.0) for _ in range(8)]
        found = share_interval(rows)
        held += found.low <= 0.8 <= found.high
    assert 0.91 <= held / 300 <= 0.99


def test_no_difference_is_rarely_taken_for_one() -> None:
    chance, false = random.Random(3), 0
    for _ in range(200):
        rows = [(str(i // 4), float(chance.random() < 0.7), float(chance.random() < 0.7)) for i in range(120)]
        false += paired(rows, binary=True, draws=200).p_clustered < 0.05
    assert false / 200 <= 0.1


def test_few_clusters_cannot_show_much() -> None:
    assert flipped([1.0] * 6) == pytest.approx(2 / 64)
    assert flipped([3.0, -1.0, 2.0]) == pytest.approx(4 / 8)
    assert flipped([1.0] * 40) < 0.001
    assert flipped([]) == 1.0


def test_holm_grows_and_keeps_order() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


@given(st.text(max_size=20), st.text(max_size=20))
def test_distance_is_that_of_the_table(one: str, other: str) -> None:
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        row = _next(row, at, letter, other)
    assert distance(one, other) == row[-1]


def _next(row: list[int], at: int, letter: str, other: str) -> list[int]:
    found = [at]
    for place, second in enumerate(other, 1):
        found.append(min(row[place] + 1, found[place - 1] + 1, row[place - 1] + (letter != second)))
    return found
