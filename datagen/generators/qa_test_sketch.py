"""A test for a method, in the style of the house's tests.

What: for a setter that only stores what its getter answers, and for a method that answers a constant, a test that must pass: the class, the
protocol and the comparison are those that most tests of the code base have. Where they have no style, nothing is asked.
Why: a test that looks like the others is read; that it must pass is proved from the two methods.
Question: Write a test for BpContract>>name: as our tests are written.
Answer: Of our test classes 13 of 15 end in `Test`, ... `BpContract>>name:` only stores its argument, ... So, in `BpContractTest`: ...
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from datagen.answers import cited, group_of, pick, question
from datagen.generators import generator
from datagen.phrase import code_block, number, ticked
from datagen.sample import Claim, Sample
from datagen.subject import class_source, method_shown, method_source, place
from datagen.testfacts import Constant, Maker, Pair, constants_of, maker_of, pairs_of
from datagen.testing import is_test, test_classes
from datagen.teststyle import TestStyle, test_style
from stparse.index.query import CodeIndex
from stparse.index.structure import variables_in_sight

KIND = "qa.test_sketch"
ASKED = (
    "Write a test for {m} as our tests are written.",
    "I would like to have a test for {m}. What would one look like in our style?",
    "Give me a test method for {m}, in the style of the tests that we have.",
    "How would {m} be tested here? Please write it down, with class and protocol.",
    "I need a unit test for {m} that fits in with the others.",
)
MOST_A_CLASS = 3
_VALUES = {
    "String": "'Alpha'", "Symbol": "#alpha", "Integer": "7", "Number": "7", "Boolean": "true", "Array": "#(1 2)", "Collection": "#(1 2)",
    "Class": "Object", "Character": "$a",
}  # fmt: skip
_MADE = {"Date": "Date today", "Time": "Time now"}


@generator(KIND, over="classes", rare=True)
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for tests of up to three methods of a class that can be made by `new`."""
    style, group = test_style(index), group_of(index, name)
    # What is made for tests is tested by them.
    if style is None or group is None or group.name in test_classes(index) or "Test" in name:
        return
    facts: list[Pair | Constant] = [*pairs_of(index, name), *constants_of(index, name)]
    maker = maker_of(index, name) if facts else None
    if maker is None:
        return
    for fact in random.sample(facts, min(MOST_A_CLASS, len(facts))):
        sample = _sample(index, random, name, style, fact, maker)
        if sample is not None:
            yield sample


def _sample(index: CodeIndex, random: Random, name: str, style: TestStyle, fact: Pair | Constant, maker: Maker) -> Sample | None:
    method = fact.setter if isinstance(fact, Pair) else fact.method
    selector = f"test{method.selector[0].upper()}{method.selector[1:].removesuffix(':')}"
    home = f"{name}{style.suffix}"
    there = group_of(index, home)
    if _is_tested(index, selector) or (there is None and index.class_table.named(home)):
        return None
    shown = method_shown(index, method)
    test = _text(index, name, selector, style, fact, maker)
    if test is None:
        return None
    involved = [method, *([fact.getter] if isinstance(fact, Pair) else []), *([maker.method] if maker.method else [])]
    names, places = tuple(method_shown(index, one) for one in involved), tuple(map(place, involved))
    detail = f"{fact.argument}|{'tells' if fact.tells else ''}" if isinstance(fact, Pair) else f"={fact.value}"
    claims = [
        Claim("tested", shown, names, places, count=len(involved), detail=detail),
        Claim("made by new", shown, names[-1:] if maker.method else (), detail=name),
        Claim("test style", shown, (style.suffix, style.protocol), (), style.numbers, detail=home),
    ]
    where = f"in {ticked(home)} ({place(there.definitions[0])})" if there is not None else f"in a new class {ticked(home)}"
    answer = f"{_style(style)}\n\n{_fact(index, fact, maker)} So, {where}, protocol '{style.protocol}':\n\n{code_block(test)}"
    sources = [*map(method_source, involved), *([class_source(there.definitions[0])] if there is not None else [])]
    return question(KIND, pick(random, ASKED, m=shown), answer, claims, sources, index)


def _is_tested(index: CodeIndex, selector: str) -> bool:
    return any(is_test(index, method) for method in index.implementors(selector))


