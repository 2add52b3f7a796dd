"""N01: a bracket is missing, or there is one too many.

What: drops the closing bracket of an outermost pair, or doubles it.
Why: the fault that models make most in nested blocks; the compiler shows it far from its place.
Good: items do: [:each | each release].
Bad:  items do: [:each | each release.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.mutations import Mutant, edited, mutation
from datagen.reading import Reading, shuffled


@mutation("N01", "syntax", rate=0.55)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Drop or double the closing bracket of an outermost pair."""
    for pair in shuffled(random, reading.outermost()):
        if random.random() < 0.7:
            yield _dropped(reading, pair.opener, pair.closer)
        else:
            yield _doubled(reading, pair.closer)


def _dropped(reading: Reading, opener: int, closer: int) -> Mutant:
    start, end = reading.tokens.starts[closer], reading.tokens.ends[closer]
    code = "P113" if reading.word(opener) in ("#(", "#[") else "P111"
    return edited(reading.text, start, end, "", code, told=reading.belongs(start, end))


def _doubled(reading: Reading, closer: int) -> Mutant:
    end = reading.tokens.ends[closer]
    return edited(reading.text, end, end, reading.word(closer), "P112", end, told="remove it")
