"""N12: a statement behind a return.

What: a `^` before a statement that is not the last one.
Why: who thinks of the last line as the result puts `^` too early; what follows is never reached.
Good: super initialize. rights := OrderedCollection new
Bad:  ^super initialize. rights := OrderedCollection new
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random

from datagen.mutations import Mutant, edited, mutation
from datagen.reading import Reading, shuffled
from stparse.nodes import Cascade, Return, Send, Sequence, walk


@mutation("N12", "names", rate=0.45)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Return from one statement too early."""
    code = reading.code_of("statement-after-return")
    found: list[Mutant] = []
    for sequence in walk(reading.tree.body):
        if code and isinstance(sequence, Sequence) and not any(isinstance(s, Return) for s in sequence.statements[:-1]):
            for statement, after in pairwise(sequence.statements):
                if isinstance(statement, Send | Cascade) and reading.begins_statement(statement):
                    found.append(edited(reading.text, statement.start, statement.start, "^", code, after.start + 1))
    yield from shuffled(random, found)
