"""Claims about what tests reach: messages are followed from method to method, by what a second reading of each method names."""

from __future__ import annotations

from functools import lru_cache

from datagen.claims import source_claim
from datagen.claims.methods import listed_methods
from datagen.claims.quotes import is_below_test_case
from datagen.classfacts import short_of
from datagen.judging import base_of
from datagen.looks.calls import ALL, Call
from datagen.oracle import Oracle
from datagen.phrase import counted, number
from datagen.sample import Claim, Sample
from datagen.scan import Found
from datagen.testing import HOOKS


@source_claim("untested", wants="calls", subjects=lambda claim: (ALL,))
def untested(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These instance methods of the class, of so many, have selectors to which no chain of messages leads from a test."""
    methods = _methods_by_class(oracle).get(claim.about, {})
    reached = _reached(oracle)
    found = Found()
    for call in methods.values():
        if call.selector not in reached:
            found.add(call.place, 1)
    if claim.numbers != (len(methods),):
        return f"the class has {len(methods)} instance methods"
    many = {2: "oth"}.get(len(methods), f" {number(len(methods))}")
    if len(methods) > 1 and found.count != 1 and f"{many} instance methods of `{claim.about}`" not in sample.answer:
        return "the answer does not say how many methods there are"
    says_none = sample.answer.startswith("None that can be told")
    return listed_methods(found, sample, claim) if says_none == (found.count == 0) else "whether there are any is told wrongly"


@lru_cache(maxsize=1)
def _methods_by_class(oracle: Oracle) -> dict[str, dict[str, Call]]:
    """Answer the first instance method of each selector, by the short names of classes."""
    found: dict[str, dict[str, Call]] = {}
    for call in oracle.evidence.seen("calls", ALL):
        if not call.meta:
            found.setdefault(short_of(call.class_name), {}).setdefault(call.selector, call)
    return found


@lru_cache(maxsize=1)
def _reached(oracle: Oracle) -> frozenset[str]:
    """Answer the selectors that may be reached: those of tests and of the base, and then what their methods name, until nothing is new."""
    calls: list[Call] = oracle.evidence.seen("calls", ALL)
    bases = {dialect: base for dialect in set(oracle.dialects.values()) if (base := base_of(dialect)) is not None}
    known = (call for call in calls if call.dialect in bases)
    reached = {call.selector for call in known if call.selector in HOOKS or call.selector in bases[call.dialect].selectors}
    classes = {call.class_name for call in calls}
    tests = {name for name in classes if is_below_test_case(name, oracle)}
    left = calls
    while True:
        here = [call for call in left if call.selector in reached or call.class_name in tests]
        if not here:
            return frozenset(reached)
        done = set(map(id, here))
        left = [call for call in left if id(call) not in done]
        for call in here:
            reached |= call.named


def _class_and_selector(claim: Claim) -> tuple[str, ...]:
    class_name, _, selector = claim.about.partition(">>")
    return short_of(class_name), selector


@source_claim("method tests", wants="tested", subjects=_class_and_selector)
def method_tests(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods of tests send the selector and name the class; so many others only send it."""
    name, selector = _class_and_selector(claim)
    naming = {use.place for use in oracle.evidence.tested.get(name, ())}
    sending = [use for use in oracle.evidence.tested.get(selector, ()) if is_below_test_case(use.class_name, oracle)]
    found = Found()
    for use in sending:
        if use.place in naming:
            found.add(use.place, 1)
    others = len(sending) - found.count
    if claim.numbers != (others,) or ("without naming the class" in sample.answer) != bool(others):
        return f"{others} tests send it without naming the class"
    if not sample.answer.startswith(
        ("None that can be told", "Only `") if found.count < 2 else counted(found.count, "test method").capitalize()
    ):
        return "the answer does not say how many there are"
    return listed_methods(found, sample, claim)
