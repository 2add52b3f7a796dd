"""N06: a keyword torn from its colon.

What: puts a space between a keyword and its colon.
Why: languages with `name : value` make people and models do it; Smalltalk's keyword is one token.
Good: rights detect: [:each | each isOpen]
Bad:  rights detect : [:each | each isOpen]
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.mutations import Mutant, edited, mutation
from datagen.mutations._reading import reading_of, shuffled
from stparse.index.model import MethodDef
from stparse.nodes import Message, Send, walk


@mutation("N06")
def mutate(method: MethodDef, random: Random) -> Iterator[Mutant]:
    """Tear one keyword of a message in the body from its colon."""
    reading = reading_of(method)
    if reading is None:
        return
    places = [n.at if isinstance(n, Send) else n.start for n in walk(reading.tree.body) if isinstance(n, Send | Message) and ":" in n.selector]
    for place in shuffled(random, sorted(set(places))):
        index = reading.index_at(place)
        if reading.tokens.kinds[index] == "KEYWORD":
            colon = reading.tokens.ends[index] - 1
            yield edited(reading.text, colon, colon, " ", "P131", colon + 1)
