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
from checker.rules._code import CodeBase, is_test_name
from checker.rules._facts import ClassFacts

# Slips are single. A class that sends more messages of which nobody knows is written for something that was not read.
_SLIPS = 2


@rule("ST422", __doc__, scope="class", tier=2, message="nobody implements {name}", hint="correct the selector, or implement it")
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    # Tests send what nobody understands on purpose.
    if not code.knows_all_selectors or is_test_name(facts.name) or code.is_test(facts.group):
        return
    found = [(method, name) for method in facts.methods for name in method.sends if name in code.unknown_selectors]
    if len({name for _, name in found}) > _SLIPS:
        return
    for method, name in found:
        if not method.expects_not_understood and code.index.sent_selectors[name] < 2:
            yield Found(method, name=name)
