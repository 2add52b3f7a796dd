"""Names that are written wrongly in a question: another case, a colon left out, a letter more or less."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Mapping, Sequence

from stparse.index.query import CodeIndex
from stparse.index.reads import remembered

_FEWEST, _ALIKE, _LONGER = 5, 0.86, 2
"""Shorter words are not guessed at; how alike names are (the ratio of difflib); by how many letters their lengths may differ."""
Spelled = Mapping[str, Sequence[str]]


def nearest_class(index: CodeIndex, word: str) -> str | None:
    """Answer the class that is most probably meant by a word that names none; None where nothing is near."""
    return _nearest(_classes(index), word)


def nearest_selector(index: CodeIndex, word: str) -> str | None:
    """Answer the selector that is most probably meant by a word that is none: `atIfabsent` is `at:ifAbsent:`."""
    return _nearest(_selectors(index), word)


def spelled_selector(index: CodeIndex, word: str) -> str | None:
    """Answer the selector that has the letters of a word, whatever its case and colons; of several the one that most implement."""
    return next(iter(_selectors(index).get(_letters(word), ())), None)


@remembered(2)
def _classes(index: CodeIndex) -> Spelled:
    return _by_letters(sorted({group.path[-1] for group in index.class_table.groups}))


@remembered(2)
def _selectors(index: CodeIndex) -> Spelled:
    implemented = index.implemented_selectors
    return _by_letters(sorted(implemented, key=lambda selector: (-implemented[selector], selector)))


def _by_letters(names: Sequence[str]) -> Spelled:
    found = defaultdict[str, list[str]](list)
    for name in names:
        found[_letters(name)].append(name)
    return found


def _letters(name: str) -> str:
    return name.lower().replace(":", "")


def _nearest(names: Spelled, word: str) -> str | None:
    wanted = _letters(word)
    if wanted in names:
        return names[wanted][0]
    if len(wanted) < _FEWEST:
        return None
    # Who mistypes a name seldom mistypes how it begins.
    like = [name for name in names if name[:1] == wanted[:1] and abs(len(name) - len(wanted)) <= _LONGER]
    near = difflib.get_close_matches(wanted, like, n=1, cutoff=_ALIKE)
    return names[near[0]][0] if near else None
