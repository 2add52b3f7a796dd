"""Which methods of a class no test reaches.

What: the methods that no chain of sends leads to, from any test method: by name, so that whatever may be reached counts as reached.
Why: what no test can reach is not tested; that is sure, whereas what is reached may still not be tested.
Question: Which methods of BpDuration are not reached by any test?
Answer: Two of the twelve instance methods of `BpDuration` are reached by no test in the indexed code: - ...
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from random import Random

from datagen.answers import cited, group_of, list_traits, method_lines, method_sources, method_table, methods_claim, pick, question
from datagen.generators import generator
from datagen.judging import base_of
from datagen.phrase import bullets, capitalised, number, ticked
from datagen.sample import Sample
from datagen.subject import class_source
from datagen.testing import HOOKS, test_classes
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered

KIND = "qa.untested"
ASKED = (
    "Which methods of {c} are not reached by any test?",
    "Where are the gaps in the tests of {c}?",
    "Which methods of {c} does no test get to, not even through other methods?",
    "I want more test coverage for {c}. Which of its methods are never run by a test?",
    "What is untested in {c}?",
)


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the methods on the instance side of a class that no test reaches, in a code base that has tests."""
    tests = test_classes(index)
    group = group_of(index, name)
    if not tests or group is None or group.name in tests:
        return
    methods = [method for (meta, _), method in method_table(index, name).items() if not meta and method.parsed]
    if not methods:
        return
    reached = _reached(index)
    found = [method for method in methods if method.selector not in reached]
    # Where only the base is known to send them, that tests reach all of them says nothing.
    if not found and not {method.selector for method in methods} <= _reached(index, with_base=False):
        return
    claim = methods_claim("untested", name, index, found, [len(methods)])
    sources = [class_source(group.definitions[0]), *method_sources(found)]
    answer = _answer(index, name, found, len(methods))
    yield question(KIND, pick(random, ASKED, c=name), answer, [claim], sources, index, list_traits(len(found)))


@remembered(4)
def _reached(index: CodeIndex, *, with_base: bool = True) -> frozenset[str]:
    """Answer the selectors that code of tests names, or that methods name which these may reach; symbols may be performed.

    What the base knows counts as reached, because its code may send it: `printOn:`, `initialize`, `=`; or not, for once.
    """
    calls = _calls(index)
    reached = calls.tests | calls.base if with_base else set(calls.tests)
    todo = list(reached)
    while todo:
        new = calls.named.get(todo.pop(), set()) - reached
        reached |= new
        todo.extend(new)
    return frozenset(reached)


@dataclass(frozen=True, slots=True)
class _Calls:
    """What the methods of each selector name, what code of tests does, and which of the selectors the base may send."""

    named: dict[str, set[str]] = field(default_factory=dict)
    tests: set[str] = field(default_factory=set)
    base: set[str] = field(default_factory=set)


@remembered(2)
def _calls(index: CodeIndex) -> _Calls:
    found = _Calls()
    tests, methods = test_classes(index), index.methods()
    # All at once they are too many to be held, one by one too many to be asked for.
    while batch := list(islice(methods, 1000)):
        sent = index.selectors_in(batch)
        for method in batch:
            symbols = {literal.value for literal in index.literals_of(method) if literal.kind == "symbol"}
            named = symbols.union(sent.get(method.id, ()))
            found.named.setdefault(method.selector, set()).update(named)
            if any(group.name in tests for group in index.class_table.meant(method.class_name, method.file)):
                found.tests.update(named)
            base = base_of(method.dialect)
            if base is not None and (method.selector in base.selectors or method.selector in HOOKS):
                found.base.add(method.selector)
    return found


def _answer(index: CodeIndex, name: str, found: list[MethodDef], total: int) -> str:
    all_of = {1: "the only instance method", 2: "both instance methods"}.get(total, f"all {number(total)} instance methods")
    if not found:
        return f"None that can be told from the indexed code: by the names of messages, tests may reach {all_of} of {ticked(name)}."
    if len(found) == 1:
        one = cited(index, found[0]) if total == 1 else f"Only {cited(index, found[0])}"
        return f"{one}: no chain of messages leads there from a test in the indexed code."
    head = f"{capitalised(number(len(found)))} of the {number(total)} instance methods" if len(found) < total else capitalised(all_of)
    lines = bullets(method_lines(index, found), len(found))
    return f"{head} of {ticked(name)}: no chain of messages leads there from a test in the indexed code.\n{lines}"
