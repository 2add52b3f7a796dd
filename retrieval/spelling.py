"""Names that are written wrongly in a question: another case, a colon left out, a letter more or less."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from stparse.index.query import CodeIndex
from stparse.index.reads import remembered

_FEWEST, _ALIKE, _LONGER = 5, 0.85, 2
"""Shorter words are not guessed at; how alike names are (the ratio of difflib); by how many letters their lengths may differ."""


class _Spelled(NamedTuple):
    """Names by their letters, the most probable first of several; and the letters by how they begin and how many they are."""

    names: Mapping[str, Sequence[str]]
    alike: Mapping[tuple[str, int], Sequence[str]]

    def nearest(self, word: str) -> str | None:
        """Answer the name that is most like a word."""
        wanted = _letters(word)
        if wanted in self.names:
            return self.names[wanted][0]
        if len(wanted) < _FEWEST:
            return None
        # Who mistypes a name seldom mistypes how it begins.
        sizes = range(len(wanted) - _LONGER, len(wanted) + _LONGER + 1)
        like = [letters for size in sizes for letters in self.alike.get((wanted[0], size), ())]
        near = difflib.get_close_matches(wanted, like, n=1, cutoff=_ALIKE)
        return self.names[near[0]][0] if near else None


def nearest_class(index: CodeIndex, word: str) -> str | None:
    """Answer the class that is most probably meant by a word that names none; None where nothing is near."""
    return _classes(index).nearest(word)


def nearest_selector(index: CodeIndex, word: str) -> str | None:
    """Answer the selector that is most probably meant by a word that is none: `atIfabsent` is `at:ifAbsent:`."""
    return _selectors(index).nearest(word)


def spelled_selector(index: CodeIndex, word: str) -> str | None:
    """Answer the selector that has the letters of a word, whatever its case and colons; of several the one that most implement."""
    return next(iter(_selectors(index).names.get(_letters(word), ())), None)


@remembered(2)
def _classes(index: CodeIndex) -> _Spelled:
    return _by_letters(sorted({group.path[-1] for group in index.class_table.groups}))


@remembered(2)
def _selectors(index: CodeIndex) -> _Spelled:
    # What the base image implements is only sent here.
    implemented, sent = index.implemented_selectors, index.sent_selectors
    known = implemented.keys() | sent.keys()
    return _by_letters(sorted(known, key=lambda name: (-implemented.get(name, 0), -sent.get(name, 0), name)))


def _by_letters(names: Sequence[str]) -> _Spelled:
    found, alike = defaultdict[str, list[str]](list), defaultdict[tuple[str, int], list[str]](list)
    for name in names:
        letters = _letters(name)
        if letters not in found:
            alike[letters[:1], len(letters)].append(letters)
        found[letters].append(name)
    return _Spelled(found, alike)


def _letters(name: str) -> str:
    return name.lower().replace(":", "")
