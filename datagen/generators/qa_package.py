"""Which classes are in a package.

What: the classes of one category (package, application), by name.
Why: packages are how a house divides its code; who looks for a place for a new class reads them first.
Question: Which classes are in 'Bp-Rights'?
Answer: Nine classes are in the category 'Bp-Rights' in the indexed code: - `BpBarterRight` (Rights/BpRight.st:21) - ...
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from random import Random

from datagen.answers import list_traits, pick, question
from datagen.generators import generator
from datagen.phrase import MOST_SHOWN, bullets, capitalised, counted, ticked
from datagen.sample import Claim, Sample
from datagen.subject import class_shown, class_source, place
from stparse.index.classtable import path_of
from stparse.index.model import IndexedClass
from stparse.index.query import CodeIndex

KIND = "qa.package"
ASKED = (
    "Which classes are in '{p}'?",
    "What belongs to the package '{p}'?",
    "List the classes of the category '{p}'.",
    "What is in '{p}'?",
    "I am looking around in '{p}'. Which classes does it define?",
)


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the classes of each category in which this class is the first by name."""
    for category, classes in _categories(index).items():
        if path_of(classes[0].qualified)[-1] == name:
            yield _sample(index, random, category, classes)


@lru_cache(maxsize=2)
def _categories(index: CodeIndex) -> dict[str, list[IndexedClass]]:
    """Answer the classes of each category by name, each once."""
    found: dict[str, dict[str, IndexedClass]] = {}
    for definition in index.classes():
        if definition.category and "`" not in definition.category and "'" not in definition.category:
            found.setdefault(definition.category, {}).setdefault(definition.qualified, definition)
    return {category: sorted(of_it.values(), key=_by_name) for category, of_it in found.items()}


def _by_name(definition: IndexedClass) -> tuple[str, tuple[str, ...]]:
    path = path_of(definition.qualified)
    return path[-1], path


def _sample(index: CodeIndex, random: Random, category: str, classes: list[IndexedClass]) -> Sample:
    n = len(classes)
    names = [class_shown(index, c.qualified) for c in classes[:MOST_SHOWN]]
    places = [place(c) for c in classes[:MOST_SHOWN]]
    claim = Claim("package", category, tuple(names), tuple(places), count=n)
    lines = [f"{ticked(shown)} ({where})" for shown, where in zip(names, places, strict=True)]
    if n == 1:
        answer = f"Only {lines[0]} is in the category '{category}' in the indexed code."
    else:
        head = f"{capitalised(counted(n, 'class', 'classes'))} are in the category '{category}' in the indexed code:"
        answer = f"{head}\n{bullets(lines, n)}"
    sources = [class_source(c) for c in classes[:MOST_SHOWN]]
    return question(KIND, pick(random, ASKED, p=category), answer, [claim], sources, index, list_traits(n))
