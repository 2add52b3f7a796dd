"""A super send that no superclass implements.

Why:
    It fails when the method is run.
Bad:
    release
        super close
Good:
    release
        super release
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase, is_test_name
from checker.rules._facts import ClassFacts


@rule("ST409", __doc__, scope="class", tier=2, message="no superclass implements {name}", hint="send it to self, or remove it")
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    if is_test_name(facts.name):
        return
    for method in facts.methods:
        if method.expects_not_understood:
            continue
        for selector in method.super_sends:
            if (
                not code.is_closed(facts.group, meta=method.meta)
                or code.inherited(facts.group, "doesNotUnderstand:", meta=method.meta) is None
            ):
                break
            if code.inherited(facts.group, selector, meta=method.meta) is None and not selector.startswith("env"):
                yield Found(method, name=selector)
