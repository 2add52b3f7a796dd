"""Where a method is overridden.

What: the methods of the same selector and side in the subclasses of a class.
Why: a send of the selector may reach any of them; who changes the method must look at them all.
Question: Where is BpRight>>isOpen overridden?
Answer: Two methods override `BpRight>>isOpen` in the indexed code: - `BpBarterRight>>isOpen` (Rights/BpRight.st:301) - ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import is_huge, list_traits, method_sources, methods_answer, methods_claim, pick, question
from datagen.generators import generator
from datagen.phrase import hashed, number, ticked
from datagen.sample import Sample
from datagen.subject import class_shown, method_shown, method_source
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered
from stparse.index.structure import descendants_of

KIND = "qa.overridden"
ASKED = (
    "Where is {m} overridden?",
    "Which subclasses override {m}?",
    "Does any subclass redefine {m}?",
    "I am about to change {m}. Which subclasses have their own version?",
    "Who overrides {m}?",
)
NONE_CHANCE = 0.1


@generator(KIND, over="methods")
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Ask for the overrides of a method of a class that has subclasses."""
    groups = index.class_table.meant(method.class_name, method.file)
    if len(groups) != 1 or not method.selector or is_huge(index.implemented_selectors.get(method.selector, 0)):
        return
    below = _below(index, groups[0].name)
    if not below:
        return
    found = [m for m in index.implementors(method.selector) if m.meta is method.meta and _is_in(index, m, below)]
    if not found and random.random() > NONE_CHANCE:
        return
    shown = method_shown(index, method)
    claim = methods_claim("overridden", shown, index, found, [len(below)], detail=method.selector)
    if found:
        one = "Only {m} overrides it in the indexed code."
        answer = methods_answer(index, found, one, f"{{n}} override {ticked(shown)} in the indexed code:")
    else:
        answer = _none(index, method, len(below))
    sources = [method_source(method), *method_sources(found)]
    yield question(KIND, pick(random, ASKED, m=shown), answer, [claim], sources, index, list_traits(len(found)))


@remembered(200)
def _below(index: CodeIndex, name: str) -> frozenset[str]:
    """Answer the qualified names of the subclasses that the code base defines."""
    return frozenset(d.name for d in descendants_of(index.class_table, name) if not all(c.stub for c in d.classes))


def _is_in(index: CodeIndex, method: MethodDef, names: frozenset[str]) -> bool:
    groups = index.class_table.meant(method.class_name, method.file)
    return len(groups) == 1 and groups[0].name in names


def _none(index: CodeIndex, method: MethodDef, subclasses: int) -> str:
    owner = ticked(class_shown(index, method.class_name, method.file))
    side = " on the class side" if method.meta else ""
    lacks = "which does not define" if subclasses == 1 else "and none of them defines"
    has = f"{owner} has {number(subclasses)} in the indexed code"
    return f"No subclass overrides it: {has}, {lacks} {hashed(method.selector)}{side}."
