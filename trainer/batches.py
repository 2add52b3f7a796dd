"""Which examples go through the model together, and in which order: decided beforehand from lengths and seed, so that it can be resumed.

A batch holds as many examples as fit into `most` tokens: padded to the longest of them, or packed behind each other. Examples of like
length come together, batches come in an order of chance, and every epoch has another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

_AT_A_TIME = 2048
"""So many examples are sorted by length at a time: batches get little padding, and chance still decides who meets whom."""

Batch = list[int]


def batches(lengths: Sequence[int], most: int, *, epochs: int, seed: int, packed: bool = False) -> list[Batch]:
    """Answer the batches of all epochs, each a list of positions in `lengths`, of which none is more than `most`."""
    return [batch for epoch in range(epochs) for batch in _epoch(lengths, most, Random(f"{seed} {epoch}"), packed)]  # noqa: S311


def in_order(lengths: Sequence[int], most: int) -> list[Batch]:
    """Answer padded batches of everything once, the longest first: for validation."""
    return list(_padded(sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)), lengths, most))


def _epoch(lengths: Sequence[int], most: int, random: Random, packed: bool) -> list[Batch]:
    order = list(range(len(lengths)))
    random.shuffle(order)
    found: list[Batch] = []
    for at in range(0, len(order), _AT_A_TIME):
        some = sorted(order[at : at + _AT_A_TIME], key=lambda i: -lengths[i])
        found.extend(_packed(some, lengths, most) if packed else _padded(some, lengths, most))
    random.shuffle(found)
    return found


def _padded(order: Sequence[int], lengths: Sequence[int], most: int) -> Iterator[Batch]:
    """Yield batches of neighbours in `order`, which begins with the longest: it is what all are padded to."""
    batch: Batch = []
    for i in order:
        if batch and lengths[batch[0]] * (len(batch) + 1) > most:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _packed(order: Sequence[int], lengths: Sequence[int], most: int) -> list[Batch]:
    """Answer batches whose lengths add up to `most` at most: each example goes into the fullest batch that has room."""
    found: list[Batch] = []
    room: dict[int, list[int]] = {}
    """The batches by the room that is left in them."""
    for i in order:
        fitting = min((left for left in room if left >= lengths[i]), default=None)
        if fitting is None:
            found.append([])
            place, fitting = len(found) - 1, most
        else:
            place = room[fitting].pop()
            if not room[fitting]:
                del room[fitting]
        found[place].append(i)
        room.setdefault(fitting - lengths[i], []).append(place)
    return found
