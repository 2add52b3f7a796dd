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
from datagen.mutations import Mutant, edited, mutation
from datagen.reading import Reading, shuffled
from stparse.nodes import Variable

_SHORTEST = 4
_KNOWN = frozenset((Meaning.INSTANCE, Meaning.SHARED, Meaning.CLASS))


@mutation("N09", rate=0.5)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Misspell one use of a name so that nobody declares it, and so that the checker finds back to it."""
    declared = reading.declared
    for node in shuffled(random, reading.reads()):
        if not _can_be_misspelt(reading, node, declared):
            continue
        fault = "undeclared-global" if node.name[0].isupper() else "undeclared-variable"
        code = reading.code_of(fault)
        for now in _misspelt(node.name, random):
            if code and reading.is_free(now) and _is_found_back(reading, node.name, now, declared):
                yield edited(reading.text, node.start, node.end, now, code, node.start, node.name)
                break


def _can_be_misspelt(reading: Reading, node: Variable, declared: dict[str, Variable]) -> bool:
    if len(node.name) < _SHORTEST or node.name in PSEUDO_VARIABLES or not node.name.isalnum():
        return False
    return node.name in declared or reading.names.meaning(node.name) in _KNOWN


def _is_found_back(reading: Reading, name: str, now: str, declared: dict[str, Variable]) -> bool:
    local = nearest(now, declared) if not now[0].isupper() else ()
    return name in (*local, *reading.names.near(now))[:3]


def _misspelt(name: str, random: Random) -> list[str]:
    """Answer misspellings of a name: those that people write first, in an order of chance."""
    words = [*_without_article(name), *_other_number(name), *_other_case(name)]
    slips = [_swapped(name, random), _lost(name, random), _doubled(name, random)]
    first = name[0].isupper()
    found = shuffled(random, list(words)) if random.random() < 0.75 else []
    found += shuffled(random, slips) + words
    return [word for word in dict.fromkeys(found) if word != name and word[0].isupper() == first]


def _without_article(name: str) -> Iterator[str]:
    for article in ("an", "a"):
        rest = name[len(article) :]
        if name.startswith(article) and rest[:1].isupper() and len(rest) >= _SHORTEST:
            yield rest[0].lower() + rest[1:]


def _other_number(name: str) -> Iterator[str]:
    if name.endswith("s") and not name.endswith(("ss", "us", "is")):
        yield name[:-1]
    elif name[-1].isalpha() and not name.endswith(("s", "x", "y", "ed", "ing")):
        yield f"{name}s"


def _other_case(name: str) -> Iterator[str]:
    if name[1:] != name[1:].lower() and not name.isupper():
        yield name[0] + name[1:].lower()


def _swapped(name: str, random: Random) -> str:
    at = random.randrange(1, len(name) - 1)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :] if name[at + 1].islower() and name[at].islower() else name


def _lost(name: str, random: Random) -> str:
    at = random.randrange(1, len(name))
    return name[:at] + name[at + 1 :] if name[at].islower() else name


def _doubled(name: str, random: Random) -> str:
    at = random.randrange(1, len(name))
    return name[:at] + name[at] + name[at:] if name[at].islower() else name
