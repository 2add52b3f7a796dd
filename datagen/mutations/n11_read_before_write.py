"""N11: a temporary that is read before it has a value.

What: the first assignment to a temporary is lost: its target and `:=`, or the whole statement where the value is a plain one.
Why: it compiles nearly everywhere, and fails when nil does not understand what it is sent.
Good: total := 0. rights do: [:each | total := total + each runs]
Bad:  rights do: [:each | total := total + each runs]
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random

from datagen.mutations import Mutant, edited, mutation
from datagen.reading import Reading, shuffled
from stparse.nodes import Assign, Cascade, Character, Node, Number, Send, String, Symbol, Variable

_PLAIN = (Variable, Number, String, Symbol, Character)


@mutation("N11")
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Lose the first assignment to one temporary."""
    code = reading.code_of("read-before-write")
    temporaries = {node.name for node in reading.tree.body.temporaries}
    found: list[Mutant] = []
    used = sorted((node for node in reading.executed() if isinstance(node, Variable)), key=lambda node: node.start)
    for statement, after in pairwise(reading.tree.body.statements):
        if not code or not isinstance(statement, Assign) or statement.target.name not in temporaries:
            continue
        name = statement.target.name
        uses = [node for node in used if node.name == name]
        if uses[0] is statement.target and len(uses) > 1 and uses[1].start >= statement.end and reading.begins_statement(after):
            found += _lost(reading, statement, after, uses[1], code)
    yield from shuffled(random, found)


def _lost(reading: Reading, statement: Assign, after: Node, read: Variable, code: str) -> Iterator[Mutant]:
    end = after.start if isinstance(statement.value, _PLAIN) else statement.value.start
    if not isinstance(statement.value, (*_PLAIN, Send, Cascade)) or _holds_comment(reading, statement.start, end):
        return
    if isinstance(statement.value, Send | Cascade):
        # A parenthesis before the value stays.
        end = reading.tokens.starts[reading.index_at(statement.target.end) + 1]
    yield edited(reading.text, statement.start, end, "", code, read.start - (end - statement.start))


def _holds_comment(reading: Reading, start: int, end: int) -> bool:
    return any(start <= comment < end for comment, _ in reading.tokens.comments)
