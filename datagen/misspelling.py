"""How people misspell a name: without its article, in the other number, with other capitals, with letters swapped, lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

SHORTEST = 4
"""In a shorter name any slip gives a name that means something else."""


def misspelt(name: str, random: Random) -> list[str]:
    """Answer misspellings of a name: those that people write first, in an order of chance."""
    words = [*_without_article(name), *_other_number(name), *_other_case(name, random)]
    slips = [_swapped(name, random), _lost(name, random), _doubled(name, random)]
    first = name[0].isupper()
    found = random.sample(words, len(words)) if random.random() < 0.75 else []
    found += random.sample(slips, len(slips)) + words
    return [word for word in dict.fromkeys(found) if word != name and word[0].isupper() == first]


def _without_article(name: str) -> Iterator[str]:
    for article in ("an", "a"):
        rest = name[len(article) :]
        if name.startswith(article) and rest[:1].isupper() and len(rest) >= SHORTEST:
            yield rest[0].lower() + rest[1:]


def _other_number(name: str) -> Iterator[str]:
    if name.endswith("s") and not name.endswith(("ss", "us", "is")):
        yield name[:-1]
    elif name[-1].isalpha() and not name.endswith(("s", "x", "y", "ed", "ing")):
        yield f"{name}s"


def _other_case(name: str, random: Random) -> Iterator[str]:
    humps = [at for at in range(1, len(name)) if name[at].isupper() and not name[at - 1].isupper()]
    if humps and not name.isupper():
        at = random.choice(humps)
        yield name[:at] + name[at].lower() + name[at + 1 :]


def _swapped(name: str, random: Random) -> str:
    at = random.randrange(1, len(name) - 1)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :] if name[at + 1].islower() and name[at].islower() else name


def _lost(name: str, random: Random) -> str:
    at = random.randrange(1, len(name))
    return name[:at] + name[at + 1 :] if name[at].islower() else name


def _doubled(name: str, random: Random) -> str:
    at = random.randrange(1, len(name))
    return name[:at] + name[at] + name[at:] if name[at].islower() else name
