"""N09: a variable or a class that is misspelt.

What: one use of a name without its article, in the other number, with other capitals, or with letters swapped, lost or doubled.
Why: the name that is nearly right is what models invent; the compiler knows which one is near.
Good: aStream nextPutAll: title
Bad:  aStream nextPutAll: titles
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from checker.names import PSEUDO_VARIABLES, Meaning, nearest
from datagen.misspelling import SHORTEST, misspelt
from datagen.mutations import Mutant, edited, must_be, mutation
from datagen.reading import Reading, shuffled
from stparse.nodes import Variable

_KNOWN = frozenset((Meaning.INSTANCE, Meaning.SHARED, Meaning.CLASS))


@mutation("N09", "names", rate=0.5)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Misspell one use of a name so that nobody declares it, and so that the checker finds back to it."""
    declared = reading.declared
    for node in shuffled(random, reading.reads()):
        if not _can_be_misspelt(reading, node, declared):
            continue
        fault = "undeclared-global" if node.name[0].isupper() else "undeclared-variable"
        code = reading.code_of(fault)
        for now in misspelt(node.name, random):
            if code and reading.is_free(now) and _is_found_back(reading, node.name, now, declared):
                told = must_be(node.name)
                yield edited(reading.text, node.start, node.end, now, code, node.start, meant=node.name, told=told)
                break


def _can_be_misspelt(reading: Reading, node: Variable, declared: dict[str, Variable]) -> bool:
    if len(node.name) < SHORTEST or node.name in PSEUDO_VARIABLES or not node.name.isalnum():
        return False
    return node.name in declared or reading.names.meaning(node.name) in _KNOWN


def _is_found_back(reading: Reading, name: str, now: str, declared: dict[str, Variable]) -> bool:
    local = nearest(now, declared) if not now[0].isupper() else ()
    return name in (*local, *reading.names.near(now))[:3]
