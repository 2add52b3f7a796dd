"""Which existing classes are nearest to a described one, and what all of them define.

What: from the first sentences of a class comment, without its name, to its superclass and siblings and what these share, or to its package.
Why: who plans a class must know what is there already, beside what it belongs, and what it must then have.
Question: Is there already something like this: "What is due to a broadcaster for a barter spot."?
Answer: `BpBarterRight` (Rights/BpRight.st:21) is described so. ... `BpRight` has five direct subclasses in the indexed code: ...
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random

from datagen.abstract import abstract_of
from datagen.answers import group_of, method_sources, pick, question
from datagen.family import FEWEST, family_of, shared_by, short
from datagen.generators import generator
from datagen.kinship import MOST_NAMED, family_claims, family_said, members_said
from datagen.nearest import (
    FEWEST_WORDS,
    Words,
    is_nearest,
    is_nearest_package,
    keys_in,
    ranked,
    searched,
    telling_words,
    words_of_classes,
)
from datagen.packages import packages_of
from datagen.phrase import MOST_SHOWN, bullets, capitalised, counted, number, sentences, ticked, ticks, verb
from datagen.purpose import purpose_in
from datagen.sample import Claim, Sample, Source
from datagen.subject import class_source, place
from stparse.index.classtable import path_of
from stparse.index.model import IndexedClass
from stparse.index.query import CodeIndex

KIND = "qa.nearest"
PLACED = (
    "Is there already something like this?\n\n> {d}",
    "Which of our classes come nearest to this description?\n\n> {d}",
    "We plan a class with this comment. Beside which existing ones would it stand?\n\n> {d}",
    "Find the place in our design for this, and the classes that are like it.\n\n> {d}",
    "I want to write a class that is described like this. Where does it belong?\n\n> {d}",
)
ASKED = (
    *PLACED,
    "What must a class have that is described like this? Look at those that are like it.\n\n> {d}",
    "Which of our classes are nearest to this description, and what do all of them define?\n\n> {d}",
)
Said = tuple[str, list[Claim], list[Source]]
_NAMED = re.compile(r"#?\w*[a-z]\w*[A-Z]\w*|#\w+")


@generator(KIND, over="classes", rare=True)
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the family of a class, or else its package, by its comment, where words and search lead there even without the class."""
    group = group_of(index, name)
    definition = group.definitions[0] if group is not None and len(group.definitions) == 1 else None
    if definition is None or not definition.superclass:
        return
    head = path_of(definition.superclass)[-1]
    kept = _description(index, definition, (name, head))
    description, words = " ".join(kept), words_of_classes(index)
    telling = telling_words(words, description)
    if len(telling) < FEWEST_WORDS or _is_said_by_others(words, name, kept):
        return
    found = _Found(index, name, definition, description, tuple(telling.values()), ranked(words, telling, name))
    family = _family(index, words, found, head)
    said = family or _package(index, words, found, head)
    if said is not None:
        yield question(KIND, pick(random, ASKED if family else PLACED, d=description), *said, index)


@dataclass(frozen=True)
class _Found:
    """The class that is described, the words that tell, and the classes to which these and the search of the index lead first."""

    index: CodeIndex
    name: str
    definition: IndexedClass
    description: str
    telling: tuple[str, ...]
    counted: list[str]

    def ways(self) -> Iterator[list[str]]:
        """Yield both, the one that costs more last."""
        yield self.counted
        yield self.searched

    @cached_property
    def searched(self) -> list[str]:
        # A search costs more than all the rest: it is made only where everything else is right.
        return searched(self.index, self.description, self.name)

    @property
    def why(self) -> str:
        return f"Of the other classes, those with most of {ticks(self.telling)} in names, selectors or comments"

    @property
    def described(self) -> str:
        return f"{ticked(self.name)} ({place(self.definition)}) is described so, by its class comment"


def _family(index: CodeIndex, words: Words, found: _Found, head: str) -> Said | None:
    """Answer what is said of the siblings of the class, where both ways lead to them, and they have something in common."""
    family = family_of(index, head) if is_nearest(words, found.counted, head) else None
    if family is None or found.name not in family.names:
        return None
    shared = shared_by(index, family, abstract_of(index, [head, *family.above]))
    if not shared or len(shared) > MOST_SHOWN or not is_nearest(words, found.searched, head):
        return None
    mine = sorted(one for one in found.counted if one == head or words.homes.get(one) == head)
    nearest = Claim("nearest", " ".join(found.telling), (found.name, head), count=words.classes, detail=" ".join(mine))
    sources = [class_source(found.definition), class_source(family.head.definitions[0]), *map(class_source, family.siblings[:MOST_NAMED])]
    sources += method_sources([one.example for one in shared])
    why = f"{found.why} lead there too: {ticks(mine)}."
    answer = "\n\n".join((f"{found.described}. {family_said(family, head)}", members_said(index, family, shared), why))
    return answer, [nearest, *family_claims(family, head, shared)], sources


def _package(index: CodeIndex, words: Words, found: _Found, head: str) -> Said | None:
    """Answer what is said of the package of the class, where both ways lead there."""
    category = found.definition.category or ""
    classes = packages_of(index).get(category, [])
    if len(classes) < FEWEST or not all(is_nearest_package(words, led, category) for led in found.ways()):
        return None
    beside = [one for one in classes if one.superclass and path_of(one.superclass)[-1] == head and short(one) != found.name]
    mine = sorted(one for one in found.counted if words.packages.get(one) == category)
    lines = [f"{ticked(short(one))} ({place(one)})" for one in beside[:MOST_SHOWN]]
    others = capitalised(counted(len(beside), "other class", "other classes"))
    siblings = f"{others} there {verb(len(beside), 'inherit')} directly from {ticked(head)} too"
    siblings = f"{siblings}:\n{bullets(lines, len(beside))}" if beside else f"No other class there inherits directly from {ticked(head)}."
    among = f"a subclass of {ticked(head)} in the category '{category}', one of {number(len(classes))} classes there in the indexed code"
    answer = f"{found.described}: {among}. {siblings}\n\n{found.why} are in that category too: {ticks(mine)}."
    nearest = Claim("nearest package", " ".join(found.telling), (found.name,), count=words.classes, detail=" ".join(mine))
    shown = beside[:MOST_SHOWN]
    kin = Claim("beside", found.name, tuple(map(short, shown)), tuple(map(place, shown)), (len(classes),), len(beside), detail=head)
    return answer, [nearest, kin], [class_source(found.definition), *map(class_source, shown)]


def _description(index: CodeIndex, definition: IndexedClass, names: tuple[str, str]) -> list[str]:
    """Answer the sentences that say what a class is for, without those that name it, its superclass, or what only it has of a program."""
    said = purpose_in(definition.comment or "", definition.dialect) or ""
    words = words_of_classes(index)
    naming = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})s?(?!\w)", re.IGNORECASE)
    kept = []
    for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z\"'])", sentences(said, 3)):
        alone = any(words.holding(key) < 2 for word in _NAMED.findall(sentence) for key in keys_in(word))
        if not alone and not naming.search(sentence):
            kept.append(sentence)
    return kept


def _is_said_by_others(words: Words, name: str, kept: list[str]) -> bool:
    """Whether the comment of another class says all of this, too: what two classes say of themselves means neither."""
    first, *rest = kept
    return any(first in comment and all(one in comment for one in rest) for other, comment in words.said if other != name)
