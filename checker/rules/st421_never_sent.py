"""A method that nothing sends.

Why:
    It may be dead; nobody finds out, because it still compiles.
Bad:
    Contract>>oldTitle
Good:
    remove it
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts
from stparse.issue import Severity


@rule(
    "ST421",
    __doc__,
    scope="class",
    tier=2,
    severity=Severity.INFO,
    default=False,
    message="nothing sends {name}",
    hint="remove it, if nobody outside sends it",
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    if code.is_test(facts.group):
        return
    for method in facts.methods:
        name = method.selector
        if name in code.index.sent_selectors or method.pragmas or method.opaque or name.startswith(("example", "test", "initialize")):
            continue
        if code.base_selectors is not None and name in code.base_selectors:
            continue
        if not code.mentions(name):
            yield Found(method, name=name)
