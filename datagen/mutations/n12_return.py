"""N12: a statement behind a return.

What: a `^` before a statement that is not the last one: one that goes to super, one in a block, or the one before the last.
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
from stparse.nodes import Cascade, Return, Send, Sequence, Variable, walk


@mutation("N12", "names", rate=0.3)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Return from one statement too early."""
    code = reading.code_of("statement-after-return")
    found: list[Mutant] = []
    for sequence in walk(reading.tree.body):
        if code and isinstance(sequence, Sequence) and not any(isinstance(s, Return) for s in sequence.statements[:-1]):
            for statement, after in pairwise(sequence.statements):
                if not isinstance(statement, Send | Cascade) or not reading.begins_statement(statement):
                    continue
                # Amid the statements of a method nobody takes one for the result.
                if sequence is not reading.tree.body or after is sequence.statements[-1] or _goes_to_super(statement):
                    line = reading.text.count("\n", 0, statement.start) + 1
                    told = f"remove the `^` in line {line}"
                    found.append(edited(reading.text, statement.start, statement.start, "^", code, after.start + 1, told=told))
    yield from shuffled(random, found)


def _goes_to_super(statement: Send | Cascade) -> bool:
    return isinstance(statement.receiver, Variable) and statement.receiver.name == "super"
