"""What a concrete subclass of a class must implement.

What: the methods that a class has or inherits, and that do nothing but to say `self subclassResponsibility`.
Why: the contract of an abstract class; who forgets one of them finds out when the program runs.
Question: What must a concrete subclass of BpRight implement?
Answer: Two methods, which only send `self subclassResponsibility`: - `BpRight>>isOpen` (Rights/BpRight.st:88) - ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.abstract import abstract_of
from datagen.answers import (
    cited,
    group_of,
    indexed_ancestors,
    is_trait,
    list_traits,
    method_lines,
    method_sources,
    method_table,
    methods_claim,
    pick,
    question,
    which_one,
)
from datagen.generators import generator
from datagen.phrase import bullets, capitalised, counted, ticked
from datagen.sample import Sample
from datagen.subject import BASE, class_source, place
from stparse.index.classtable import ClassGroup, path_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.must_implement"
ASKED = (
    "What must a concrete subclass of {c} implement?",
    "I am writing a new subclass of {c}. Which methods do I have to define?",
    "Which methods does {c} leave to its subclasses?",
    "What is abstract in {c}?",
    "Which methods are subclass responsibility in {c}?",
)

SENT = ticked("self subclassResponsibility")


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the abstract methods of a class; where there are none only of a class with subclasses."""
    group = group_of(index, name)
    if is_trait(group):
        return
    text = pick(random, ASKED, c=name)
    if group is None:
        yield which_one(KIND, text, index, name)
        return
    above = indexed_ancestors(index, group)
    if above is None or not method_table(index, name):
        return
    chain = [ancestor.path[-1] for ancestor in above[0]]
    found = abstract_of(index, [name, *chain])
    if not found and not index.class_table.subclasses_of(group.name):
        return
    # What every object is asked for is no contract of this class.
    if found and all(path_of(method.class_name)[-1] in BASE for method in found) and name not in BASE:
        return
    claim = methods_claim("must implement", name, index, found, detail=" ".join(chain))
    sources = [class_source(group.definitions[0]), *method_sources(found)]
    yield question(KIND, text, _answer(index, group, name, found), [claim], sources, index, list_traits(len(found)))


def _answer(index: CodeIndex, group: ClassGroup, name: str, found: list[MethodDef]) -> str:
    if not found:
        where = f"{ticked(name)} ({place(group.definitions[0])})"
        return f"Nothing, as far as the indexed code tells: {where} neither has nor inherits a method there that only sends {SENT}."
    n = len(found)
    if n == 1:
        return f"One method, which only sends {SENT} in the indexed code: {cited(index, found[0])}."
    head = f"{capitalised(counted(n, 'method'))}, which only send {SENT} in the indexed code:"
    return f"{head}\n{bullets(method_lines(index, found), n)}"
