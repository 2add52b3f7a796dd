"""Search by words: BM25 over the terms of all passages, then the best of them ranked by what BM25 cannot see.

Frequent terms say little and cost most: passages are fetched by the rarest terms of a question, and ranked by all of them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from retrieval.library import WEIGHTS, Library, Shelved
from retrieval.passage import Passage, Words, class_passage, method_passage
from retrieval.words import question_terms
from stparse.index.query import CodeIndex

CANDIDATES = 100
"""So many passages are fetched by BM25 and ranked again."""
MOST_POSTINGS = 5_000
"""Terms are fetched by, the rarest first, until they stand in so many passages together."""
MOST_TERMS = 64
"""Of a longer question, a file that somebody pasted, the rarest terms are asked."""
_K1, _B = 1.2, 0.75


@dataclass(frozen=True, slots=True)
class Ranking:
    """What the score of a passage is made of, each between 0 and 1; the weights were fitted on code bases that no figure is reported of.

    `base`: BM25, against the best. `named`: how much of its name stands in the question. `covered`: how much of the question, by the
    rarity of its terms, stands in the passage. `of_class` and `of_package`: how well the class and the package it is in fit.
    """

    base: float = 5.5
    named: float = 2.0
    covered: float = 1.9
    of_class: float = 1.6
    of_package: float = 1.1


class Search:
    """Finds passages by the words of a question."""

    def __init__(self, index: CodeIndex, library: Library, ranking: Ranking | None = None) -> None:
        self._index, self._library, self._ranking = index, library, ranking or Ranking()

    def __call__(self, question: str, most: int = 10) -> list[Passage]:
        """Answer the passages that fit best, the best first; those in documents too."""
        wanted = list(dict.fromkeys(question_terms(question)))
        if not wanted:
            return []
        common = self._library.frequencies(wanted)
        rare = sorted(common, key=lambda term: (common[term], term))[:MOST_TERMS]
        fetched = self._library.shelved(number for number, _ in self._library.best(_affordable(rare, common), CANDIDATES))
        idf = {term: math.log(1 + (self._library.passages - common[term] + 0.5) / (common[term] + 0.5)) for term in rare}
        scores = self._scores(fetched, idf)
        best = sorted(scores, key=lambda number: -scores[number])[:most]
        ordered = sorted(self.passages(best).values(), key=lambda one: (-round(scores[one.id], 9), one.file, one.line, one.id))
        return [one.because("words", score=round(scores[one.id], 6)) for one in ordered]

    def passages(self, ids: Iterable[int]) -> dict[int, Passage]:
        """Answer the passages with these ids; one that the index no longer has is left out."""
        wanted = set(ids)
        found = self._library.documents(wanted)
        found |= {method.id: method_passage(method) for method in self._index.methods_with(wanted - found.keys())}
        rest = wanted - found.keys()
        defined = self._index.class_table.by_id
        return found | {number: class_passage(defined[number]) for number in rest if number in defined}

    def _scores(self, found: Mapping[int, Shelved], idf: Mapping[str, float]) -> dict[int, float]:
        hits = {number: _hits(one.words, idf) for number, one in found.items()}
        base = {number: _bm25(hits[number], one.words, idf, self._library.mean_length) for number, one in found.items()}
        best, mass = max(base.values(), default=0.0) or 1.0, sum(idf.values()) or 1.0
        classes, packages = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list)
        for number, one in found.items():
            classes[one.class_name].append(base[number] / best)
            packages[one.package].append(base[number] / best)
        of_class = {name: _mean_of_best(values, 3) for name, values in classes.items()}
        of_package = {name: _mean_of_best(values, 5) for name, values in packages.items()}
        share = self._ranking
        return {
            number: share.base * base[number] / best
            + share.named * len([term for term in one.words.named if term in idf]) / max(1, len(one.words.named))
            + share.covered * sum([idf[term] for term in hits[number]]) / mass
            + share.of_class * of_class[one.class_name]
            + share.of_package * of_package[one.package]
            for number, one in found.items()
        }


def _affordable(rare: Sequence[str], common: Mapping[str, int]) -> list[str]:
    taken, postings = list[str](), 0
    for term in rare:
        postings += common[term]
        if taken and postings > MOST_POSTINGS:
            break
        taken.append(term)
    return taken


def _hits(words: Words, idf: Mapping[str, float]) -> dict[str, float]:
    """Answer the terms of a question that stand in a passage, and how often, each place with its weight."""
    counts: dict[str, float] = {}
    for part, weight in zip(words, WEIGHTS, strict=True):
        for term in [term for term in part if term in idf]:
            counts[term] = counts.get(term, 0.0) + weight
    return counts


def _bm25(hits: Mapping[str, float], words: Words, idf: Mapping[str, float], mean_length: float) -> float:
    """Answer how well a passage fits all terms of a question, as FTS5 reckons it for those that it was asked."""
    norm = _K1 * (1 - _B + _B * sum(map(len, words)) / mean_length)
    return sum([idf[term] * count * (_K1 + 1) / (count + norm) for term, count in hits.items()])


def _mean_of_best(values: list[float], most: int) -> float:
    return sum(sorted(values, reverse=True)[:most]) / most
