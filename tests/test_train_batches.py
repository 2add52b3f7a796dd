"""Batches: every example once an epoch, none too large, the same order for the same seed and another in each epoch."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trainer.batches import batches, in_order

LENGTHS = st.lists(st.integers(1, 64), min_size=1, max_size=80)


def padded(lengths: list[int], batch: list[int]) -> int:
    return max(lengths[i] for i in batch) * len(batch)


@given(LENGTHS, st.integers(1, 3), st.booleans(), st.integers(0, 9))
def test_every_example_once_an_epoch_in_batches_that_fit(lengths: list[int], epochs: int, packed: bool, seed: int) -> None:
    found = batches(lengths, 100, epochs=epochs, seed=seed, packed=packed)
    assert sorted(i for batch in found for i in batch) == sorted(list(range(len(lengths))) * epochs)
    assert all(found)
    assert all((sum(lengths[i] for i in batch) if packed else padded(lengths, batch)) <= 100 for batch in found)
    assert found == batches(lengths, 100, epochs=epochs, seed=seed, packed=packed)
    # What was trained first stays first when there are to be more epochs.
    assert batches(lengths, 100, epochs=epochs + 1, seed=seed, packed=packed)[: len(found)] == found


@given(LENGTHS)
def test_packing_leaves_no_two_batches_that_would_fit_into_one(lengths: list[int]) -> None:
    found = [sum(lengths[i] for i in batch) for batch in batches(lengths, 100, epochs=1, seed=1, packed=True)]
    assert not [1 for place, one in enumerate(found) for other in found[place + 1 :] if one + other <= 100]


@given(LENGTHS)
def test_validation_sees_everything_once(lengths: list[int]) -> None:
    found = in_order(lengths, 100)
    assert sorted(i for batch in found for i in batch) == list(range(len(lengths)))
    assert all(padded(lengths, batch) <= 100 for batch in found)


def test_epochs_and_seeds_have_their_own_order() -> None:
    lengths = [10] * 40
    found = batches(lengths, 10, epochs=2, seed=1)
    assert found[:40] != found[40:]
    assert found[:40] != batches(lengths, 10, epochs=1, seed=2)


def test_examples_of_like_length_come_together() -> None:
    lengths = [5, 50] * 50
    wasted = sum(padded(lengths, batch) - sum(lengths[i] for i in batch) for batch in batches(lengths, 100, epochs=1, seed=1))
    assert wasted <= 100
