"""N02: a string or a comment without its end.

What: drops the closing quote of the last string or of the last comment.
Why: everything behind it is swallowed, so the message of the compiler is often misleading.
Good: ^'no rights left'
Bad:  ^'no rights left
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.mutations import Mutant, edited, mutation
from datagen.reading import Reading, shuffled


@mutation("N02", "syntax", rate=0.5)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Drop the closing quote of the last string or comment: of an earlier one the next quote would be blamed."""
    yield from shuffled(random, [*_string(reading), *_comment(reading)])


def _string(reading: Reading) -> Iterator[Mutant]:
    strings = [i for i, kind in enumerate(reading.tokens.kinds) if kind == "STRING"]
    if strings:
        start, end = reading.tokens.starts[strings[-1]], reading.tokens.ends[strings[-1]]
        # Of quotes within the string two would be read as its end and the next beginning.
        if "'" not in reading.text[start + 1 : end - 1] + reading.text[end:]:
            yield _opened(reading, start, end, "P101")


def _comment(reading: Reading) -> Iterator[Mutant]:
    if reading.tokens.comments:
        start, end = reading.tokens.comments[-1]
        if reading.text[end - 1] == '"' and '"' not in reading.text[start + 1 : end - 1] + reading.text[end:]:
            yield _opened(reading, start, end, "P102")


def _opened(reading: Reading, start: int, end: int, code: str) -> Mutant:
    last = reading.text[start + 1 : end - 1].split()[-1:]
    opened, closed = (reading.text.count("\n", 0, at) for at in (start, end))
    line = f" in line {closed + 1}" if closed > opened else ""
    told = f"its closing `{reading.text[start]}` belongs behind `{last[0]}`{line}" if last and "`" not in last[0] else "close it"
    return edited(reading.text, end - 1, end, "", code, start, told=told)
