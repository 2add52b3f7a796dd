"""Which family of classes is nearest to a description: by the words that few classes have, and by the search of the index."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log

from datagen.classfacts import short_of
from datagen.family import short
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered

MOST_WORDS, FEWEST_WORDS = 8, 3
FIRST, FEWEST_VOTES = 5, 2
MOST_HITS = 150
# Words that hold a sentence together, or stand in any, say nothing of its subject.
_BINDING = frozenset(
    ("about", "after", "again", "along", "already", "also", "although", "always", "another", "anything", "arises", "around",
     "away", "because", "been", "before", "being", "below", "beside", "besides", "between", "beyond", "both", "bring", "brings",
     "charge", "class", "clear", "come", "comes", "could", "dealing", "deals", "describe", "detailed", "different", "directly",
     "does", "done", "down", "during", "each", "easily", "easy", "either", "else", "enough", "even", "ever", "every", "everything",
     "exactly", "example", "except", "explanation", "fact", "first", "follow", "following", "follows", "found", "from", "given",
     "good", "great", "have", "held", "here", "hold", "holds", "however", "indeed", "instance", "instead", "into", "itself",
     "just", "keep", "keeps", "kind", "known", "last", "later", "least", "less", "like", "long", "look", "looking", "looks",
     "made", "make", "many", "mean", "means", "meant", "might", "more", "most", "mostly", "much", "must", "necessary", "need",
     "needed", "needs", "never", "none", "nothing", "often", "once", "ones", "only", "onto", "opposed", "other", "others",
     "otherwise", "over", "particular", "perhaps", "please", "possible", "quite", "rather", "really", "represent", "same", "seen",
     "sense", "several", "should", "similar", "simply", "since", "some", "something", "sometimes", "somewhere", "soon", "still",
     "stuff", "subclass", "such", "superclass", "sure", "take", "taken", "takes", "than", "that", "their", "them", "then", "there",
     "therefore", "these", "they", "thing", "things", "this", "those", "though", "through", "thus", "times", "together", "told",
     "toward", "under", "unless", "until", "upon", "used", "useful", "user", "using", "usual", "usually", "various", "very",
     "want", "ways", "well", "were", "what", "whatever", "when", "whenever", "where", "whether", "which", "while", "whole", "whom",
     "whose", "will", "wish", "with", "within", "without", "would", "your", "yours")
)  # fmt: skip
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PLAIN = frozenset(word.rstrip("s") for word in _BINDING)


@dataclass(frozen=True, slots=True)
class Words:
    """Which of all classes have a word in their names, variables, selectors or comments; of which class each is a subclass, its category.

    `said` is the comment of each definition that has one, in one line, with the short name of its class.
    """

    classes: int
    having: Mapping[str, frozenset[str]]
    homes: Mapping[str, str]
    packages: Mapping[str, str]
    said: tuple[tuple[str, str], ...]

    def holding(self, key: str) -> int:
        """Answer how many classes have a word."""
        return len(self.having.get(key, ()))


def keys_in(text: str) -> dict[str, str]:
    """Answer the words of at least four letters in a text, each by what it is counted as: without capitals and a plural's s."""
    found: dict[str, str] = {}
    for word in _WORD.findall(text):
        if len(word) > 3:
            found.setdefault(word.lower().rstrip("s"), word)
    return found


@remembered(2)
def words_of_classes(index: CodeIndex) -> Words:
    """Answer the words of all classes that the code base defines."""
    having: dict[str, set[str]] = {}
    homes: dict[str, str] = {}
    packages: dict[str, str] = {}
    comments = []
    for definition in index.classes():
        told = (definition.name, *definition.instance_variables, *definition.class_variables, definition.comment or "")
        for key in keys_in(" ".join(told)):
            having.setdefault(key, set()).add(short(definition))
        if definition.comment:
            comments.append((short(definition), " ".join(definition.comment.split())))
        if definition.superclass:
            homes.setdefault(short(definition), short_of(definition.superclass))
        packages.setdefault(short(definition), definition.category or "")
    for outline in index.outlines():
        name = short_of(outline.class_name)
        if name in packages:
            for key in keys_in(outline.selector):
                having.setdefault(key, set()).add(name)
    return Words(len(packages), {key: frozenset(names) for key, names in having.items()}, homes, packages, tuple(comments))


def telling_words(words: Words, description: str) -> dict[str, str]:
    """Answer the words of a description that fewest classes have, of those that two or more have, but not a fifth of all."""
    known = [key for key in keys_in(description) if key not in _PLAIN and 2 <= words.holding(key) <= words.classes / 5]
    spelled = keys_in(description)
    apart = [key for key in known if re.search(rf"(?<![\w.]){spelled[key]}(?![\w:])", description)]
    return {key: spelled[key] for key in sorted(apart, key=lambda key: (words.holding(key), key))[:MOST_WORDS]}


def ranked(words: Words, keys: Iterable[str], but: str) -> list[str]:
    """Answer the classes that have most of these words, a rare one counting more; one class is left out."""
    scores: dict[str, float] = {}
    for key in keys:
        weight = log(words.classes / words.holding(key))
        for name in words.having[key]:
            scores[name] = scores.get(name, 0.0) + weight
    best = sorted((name for name in scores if name != but), key=lambda name: (-round(scores[name], 9), name))
    return best[:FIRST]


def searched(index: CodeIndex, description: str, but: str) -> list[str]:
    """Answer the classes that the search of the index finds first for a description; one class is left out.

    Words that say nothing of a subject are not looked for: half of all methods have one of them.
    """
    found: dict[str, None] = {}
    wanted = " ".join(word for key, word in keys_in(description).items() if key not in _PLAIN)
    for hit in index.search(wanted, MOST_HITS):
        name = hit.method.class_name if hit.method is not None else hit.class_def.name if hit.class_def is not None else but
        found.setdefault(short_of(name))
    return [name for name in found if name != but][:FIRST]


def is_nearest(words: Words, classes: Iterable[str], head: str) -> bool:
    """Whether most of these classes, and at least two, are this one or its direct subclasses; no other family has as many."""
    return _is_first(Counter(head if name == head else words.homes.get(name, "") for name in classes), head)


def is_nearest_package(words: Words, classes: Iterable[str], category: str) -> bool:
    """Whether most of these classes, and at least two, are in this category; no other has as many."""
    return _is_first(Counter(words.packages.get(name, "") for name in classes), category)


def _is_first(votes: Counter[str], home: str) -> bool:
    mine = votes.pop(home, 0)
    return mine >= FEWEST_VOTES and all(n < mine for n in votes.values())
