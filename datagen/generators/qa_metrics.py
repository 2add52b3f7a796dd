"""The size of a class, and where it is densest.

What: methods on each side, their lines, the superclasses in the index, the longest method and the one that branches most.
Why: the first figures of a review; the extremes are where it begins.
Question: How big is BpContract?
Answer: `BpContract` (Contracts/BpContract.st:3) has 14 instance and two class methods with 132 lines in the indexed code. ...
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from datagen.answers import (
    cited,
    group_of,
    indexed_ancestors,
    is_trait,
    method_table,
    methods_claim,
    pick,
    question,
    which_one,
)
from datagen.generators import generator
from datagen.metrics import branches_of, lines_of
from datagen.phrase import counted, listed, number, ticked
from datagen.sample import Claim, Sample
from datagen.subject import class_source, method_source, place
from stparse.index.classtable import ClassGroup
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.metrics"
ASKED = (
    "How big is {c}?",
    "Methods, lines, depth, complexity: what are the metrics of {c}?",
    "What is the longest method of {c}, and how large is the class as a whole?",
    "How many methods does {c} have, and which of them branches most?",
    "Which figures would you give in a review of {c}?",
)


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the figures of a class that has methods, all of them readable."""
    text = pick(random, ASKED, c=name)
    group = group_of(index, name)
    if is_trait(group):
        return
    if group is None:
        yield which_one(KIND, text, index, name)
        return
    methods = list(method_table(index, name).values())
    above = indexed_ancestors(index, group)
    if above is None or len(methods) < 2 or not all(method.parsed for method in methods):
        return
    lines = [lines_of(method) for method in methods]
    branches = [branches_of(index, method) for method in methods]
    longest, most = methods[lines.index(max(lines))], methods[branches.index(max(branches))]
    meta = sum(method.meta for method in methods)
    claims = [
        Claim("size", name, numbers=(len(methods) - meta, meta, sum(lines), len(above[0])), count=len(methods)),
        replace(methods_claim("longest", name, index, [longest], [max(lines)]), count=lines.count(max(lines))),
        methods_claim("branches", name, index, [], []),
    ]
    if max(branches):
        claims[2] = replace(methods_claim("branches", name, index, [most], [max(branches)]), count=branches.count(max(branches)))
    sources = [class_source(group.definitions[0]), method_source(longest), method_source(most)]
    yield question(KIND, text, _answer(index, name, group, claims, longest, most), claims, sources, index)


def _answer(index: CodeIndex, name: str, group: ClassGroup, claims: list[Claim], longest: MethodDef, most: MethodDef) -> str:
    own, meta, lines, depth = claims[0].numbers
    sides = [counted(own, "instance method")] * bool(own) + [counted(meta, "class method")] * bool(meta)
    size = f"{ticked(name)} ({place(group.definitions[0])}) has {listed(sides)} with {counted(lines, 'line')} in the indexed code"
    under = f"where {counted(depth, 'superclass') if depth else 'no superclass'} {'are' if depth > 1 else 'is'} above it"
    long = _longest(cited(index, longest), claims[1])
    if not claims[2].names:
        return f"{size}, {under}. {long} None of its methods branches."
    n, what = claims[2].numbers[0], "branches, loops and handlers"
    it, at = most is longest, cited(index, most)
    if claims[2].count == 1:
        branching = f"{'It also' if it else at} has the most {what}"
    else:
        branching = f"None has more {what} than {'it' if it else at}"
    return f"{size}, {under}. {long} {branching}: {number(n)}, which is a cyclomatic complexity of {number(n + 1)}."


def _longest(at: str, claim: Claim) -> str:
    length = counted(claim.numbers[0], "line")
    return f"Its longest method is {at} with {length}." if claim.count == 1 else f"None of its methods is longer than {at} with {length}."
