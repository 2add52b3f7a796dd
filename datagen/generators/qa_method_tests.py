"""Which tests cover a method.

What: the test methods that send its selector and name its class; and how many send the selector without naming the class.
Why: a selector has other implementors; a test that also names the class is more likely to mean this one.
Question: Which tests cover BpDuration>>minutes?
Answer: Two methods of tests send `#minutes` and name `BpDuration` in the indexed code: - ... One more sends it without naming the class.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import (
    cited,
    group_of,
    list_traits,
    method_lines,
    method_sources,
    method_table,
    methods_claim,
    pick,
    question,
)
from datagen.frames import is_of_base
from datagen.generators import generator
from datagen.phrase import bullets, capitalised, counted, hashed, ticked, verb
from datagen.sample import Sample
from datagen.subject import method_shown, method_source
from datagen.testing import is_test, test_classes
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.method_tests"
ASKED = (
    "Which tests cover {m}?",
    "I have changed {m}. Which test methods should I run first?",
    "Is {m} tested? Where?",
    "Find the tests that exercise {m}.",
    "Which test would fail if {m} broke?",
)
MOST_A_CLASS, MOST_SENT, NONE_CHANCE = 3, 300, 0.2


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the tests of up to three instance methods of a class; rarely of one that none covers."""
    tests = test_classes(index)
    group = group_of(index, name)
    if not tests or group is None or group.name in tests:
        return
    naming = {hit.method.id for hit in index.references(name) if is_test(index, hit.method)}
    own = sorted(s for (meta, s), method in method_table(index, name).items() if not meta and _is_ours(index, method))
    sending = {s: [hit.method for hit in index.senders(s) if is_test(index, hit.method)] for s in own}
    covered = [s for s in own if any(method.id in naming for method in sending[s])]
    chosen = random.sample(covered, min(MOST_A_CLASS, len(covered)))
    bare = [s for s in own if s not in covered]
    if bare and random.random() < NONE_CHANCE:
        chosen.append(random.choice(bare))
    for selector in chosen:
        found = [method for method in sending[selector] if method.id in naming]
        yield _sample(index, random, method_table(index, name)[False, selector], found, sending[selector])


def _is_ours(index: CodeIndex, method: MethodDef) -> bool:
    """Whether a send of the selector tells something: `=` and `hash` are sent to whatever there is."""
    return 0 < index.sent_selectors.get(method.selector, 0) <= MOST_SENT and not is_of_base(index, method, method.selector)


def _sample(index: CodeIndex, random: Random, method: MethodDef, found: list[MethodDef], senders: list[MethodDef]) -> Sample:
    shown = method_shown(index, method)
    claim = methods_claim("method tests", shown, index, found, [len(senders) - len(found)])
    name = shown.partition(">>")[0]
    answer = _answer(index, method, name, found, len(senders) - len(found))
    sources = [method_source(method), *method_sources(found)]
    return question(KIND, pick(random, ASKED, m=shown), answer, [claim], sources, index, list_traits(len(found)))


def _answer(index: CodeIndex, method: MethodDef, name: str, found: list[MethodDef], others: int) -> str:
    does = f"{hashed(method.selector)} and {{name}} {ticked(name)} in the indexed code"
    if not found and not others:
        return f"None that can be told: no test method of the indexed code sends {hashed(method.selector)}."
    if not found:
        but = f"{counted(others, 'test method')} {verb(others, 'send')} it without naming the class"
        return f"None that can be told: no test method sends {does.format(name='names')}, but {but}."
    rest = f" {capitalised(counted(others, 'more test method'))} {verb(others, 'send')} it without naming the class." if others else ""
    if len(found) == 1:
        return f"Only {cited(index, found[0])} sends {does.format(name='names')}.{rest}"
    head = f"{capitalised(counted(len(found), 'test method'))} send {does.format(name='name')}.{rest}"
    return f"{head}\n{bullets(method_lines(index, found), len(found))}"
