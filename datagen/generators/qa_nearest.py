"""Which existing classes are nearest to a described one, and what all of them define.

What: from the first sentences of a class comment, without its name, to its superclass, package and siblings, and what these share.
Why: who plans a class must know what is there already, beside what it belongs, and what it must then have.
Question: Is there already something like this: "What is due to a broadcaster for a barter spot."?
Answer: `BpBarterRight` (Rights/BpRight.st:21) is described so. ... `BpRight` has five direct subclasses in the indexed code: ...
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from datagen.abstract import abstract_of
from datagen.answers import group_of, method_sources, pick, question
from datagen.family import family_of, shared_by, short
from datagen.generators import generator
from datagen.kinship import MOST_NAMED, family_claims, family_said, members_said
from datagen.nearest import FEWEST_WORDS, is_nearest, keys_in, ranked, searched, telling_words, words_of_classes
from datagen.phrase import MOST_SHOWN, sentences, ticked, ticks
from datagen.purpose import purpose_in
from datagen.sample import Claim, Sample
from datagen.subject import class_source, place
from stparse.index.classtable import path_of
from stparse.index.model import IndexedClass
from stparse.index.query import CodeIndex

KIND = "qa.nearest"
ASKED = (
    "Is there already something like this?\n\n> {d}",
    "I want to write a class that is described like this. Where does it belong, and what must it have?\n\n> {d}",
    "Which of our classes come nearest to this description, and what do all of them define?\n\n> {d}",
    "We plan a class with this comment. Beside which existing ones would it stand?\n\n> {d}",
    "Find the place in our design for this, and the classes that are like it.\n\n> {d}",
)
_NAMED = re.compile(r"#?\w*[a-z]\w*[A-Z]\w*|#\w+")


@generator(KIND, over="classes", rare=True)
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the family of a class by its comment, where its words and the search of the index lead to it even without the class."""
    group = group_of(index, name)
    definition = group.definitions[0] if group is not None and len(group.definitions) == 1 else None
    if definition is None or not definition.superclass:
        return
    head = path_of(definition.superclass)[-1]
    description = _description(index, definition, (name, head))
    family = family_of(index, head) if description else None
    if description is None or family is None or name not in family.names:
        return
    words = words_of_classes(index)
    telling = telling_words(words, description)
    first = ranked(words, telling, name) if len(telling) >= FEWEST_WORDS else []
    if not is_nearest(words, first, head) or not is_nearest(words, searched(index, description, name), head):
        return
    shared = shared_by(index, family, abstract_of(index, [head, *family.above]))
    if not shared or len(shared) > MOST_SHOWN:
        return
    mine = sorted(one for one in first if one == head or words.homes.get(one) == head)
    about = f"{ticked(name)} ({place(definition)}) is described so, by its class comment. {family_said(family, head)}"
    why = (
        f"Of the other classes, those with most of {ticks(telling.values())} in names, selectors or comments lead there too: {ticks(mine)}."
    )
    claims = [
        Claim("nearest", " ".join(telling.values()), (name, head), count=len(words.of), detail=" ".join(mine)),
        *family_claims(family, head, shared),
    ]
    sources = [class_source(definition), class_source(family.head.definitions[0]), *map(class_source, family.siblings[:MOST_NAMED])]
    sources += method_sources([one.example for one in shared])
    answer = "\n\n".join((about, members_said(index, family, shared), why))
    yield question(KIND, pick(random, ASKED, d=description), answer, claims, sources, index)


def _description(index: CodeIndex, definition: IndexedClass, names: tuple[str, str]) -> str | None:
    """Answer what a class is for without the sentences that name it, its superclass, or something of a program that only it has."""
    said = purpose_in(definition.comment or "", definition.dialect) or ""
    having = words_of_classes(index).having
    naming = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})s?(?!\w)", re.IGNORECASE)
    kept = []
    for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z\"'])", sentences(said, 3)):
        alone = any(having.get(key, 0) < 2 for word in _NAMED.findall(sentence) for key in keys_in(word))
        if not alone and not naming.search(sentence):
            kept.append(sentence)
    return " ".join(kept) if kept and not any(all(one in other for one in kept) for other in _comments(index, names[0])) else None


def _comments(index: CodeIndex, name: str) -> Iterator[str]:
    """Yield the comments of the other classes: what two classes say of themselves means neither."""
    for definition in index.classes():
        if definition.comment and short(definition) != name:
            yield " ".join(definition.comment.split())
