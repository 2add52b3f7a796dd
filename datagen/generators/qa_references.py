"""Who references a class.

What: every method that names one class, and how many classes inherit from it.
Why: the way to find who creates or configures it; a class that nobody names may be dead, or reached by name only.
Question: Who references BpDuration?
Answer: Three methods mention `BpDuration` in the indexed code: - `BpProgramme>>duration:` (Schedule/BpTitles.st:91) - ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import (
    cited,
    group_of,
    hits_of,
    is_huge,
    is_trait,
    list_traits,
    method_lines,
    method_sources,
    methods_claim,
    pick,
    question,
    times,
    which_one,
)
from datagen.generators import generator
from datagen.phrase import bullets, capitalised, counted, ticked, verb
from datagen.sample import Claim, Sample
from datagen.subject import class_source
from datagen.testing import test_classes
from stparse.index.classtable import path_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered
from stparse.index.structure import descendants_of

KIND = "qa.references"
ASKED = (
    "Who references {c}?",
    "Where is the class {c} used?",
    "Which methods mention {c}?",
    "Which code uses {c} by name?",
    "Can {c} go? Who still refers to it?",
)


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask which methods name a class."""
    text = pick(random, ASKED, c=name)
    group = group_of(index, name)
    if is_trait(group):
        return
    if group is None:
        yield which_one(KIND, text, index, name)
        return
    if is_huge(index.global_names.get(name, 0)):
        return
    # References of a name are costly to look up, and most classes of a library are named nowhere.
    methods, numbers = hits_of(index.references(name)) if name in _named(index) else ([], [])
    # What nobody mentions, a framework may find all the same: tests by their superclass; or a statement outside of methods may.
    if not methods and (group.name in test_classes(index) or index.doit_references(name)):
        return
    heirs = sum(not all(c.stub for c in d.classes) for d in descendants_of(index.class_table, group.name))
    claims = [methods_claim("references", name, index, methods, numbers), Claim("heirs", name, count=heirs)]
    said = [_mentions(index, name, methods, numbers)]
    if heirs or not methods:
        said.append(f"{capitalised(counted(heirs, 'class'))} there {verb(heirs, 'inherit')} from it.")
    if not methods:
        users = len(index.literal_users(name))
        claims.append(Claim("symbol", name, count=users))
        said.append(_by_name(users))
    answer = ("\n\n" if len(methods) > 1 else " ").join(said)
    sources = [class_source(group.definitions[0]), *method_sources(methods)]
    yield question(KIND, text, answer, claims, sources, index, list_traits(len(methods)))


@remembered(4)
def _named(index: CodeIndex) -> frozenset[str]:
    """Answer the short names of all globals that methods or do-its name, however they spell them."""
    return frozenset(path_of(name)[-1] for name in index.global_names)


def _mentions(index: CodeIndex, name: str, methods: list[MethodDef], numbers: list[int]) -> str:
    if not methods:
        return f"No method in the indexed code mentions {ticked(name)}."
    if len(methods) == 1:
        return f"Only {cited(index, methods[0])} mentions {ticked(name)} in the indexed code{times(numbers[0])}."
    n = len(methods)
    head = f"{capitalised(counted(n, 'method'))} mention {ticked(name)} in the indexed code:"
    return f"{head}\n{bullets(method_lines(index, methods, [times(k) for k in numbers]), n)}"


def _by_name(users: int) -> str:
    if not users:
        return "Its name does not occur as a symbol either."
    return f"{capitalised(counted(users, 'method'))} {verb(users, 'hold')} its name as a symbol, so it may be looked up by that."
