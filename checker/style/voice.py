"""How certain a rule must be before `check` speaks of it, chosen so that few held-out methods of the house are found fault with."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress

from checker.conventions import CONVENTIONS
from checker.style.calibrate import quantile
from checker.style.corpus import Corpus
from checker.style.counts import upwards
from checker.style.folds import fold_of
from checker.style.rulebook import Names, Rulebook
from checker.style.rules import Rule

ALARMS = 0.05
"""Of the house's own methods at most so many may be found fault with."""

_AIM = 0.03
_USUAL = 0.95


def may_speak(rule: Rule) -> bool:
    """Answer whether a rule is certain enough that one deviation is worth a word."""
    return rule.share >= _USUAL and rule.lower >= CONVENTIONS[rule.code].voice


def voice_of(corpus: Corpus, books: Sequence[Rulebook]) -> tuple[float, float | None]:
    """Answer how strong a rule must be to be spoken of, and the share of held-out methods that are found fault with.

    Each method is judged by the book of the other folds; the share in a fold is measured with the strength that the other folds ask for.
    """
    breaks = worst_breaks(corpus, books)
    if not all(breaks):
        return 1.0, None
    alarms = 0
    for held, values in enumerate(breaks):
        strength = _strength([value for fold, others in enumerate(breaks) if fold != held for value in others])
        alarms += sum(value >= strength for value in values)
    everywhere = [value for values in breaks for value in values]
    return _strength(everywhere), alarms / len(everywhere)


def worst_breaks(corpus: Corpus, books: Sequence[Rulebook]) -> list[list[float]]:
    """Answer for the methods of each fold how strong the strongest rule of the other folds is that they break; 0 for none."""
    speaking = {rule.context for book in books for rule in book.in_force if may_speak(rule)}
    # Most contexts have no rule that may speak.
    asked = [any(one in speaking for one in upwards(text)) for text in corpus.texts]
    known: dict[tuple[str, str, int], tuple[frozenset[str], float]] = {}
    found: list[list[float]] = [[] for _ in books]
    texts, folds = corpus.texts, _Folds()
    for owner in corpus.methods():
        fold = folds[owner.class_key]
        first, last = corpus.ranges[owner.id]
        worst = 0.0
        contexts = corpus.contexts[first:last]
        for context, value in compress(zip(contexts, corpus.values[first:last], strict=True), map(asked.__getitem__, contexts)):
            key = owner.class_key, owner.package, context
            if key not in known:
                known[key] = _asked(books[fold], texts[context], Names(owner.class_key, owner.root, owner.package))
            allowed, lower = known[key]
            if lower > worst and texts[value] not in allowed:
                worst = lower
        found[fold].append(worst)
    return found


class _Folds(dict[str, int]):
    def __missing__(self, name: str) -> int:
        self[name] = fold = fold_of(name)
        return fold


def _asked(book: Rulebook, context: str, names: Names) -> tuple[frozenset[str], float]:
    """Answer the values that are not found fault with, and how strong the rule is; 0 where none may speak."""
    rule = book.decide(context, names)
    if rule is None or not may_speak(rule):
        return frozenset(), 0.0
    return frozenset((rule.value, *CONVENTIONS[rule.code].tolerated)), rule.lower


def _strength(values: Sequence[float]) -> float:
    strength = max(quantile(values, 1 - _AIM), 1e-9)
    # Many methods can stand right at it: then only what is stronger is spoken of.
    return strength + 1e-9 if sum(value >= strength for value in values) > ALARMS * len(values) else strength
