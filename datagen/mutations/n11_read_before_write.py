"""N11: a temporary that is read before it has a value.

What: the first assignment to a temporary is lost: its target and `:=`, or the whole statement where the value is a plain one.
Why: it compiles nearly everywhere, and fails when nil does not understand what it is sent.
Good: total := 0. rights do: [:each | total := total + each runs]
Bad:  rights do: [:each | total := total + each runs]
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.mutations import Mutant, edited, mutation
from datagen.reading import Reading, shuffled
from stparse.nodes import Assign, Block, Cascade, Character, Node, Number, Send, String, Symbol, Variable, walk

_PLAIN = (Variable, Number, String, Symbol, Character)
_FIRST_VALUES = frozenset(("0", "1", "''", "nil", "true", "false"))


@mutation("N11", "names", rate=0.25)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Lose the first assignment to one temporary."""
    code = reading.code_of("read-before-write")
    temporaries = {node.name for node in reading.tree.body.temporaries}
    found: list[Mutant] = []
    used = sorted((node for node in reading.executed() if isinstance(node, Variable)), key=lambda node: node.start)
    for statement in reading.tree.body.statements[:-1]:
        if not code or not isinstance(statement, Assign) or statement.target.name not in temporaries:
            continue
        name = statement.target.name
        uses = [node for node in used if node.name == name]
        if uses[0] is statement.target and len(uses) > 1 and uses[1].start >= statement.end and not _is_in_block(reading, uses[1]):
            found += _lost(reading, statement, uses[1], code)
    yield from shuffled(random, found)


def _lost(reading: Reading, statement: Assign, read: Variable, code: str) -> Iterator[Mutant]:
    # Of a plain value nothing is left; before any other a parenthesis stays.
    plain, value = isinstance(statement.value, _PLAIN), reading.text[statement.value.start : statement.value.end]
    if plain and value not in _FIRST_VALUES and not reading.stands_elsewhere(statement.value.start, statement.value.end):
        # Nobody could tell with what it begins.
        return
    if plain:
        end = reading.tokens.starts[reading.index_at(statement.end) + 1]
    else:
        end = reading.tokens.starts[reading.index_at(statement.target.end) + 1]
    if not (plain or isinstance(statement.value, Send | Cascade)) or _holds_comment(reading, statement.start, end):
        return
    target = f"{statement.target.name} {reading.assignment}"
    line = reading.text.count("\n", 0, statement.start) + 1
    told = f"first it needs `{target} {value}`" if plain else f"`{target}` is missing in line {line}"
    yield edited(reading.text, statement.start, end, "", code, read.start - (end - statement.start), told=told)


def _is_in_block(reading: Reading, node: Node) -> bool:
    """A block may run later, or never: that it reads too early is not certain."""
    return any(isinstance(block, Block) and block.start < node.start < block.end for block in walk(reading.tree.body))


def _holds_comment(reading: Reading, start: int, end: int) -> bool:
    return any(start <= comment < end for comment, _ in reading.tokens.comments)
