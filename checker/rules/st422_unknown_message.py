"""A message that nobody implements.

Why:
    It fails when it is sent: a typing mistake, or a method that was renamed or removed.
Bad:
    aContract tittle
Good:
    aContract title
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts


@rule("ST422", __doc__, scope="class", tier=2, message="nobody implements {name}", hint="correct the selector, or implement it")
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    if code.base_selectors is None:
        return
    for method in facts.methods:
        for selector in method.sends:
            known = selector in code.index.implemented_selectors or selector in code.base_selectors
            if not known and code.index.sent_selectors.get(selector, 0) < 2:
                yield Found(method, name=selector)
