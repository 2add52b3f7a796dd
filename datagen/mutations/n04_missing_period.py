"""N04: two statements run together.

What: drops the period between two statements, where the second one cannot be read as a part of the first.
Why: the commonest slip of all; often the compiler takes the next receiver for a unary message and stops behind it.
Good: used := self runsUsed. ^total - used
Bad:  used := self runsUsed ^total - used
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.mutations import Mutant, edited, mutation
from datagen.reading import Reading, shuffled

_LITERALS = frozenset(("NUMBER", "STRING", "SYMBOL", "CHARACTER"))


@mutation("N04", "syntax", rate=0.4)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Drop one period between statements."""
    periods = [i for i in range(len(reading.tokens.kinds)) if reading.word(i) == "."]
    for period in shuffled(random, periods):
        stop = _stop(reading, period + 1)
        if stop is not None:
            start, place = reading.tokens.starts[period], reading.tokens.starts[stop] - 1
            yield edited(reading.text, start, start + 1, "", "P131", place, told=reading.belongs(start, start + 1))


def _stop(reading: Reading, following: int) -> int | None:
    """Answer the token where the parser must stop if the statement `following` has no period before it."""
    kinds = reading.tokens.kinds
    if kinds[following] in _LITERALS or reading.word(following) in ("^", "[", "("):
        return following
    if kinds[following] == "NAME" and reading.word(following + 1) == ":=":
        return following + 1
    return None
