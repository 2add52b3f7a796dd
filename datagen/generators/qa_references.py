"""Who references a class.

What: every method that names one class.
Why: the way to find who creates or configures it; a class that nobody names may be dead, or reached by name only.
Question: Who references BpDuration?
Answer: Three methods reference `BpDuration` in the indexed code: - `BpProgramme>>duration:` (Schedule/BpTitles.st:91) - ...
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from random import Random

from datagen.answers import (
    cited,
    group_of,
    hits_of,
    is_huge,
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
from datagen.phrase import bullets, capitalised, counted, ticked
from datagen.sample import Sample
from datagen.subject import class_source
from stparse.index.classtable import path_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

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
    if group is None:
        yield which_one(KIND, text, index, name)
        return
    if is_huge(index.global_names.get(name, 0)):
        return
    # References of a name are costly to look up, and most classes of a library are named nowhere.
    methods, numbers = hits_of(index.references(name)) if name in _named(index) else ([], [])
    claim = methods_claim("references", name, index, methods, numbers)
    sources = [class_source(group.definitions[0]), *method_sources(methods)]
    yield question(KIND, text, _answer(index, name, methods, numbers), [claim], sources, index, list_traits(len(methods)))


@lru_cache(maxsize=4)
def _named(index: CodeIndex) -> frozenset[str]:
    """Answer the short names of all globals that methods or do-its name, however they spell them."""
    return frozenset(path_of(name)[-1] for name in index.global_names)


def _answer(index: CodeIndex, name: str, methods: list[MethodDef], numbers: list[int]) -> str:
    if not methods:
        return (
            f"No method in the indexed code mentions {ticked(name)}. "
            "It could still be reached through a subclass, by its name as a symbol, or from statements outside of methods."
        )
    if len(methods) == 1:
        return f"Only {cited(index, methods[0])} mentions {ticked(name)} in the indexed code{times(numbers[0])}."
    n = len(methods)
    head = f"{capitalised(counted(n, 'method'))} reference {ticked(name)} in the indexed code:"
    return f"{head}\n{bullets(method_lines(index, methods, [times(k) for k in numbers]), n)}"
