"""The extremes of a package: its largest class, its longest method, the method that branches most.

What: of all classes of one category, and of all their methods, the first with the highest figure.
Why: a review of a package begins where it is densest.
Question: Where would you begin a review of 'Bp-Rights'?
Answer: `BpRight` (Rights/BpRight.st:3) is the largest of the 14 classes of 'Bp-Rights' in the indexed code: 45 methods with 263 lines. ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import cited, group_of, method_table, methods_claim, pick, question
from datagen.generators import generator
from datagen.metrics import branches_of, lines_of
from datagen.packages import packages_led_by
from datagen.phrase import MOST_SHOWN, counted, number, ticked
from datagen.sample import Claim, Sample
from datagen.subject import class_source, method_source, place
from stparse.index.classtable import path_of
from stparse.index.model import IndexedClass, MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.extremes"
ASKED = (
    "What are the extremes of '{p}': its largest class, its longest method?",
    "Where would you begin a review of '{p}'?",
    "Which class of '{p}' is the largest, and which method the longest?",
    "Which class of '{p}' has most methods, and which method there branches most?",
    "Where is '{p}' densest?",
)
FEWEST = 3


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the extremes of each category in which this class is the first by name, if all of its methods are readable."""
    for category, classes in packages_led_by(index, name):
        names = [path_of(definition.qualified)[-1] for definition in classes]
        tables = {short: list(method_table(index, short).values()) for short in names if group_of(index, short) is not None}
        methods = [method for table in tables.values() for method in table]
        if FEWEST <= len(classes) == len(tables) <= MOST_SHOWN and methods and all(method.parsed for method in methods):
            yield _sample(index, random, category, dict(zip(names, classes, strict=True)), tables)


def _sample(
    index: CodeIndex, random: Random, category: str, classes: dict[str, IndexedClass], tables: dict[str, list[MethodDef]]
) -> Sample:
    largest = max(tables, key=lambda short: len(tables[short]))
    methods = [method for table in tables.values() for method in table]
    longest = max(methods, key=lines_of)
    most = max(methods, key=lambda method: branches_of(index, method))
    figures = len(tables[largest]), sum(map(lines_of, tables[largest]))
    branches = branches_of(index, most)
    densest, often = ([most], [branches]) if branches > 1 else ([], [])
    members = " ".join(classes)
    claims = [
        Claim("largest class", category, (largest,), (place(classes[largest]),), figures, count=len(classes), detail=members),
        methods_claim("longest method", category, index, [longest], [lines_of(longest)], detail=members),
        methods_claim("most branches", category, index, densest, often, detail=members),
    ]
    sources = [class_source(classes[largest]), method_source(longest), method_source(most)]
    answer = f"{_largest(category, claims[0])} {_densest(index, longest, most, branches)}"
    return question(KIND, pick(random, ASKED, p=category), answer, claims, sources, index)


def _largest(category: str, claim: Claim) -> str:
    methods, lines = claim.numbers
    among = f"is the largest of the {number(claim.count)} classes of '{category}' in the indexed code"
    return f"{ticked(claim.names[0])} ({claim.places[0]}) {among}: {counted(methods, 'method')} with {counted(lines, 'line')}."


def _densest(index: CodeIndex, longest: MethodDef, most: MethodDef, branches: int) -> str:
    long = f"The longest method is {cited(index, longest)} with {counted(lines_of(longest), 'line')}"
    if branches < 2:
        return f"{long}. None of the methods branches more than once."
    at = "the same one" if most is longest else cited(index, most)
    return f"{long}; most branches, loops and handlers are in {at}: {number(branches)}."