def _style(style: TestStyle) -> str:
    suffix, classes, protocol, tests, equal, keyword = style.numbers
    ends = f"{_of(suffix, classes)} test classes end in {ticked(style.suffix)}"
    stands = f"{_of(protocol, tests)} tests are in the protocol '{style.protocol}'"
    if 3 * protocol < 2 * tests:
        stands = f"of the protocols '{style.protocol}' is the most frequent, with {number(protocol)} of the {number(tests)} tests"
    ways = [(equal, "assert: x = y"), (keyword, "assert: x equals: y")]
    (often, usual), (seldom, other) = sorted(ways, key=lambda way: -way[0])
    rest = f", and {number(seldom)} with {ticked(other)}" if seldom else f", none with {ticked(other)}"
    return f"In the indexed code {ends}, {stands}, and {number(often)} compare with {ticked(usual)}{rest}."


def _of(n: int, total: int) -> str:
    return f"all {number(total)}" if n == total else f"{number(n)} of the {number(total)}"


def _fact(index: CodeIndex, fact: Pair | Constant, maker: Maker) -> str:
    made = f"{cited(index, maker.method)} makes and initialises the instance" if maker.method else "`new` is that of the base"
    if isinstance(fact, Constant):
        return f"{cited(index, fact.method)} answers {ticked(fact.value)}, whatever the state is; {made}."
    tells = " and tells of it with `#changed:`" if fact.tells else ""
    return f"{cited(index, fact.setter)} only stores its argument{tells}, and {cited(index, fact.getter)} answers it; {made}."


def _text(index: CodeIndex, name: str, selector: str, style: TestStyle, fact: Pair | Constant, maker: Maker) -> str | None:
    """Answer the test; None where its temporaries would hide variables of the test class."""
    gap = "\n\n" if style.blank else "\n"
    if isinstance(fact, Constant):
        return f"{selector}{gap}\t{_asserted(style, f'{name} new {fact.method.selector}', fact.value)}"
    taken = _taken(index, f"{name}{style.suffix}")
    subject = next((one for one in _temporaries(name, style) if one not in taken), None)
    if subject is None or fact.argument in taken:
        return None
    value = next((value for end, value in _VALUES.items() if fact.argument.lower().endswith(end.lower())), "")
    getter = f"{subject} {fact.getter.selector}"
    if value:
        lines = [
            f"| {subject} |",
            f"{subject} := {name} new.",
            f"{subject} {fact.setter.selector} {value}.",
            _asserted(style, getter, value),
        ]
    else:
        other = fact.argument if fact.argument != subject else f"{subject}Value"
        made = f"{other} := {_made(index, fact.argument, maker)}."
        stored = f"{subject} {fact.setter.selector} {other}."
        lines = [f"| {subject} {other} |", f"{subject} := {name} new.", made, stored, f"self assert: {getter} == {other}"]
    return "\n\t".join((f"{selector}{gap}\t{lines[0]}", *lines[1:]))


def _made(index: CodeIndex, argument: str, maker: Maker) -> str:
    """Answer the object that is stored: of the class that the argument is called after, where it is made as the subject is."""
    named = re.sub(r"^an?(?=[A-Z])", "", argument)
    other = maker_of(index, named) if named != argument else None
    if other is not None and (other.method is None or other == maker):
        return f"{named} new"
    return next((value for end, value in _MADE.items() if argument.lower().endswith(end.lower())), "Object new")


def _taken(index: CodeIndex, home: str) -> set[str]:
    """Answer the variables that the test class has already."""
    group = group_of(index, home)
    return {name for _, name, _ in variables_in_sight(index.class_table, group)} if group is not None else set()


def _asserted(style: TestStyle, expression: str, value: str) -> str:
    if value == "true":
        return f"self assert: {expression}"
    return f"self deny: {expression}" if value == "false" else style.comparison(expression, value)


def _temporaries(name: str, style: TestStyle) -> tuple[str, str]:
    """Answer what a temporary that holds an instance may be called: without the prefix of the house, first as most tests have it."""
    found = re.match(r"(?:[A-Z]{2,4}|[A-Z][a-z])(?=[A-Z][a-z])", name)
    bare = name[found.end() :] if found else name
    plain, with_article = bare[:1].lower() + bare[1:], f"{'an' if bare[:1] in 'AEIOU' else 'a'}{bare}"
    return (with_article, plain) if style.article else (plain, with_article)
