"""N06: a keyword torn from its colon, or a reserved word with a capital.

What: a space before the colon of a keyword; `Self`, `Super`, `Nil` for self, super, nil.
Why: tokenizers cut words anywhere, and models write what they have cut.
Good: self at: index put: aRight
Bad:  self at: index put : aRight
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.mutations import Mutant, edited, must_be, mutation
from datagen.reading import Reading, shuffled
from stparse.nodes import LiteralArray, walk

_RESERVED = ("self", "super", "nil")


@mutation("N06", "syntax names", rate=0.7)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Tear one keyword apart, or write one reserved word with a capital."""
    makers = [_torn, _capital]
    for maker in shuffled(random, makers):
        yield from shuffled(random, list(maker(reading)))


def _torn(reading: Reading) -> Iterator[Mutant]:
    literals = [(node.start, node.end) for node in walk(reading.tree.body) if isinstance(node, LiteralArray)]
    pragmas = [(pragma.start, pragma.end) for pragma in reading.tree.pragmas]
    begin = reading.tree.body.start
    for index, kind in enumerate(reading.tokens.kinds):
        start, end = reading.tokens.starts[index], reading.tokens.ends[index]
        if kind == "KEYWORD" and start >= begin and not any(first <= start < last for first, last in (*literals, *pragmas)):
            yield edited(reading.text, end - 1, end - 1, " ", "P135", end)


def _capital(reading: Reading) -> Iterator[Mutant]:
    code = reading.code_of("undeclared-global")
    for node in reading.reads():
        now = node.name.capitalize()
        if code and node.name in _RESERVED and reading.is_free(now):
            yield edited(reading.text, node.start, node.end, now, code, node.start, told=must_be(node.name))
