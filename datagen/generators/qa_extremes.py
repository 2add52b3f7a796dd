"""The extremes of a package: its largest class, its longest method, the method that branches most.

What: of all classes of one category, and of all their methods, the first with the highest figure.
Why: a review of a package begins where it is densest.
Question: Where would you begin a review of 'Bp-Rights'?
Answer: `BpRight` (Rights/BpRight.st:3) is the largest of the 14 classes of 'Bp-Rights' in the indexed code: 45 methods with 263 lines. ...
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
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
    "Which are the heaviest parts of '{p}'?",
)
FEWEST, SHORTEST = 3, 6
"""Fewer classes have no extremes, and no longer method is worth a question."""


@generator(KIND, over="classes", rare=True)
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the extremes of each category in which this class is the first by name, if all of its methods are readable."""
    for category, classes in packages_led_by(index, name):
        names = [path_of(definition.qualified)[-1] for definition in classes]
        tables = {short: list(method_table(index, short).values()) for short in names if group_of(index, short) is not None}
        methods = [method for table in tables.values() for method in table]
        if not FEWEST <= len(classes) == len(tables) <= MOST_SHOWN or not all(method.parsed for method in methods):
            continue
        sizes = sorted(map(len, tables.values()))
        if sizes[-1] > sizes[-2] and max(map(lines_of, methods)) >= SHORTEST:
            yield _sample(index, random, category, dict(zip(names, classes, strict=True)), tables)


def _sample(
    index: CodeIndex, random: Random, category: str, classes: dict[str, IndexedClass], tables: dict[str, list[MethodDef]]
) -> Sample:
    largest = max(tables, key=lambda short: len(tables[short]))
    methods = [method for table in tables.values() for method in table]
    lines, branches = [lines_of(method) for method in methods], [branches_of(index, method) for method in methods]
    longest, most = methods[lines.index(max(lines))], methods[branches.index(max(branches))]
    figures = len(tables[largest]), sum(map(lines_of, tables[largest]))
    members = " ".join(classes)
    long = methods_claim("longest method", category, index, [longest], [max(lines)], detail=members)
    dense = methods_claim("most branches", category, index, [most], [max(branches)], detail=members)
    claims = [
        Claim("largest class", category, (largest,), (place(classes[largest]),), figures, count=len(classes), detail=members),
        replace(long, count=lines.count(max(lines))),
        replace(dense, count=branches.count(max(branches))) if max(branches) > 1 else Claim("most branches", category, detail=members),
    ]
    sources = [class_source(classes[largest]), method_source(longest), method_source(most)]
    answer = f"{_largest(category, claims[0])} {_densest(index, longest, most, claims)}"
    return question(KIND, pick(random, ASKED, p=category), answer, claims, sources, index)


def _largest(category: str, claim: Claim) -> str:
    methods, lines = claim.numbers
    among = f"is the largest of the {number(claim.count)} classes of '{category}' in the indexed code"
    return f"{ticked(claim.names[0])} ({claim.places[0]}) {among}: {counted(methods, 'method')} with {counted(lines, 'line')}."


def _densest(index: CodeIndex, longest: MethodDef, most: MethodDef, claims: list[Claim]) -> str:
    at, length = cited(index, longest), counted(claims[1].numbers[0], "line")
    long = f"The longest method is {at} with {length}" if claims[1].count == 1 else f"No method is longer than {at} with {length}"
    if not claims[2].names:
        return f"{long}. None of the methods branches more than once."
    again, at = most is longest, cited(index, most)
    if claims[2].count == 1:
        dense = f"most branches, loops and handlers are in {'the same one' if again else at}"
    else:
        dense = f"none has more branches, loops and handlers than {'it' if again else at}"
    return f"{long}; {dense}: {number(claims[2].numbers[0])}."
