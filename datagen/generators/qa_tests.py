"""Which tests mention a class, or send a message.

What: the test methods below TestCase that name a class, or that send a selector which the class implements.
Why: what to run after a change; a class that no test names may still be reached through others, and the answer says so.
Question: Which tests cover BpDuration?
Answer: Two test methods mention `BpDuration` in the indexed code: - `BpDurationTest>>testSum` (Tests/BpDurationTest.st:12) - ...
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from datagen.answers import (
    group_of,
    hits_of,
    is_huge,
    list_traits,
    method_sources,
    method_table,
    methods_answer,
    methods_claim,
    pick,
    question,
    which_one,
)
from datagen.generators import generator
from datagen.phrase import hashed, ticked
from datagen.sample import Sample
from datagen.subject import class_source
from datagen.testing import is_test, test_classes
from stparse.index.classtable import ClassGroup
from stparse.index.model import Hit
from stparse.index.query import CodeIndex

KIND = "qa.tests"
ASKED = (
    "Which tests cover {c}?",
    "I have changed {c}. Which tests should I run?",
    "Is {c} tested? By which test methods?",
    "Find the test methods that use {c}.",
    "Where is {c} exercised in our tests?",
)
ASKED_SELECTOR = (
    "Which tests send #{s}?",
    "Is there a test that sends #{s}?",
    "Which test methods should I run when #{s} has changed?",
    "Find the test methods that call #{s}.",
)
MOST_SELECTORS = 2


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the tests of a class, and of up to two of its methods, in a code base that has tests."""
    tests = test_classes(index)
    group = group_of(index, name)
    if not tests or (group is not None and group.name in tests):
        return
    text = pick(random, ASKED, c=name)
    if group is None:
        yield which_one(KIND, text, index, name)
        return
    if not is_huge(index.global_names.get(name, 0)):
        yield _sample(index, text, name, group, index.references(name), f"mentions {ticked(name)}")
    selectors = sorted(s for meta, s in method_table(index, name) if not meta and 0 < index.sent_selectors.get(s, 0) <= 300)
    for selector in random.sample(selectors, min(MOST_SELECTORS, len(selectors))):
        text = pick(random, ASKED_SELECTOR, s=selector)
        yield _sample(index, text, selector, group, index.senders(selector), f"sends {hashed(selector)}")


def _sample(index: CodeIndex, text: str, about: str, group: ClassGroup, hits: Iterable[Hit], does: str) -> Sample:
    methods, numbers = hits_of(hit for hit in hits if is_test(index, hit.method))
    claim = methods_claim("tests", about, index, methods, numbers)
    do = does.replace("mentions", "mention").replace("sends", "send")
    if methods:
        one = f"Of all test methods in the indexed code only {{m}} {does}{{often}}."
        answer = methods_answer(index, methods, one, f"{{n}} {do} in the indexed code:", numbers, "test method")
    else:
        still = "The class may still be used" if does.startswith("mentions") else "It may still be sent"
        answer = f"No test method in the indexed code {does}. {still} by other code that tests run."
    sources = [class_source(group.definitions[0]), *method_sources(methods)]
    return question(KIND, text, answer, [claim], sources, index, list_traits(len(methods)))
