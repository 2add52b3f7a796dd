"""How the house does something: opens, logs, checks, saves, raises errors; the messages for it with counts, and an example.

What: of all messages that begin with the words for it, how many methods send each, in the whole code base or in one package.
Why: who adds code does it as the others do, if he knows how; one more way to log is one more place to look at.
Question: How do we validate or check something here?
Answer: 23 methods of the indexed code send messages that begin with `validate`, ... Most often it is `#validate:`: twelve methods, ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import cited, question
from datagen.generators import generator
from datagen.phrase import bullets, capitalised, code_block, counted, hashed, number, ticks, verb
from datagen.sample import Claim, Sample
from datagen.subject import method_shown, method_source, place
from datagen.testing import is_test
from datagen.usage import example_among
from datagen.ways import Topic, Way, category_of, in_order, is_a_way, ways_of
from stparse.index.model import Hit
from stparse.index.query import CodeIndex

KIND = "qa.house_way"
ASKED = (
    "How do we {d} here?",
    "I have to {d}. How does our code do that?",
    "Which messages do we send to {d}? With numbers, please, and an example.",
    "What is our usual way to {d}?",
    "Somebody new asks how one is to {d} in this code base. What do I tell him?",
)
OF_PACKAGE = (
    "How does the code of '{k}' {d}?",
    "I am working in '{k}' and have to {d}. How do the others there do it?",
    "Which messages are sent in '{k}' to {d}?",
    "What is the way of '{k}' to {d}, with an example?",
)
MOST_WAYS, MOST_PACKAGES, MOST_EXAMPLES = 8, 6, 12


@generator(KIND, over="selectors", rare=True)
def make(index: CodeIndex, random: Random, selector: str) -> Iterator[Sample]:
    """Ask how a thing is done for which most methods send this selector: in the whole code base, and in some packages."""
    topic, ways = ways_of(index).get(selector, (None, ()))
    if topic is None:
        return
    sample = _sample(index, random, topic, ways, "") if is_a_way(index, ways) else None
    if sample is not None:
        yield sample
    packages = _packages(index, ways)
    for package in random.sample(sorted(packages), min(MOST_PACKAGES, len(packages))):
        inside = _sample(index, random, topic, packages[package], package)
        if inside is not None:
            yield inside


def _packages(index: CodeIndex, ways: tuple[Way, ...]) -> dict[str, tuple[Way, ...]]:
    """Answer the packages that have a way of their own, each with its ways; none where there is but one package."""
    found: dict[str, list[Way]] = {}
    for way in ways:
        inside: dict[str, list[Hit]] = {}
        for hit in way.hits:
            inside.setdefault(category_of(index, hit.method), []).append(hit)
        for package, hits in inside.items():
            found.setdefault(package, []).append(Way(way.selector, tuple(hits)))
    ordered = {package: in_order(mine) for package, mine in found.items() if package}
    return {package: mine for package, mine in ordered.items() if is_a_way(index, mine)} if len(found) > 1 else {}


def _sample(index: CodeIndex, random: Random, topic: Topic, ways: tuple[Way, ...], package: str) -> Sample | None:
    shown, leader = ways[:MOST_WAYS], ways[0]
    hits = [hit for hit in leader.hits if not is_test(index, hit.method)] or leader.hits
    example = example_among(hits[:MOST_EXAMPLES])
    if example is None:
        return None
    text, hit = example
    places = tuple(place(way.hits[0].method) for way in shown)
    names, numbers = tuple(way.selector for way in shown), tuple(len(way.hits) for way in shown)
    about = next(word for word in topic.words if f" {word} " in f" {topic.done} ")
    claims = [
        Claim("ways", about, names, places, numbers, len(ways), detail=f"{' '.join(topic.words)}|{package}"),
        Claim("example", leader.selector, (method_shown(index, hit.method),), (place(hit.method),), count=1),
    ]
    templates = OF_PACKAGE if package else ASKED
    said = random.choice(templates).format(d=topic.done, k=package)
    answer = f"{_counts(index, topic, ways, package)}\n\nFor example in {cited(index, hit.method)}:\n\n{code_block(text)}"
    sources = [method_source(hit.method), *(method_source(way.hits[0].method) for way in shown)]
    return question(KIND, said, answer, claims, sources, index)


def _counts(index: CodeIndex, topic: Topic, ways: tuple[Way, ...], package: str) -> str:
    methods = len({hit.method.id for way in ways for hit in way.hits})
    where = f"of '{package}' in the indexed code" if package else "of the indexed code"
    begin = f"{capitalised(counted(methods, 'method'))} {where} {verb(methods, 'send')} messages that begin with {ticks(topic.words, 'or')}"
    first, often = ways[0], len(ways[0].hits)
    if len(ways) == 1:
        return f"{begin}: it is always {hashed(first.selector)}, first in {cited(index, first.hits[0].method)}."
    usual = "Mostly it is" if 2 * often > methods else "There is no one way; most often it is"
    head = f"{begin}. {usual} {hashed(first.selector)}, in {number(often)} of them."
    if often == methods:
        head = f"{begin}. All of them send {hashed(first.selector)}."
    return f"{head}\n{bullets([_line(index, way) for way in ways[:MOST_WAYS]], len(ways))}"


def _line(index: CodeIndex, way: Way) -> str:
    return f"{hashed(way.selector)} in {counted(len(way.hits), 'method')}, first in {cited(index, way.hits[0].method)}"
