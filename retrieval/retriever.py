"""Finds what a question is about: frames of a walkback, what the index knows of the names, and passages with its words, in one order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.frames import Walkback, walkback_in, without_frames
from retrieval.library import Library
from retrieval.lookup import Fact, asked_kinds, facts_of
from retrieval.names import Names, names_in
from retrieval.passage import Passage, method_passage
from retrieval.search import Search
from retrieval.words import question_terms, terms
from stparse.index.query import CodeIndex

if TYPE_CHECKING:
    # numpy is read by who has vectors.
    from retrieval.vectors import Vectors

LONGEST = 20_000
"""Of a longer question only the beginning is read."""
_RANK = 60
"""Reciprocal rank fusion (Cormack, Clarke, Buettcher 2009): a list gives its n-th passage weight / (60 + n)."""
_FRAME, _DEFINED, _ASKED, _FOUND, _MEANT, _BESIDE = 4.0, 1.5, 2.0, 1.0, 1.0, 0.4
"""The weights of the lists: frames, definitions of names, facts that the question asks for, words, meaning, and other facts."""
# With names marked as code beside them, these verbs say what of the names is asked for, and are looked for nowhere.
_VERBS = re.compile(r"\b(?:uses?|used|using|calls?|called|sends?|sent|implements?|implemented|overrides?|overridden)\b", re.IGNORECASE)
_ASIDE, _SUBJECT = 0.25, 1 / 3
"""Facts weigh so much where names are less than this share of the question's terms: there a name is only spoken of."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was found: the names of the question, the facts about them, the walkback in it, and all passages in one order."""

    question: str
    names: Names
    facts: tuple[Fact, ...]
    walkback: Walkback | None
    passages: tuple[Passage, ...]


class Retriever:
    """Finds passages for questions in the library of an index, by their words, and by their meaning where there are `vectors`."""

    def __init__(self, index: CodeIndex, library: Library, vectors: Vectors | None = None) -> None:
        self._index, self._search = index, Search(index, library)
        self._library, self._vectors = library, vectors

    @property
    def identity(self) -> dict[str, object]:
        """What decides the passages, besides the question."""
        told: dict[str, object] = {"kind": "words and look-ups", "library": self._library.digest}
        return told if self._vectors is None else {**told, "encoder": self._vectors.identity}

    def find(self, question: str, most: int) -> Sequence[Passage]:
        """Answer at most so many passages for a question, the best first."""
        return self(question, most).passages

    def __call__(self, question: str, most: int = 10) -> Retrieved:
        """Answer what is found for a question, at most so many passages."""
        question = question[:LONGEST]
        walkback = walkback_in(self._index, question)
        said = without_frames(question) if walkback is not None else question
        names = names_in(self._index, said)
        for written, meant in names.read_as:
            said = said.replace(written, meant)
        facts = tuple(facts_of(self._index, said, names))
        asked = asked_kinds(said)
        sure = 1.0 if _is_about(said, names) else _ASIDE
        words = _VERBS.sub(" ", said) if names.marked else said
        lists: list[tuple[float, Sequence[Passage]]] = [(_FOUND, self._search(words, max(most, 50)))]
        # Where names are asked about, what only means something like them pushes the answers down (LOG.md).
        if self._vectors is not None and sure < 1.0:
            lists.append((_MEANT, self._meant(self._vectors, said, max(most, 50))))
        for fact in facts:
            weight = _ASKED if fact.kind in asked else _DEFINED if fact.kind == "definition" else _BESIDE
            lists.append((weight * sure, fact.passages))
        if walkback is not None:
            own = [method_passage(frame.method).because("frame") for frame in walkback.own if frame.method is not None]
            lists += [(_FRAME, own), (_ASKED, walkback.nearest)]
        return Retrieved(question, names, facts, walkback, tuple(fused(lists, most)))

    def _meant(self, vectors: Vectors, question: str, most: int) -> list[Passage]:
        likeness = vectors.best(question, most)
        found = self._search.passages(number for number, _ in likeness)
        return [found[number].because("meaning", score=round(value, 6)) for number, value in likeness if number in found]


def _is_about(question: str, names: Names) -> bool:
    """Whether a question is about the names in it."""
    named = set(terms(" ".join((*names.classes, *names.selectors, *names.variables, *names.packages, *names.symbols, *names.strings))))
    return names.marked or len(named) >= _SUBJECT * len(named.union(question_terms(question)))


def fused(lists: Sequence[tuple[float, Sequence[Passage]]], most: int) -> list[Passage]:
    """Answer at most so many passages of weighted lists in one order: each gets its share of every list that it stands in, and all
    their reasons."""
    scores: dict[tuple[str, int], float] = {}
    found: dict[tuple[str, int], Passage] = {}
    why: dict[tuple[str, int], tuple[str, ...]] = {}
    for weight, passages in lists:
        for rank, one in enumerate(passages, 1):
            key = one.kind, one.id
            scores[key] = scores.get(key, 0.0) + weight / (_RANK + rank)
            found.setdefault(key, one)
            why[key] = (*why.get(key, ()), *one.why)
    ordered = sorted(found, key=lambda key: (-round(scores[key], 12), found[key].file, found[key].line, key))
    return [found[key].because(*why[key], score=round(scores[key], 6)) for key in ordered[:most]]
