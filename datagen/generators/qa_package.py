"""Which classes are in a package.

What: the classes of one category (package, application), by name.
Why: packages are how a house divides its code; who looks for a place for a new class reads them first.
Question: Which classes are in 'Bp-Rights'?
Answer: Nine classes are in the category 'Bp-Rights' in the indexed code: - `BpBarterRight` (Rights/BpRight.st:21) - ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import list_traits, pick, question
from datagen.generators import generator
from datagen.packages import packages_led_by
from datagen.phrase import MOST_SHOWN, bullets, capitalised, counted, ticked
from datagen.sample import Claim, Sample
from datagen.subject import class_shown, class_source, place
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


@generator(KIND, over="classes", rare=True)
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the classes of each category in which this class is the first by name."""
    for category, classes in packages_led_by(index, name):
        # `ManifestJobs` alone in 'Jobs-Manifest': the name of the category is the answer.
        if len(classes) > 1 or category.rpartition("-")[2] not in name:
            yield _sample(index, random, category, classes)


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
