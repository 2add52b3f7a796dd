"""N03: a keyword without its argument.

What: drops a variable or literal that is the argument of a keyword message, and that stands in the method elsewhere too: else nobody
could tell what it was.
Why: happens when code is moved or completed in a hurry; the compiler stops one token later.
Good: self at: index put: aRight
Bad:  self at: index put:
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.mutations import Mutant, edited, must_be, mutation
from datagen.reading import Reading, shuffled
from stparse.nodes import Character, Message, Node, Number, Send, String, Symbol, Variable, walk

_SIMPLE = (Variable, Number, String, Symbol, Character)


@mutation("N03", "syntax", rate=0.45)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Drop one simple argument of a keyword message."""
    for argument in shuffled(random, list(_arguments(reading))):
        yield _without(reading, argument)


def _arguments(reading: Reading) -> Iterator[Node]:
    for node in walk(reading.tree.body):
        if isinstance(node, Send | Message) and node.selector.endswith(":"):
            yield from (a for a in node.arguments if isinstance(a, _SIMPLE) and _can_be_dropped(reading, a))


def _can_be_dropped(reading: Reading, argument: Node) -> bool:
    before = reading.index_at(argument.start) - 1
    return reading.word(before) != "(" and reading.stands_elsewhere(argument.start, argument.end)


def _without(reading: Reading, argument: Node) -> Mutant:
    # The space before the argument goes too: nobody leaves it behind, and the mutant shall not be told by it.
    before = reading.index_at(argument.start) - 1
    start = reading.tokens.ends[before]
    after = reading.index_at(argument.end)
    at_end = reading.tokens.kinds[after] == "$END"
    place = start if at_end else reading.tokens.starts[after] - (argument.end - start)
    return edited(reading.text, start, argument.end, "", "P121", place, told=must_be(reading.text[argument.start : argument.end]))
