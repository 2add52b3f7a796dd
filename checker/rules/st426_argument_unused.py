"""An argument that the only method of its name does not look at.

Why:
    Callers take the trouble to give it for nothing, or the method forgets it.
Bad:
    priceFor: aChannel
        ^price
Good:
    priceFor: aChannel
        ^aChannel factor * price
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts, MethodFacts
from stparse.issue import Severity


@rule(
    "ST426",
    __doc__,
    scope="class",
    tier=2,
    severity=Severity.INFO,
    default=False,
    message="the argument {name} is not used",
    hint="use it, or remove it from the selector",
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    if not code.is_closed(facts.group) or code.is_test(facts.group):
        return
    for method in facts.methods:
        unread = [name for name in method.arguments_unread if not name.startswith(("ignored", "unused", "_"))]
        if not unread or method.statements < 2 or method.pragmas or method.opaque or method.is_abstract:
            continue
        if "shouldNotImplement" not in method.self_sends and _is_alone(method, code):
            yield Found(method, name=unread[0])


def _is_alone(method: MethodFacts, code: CodeBase) -> bool:
    """Answer whether no other class gives the selector its form, and it is sent by its name."""
    selector = method.selector
    return code.index.implemented_selectors.get(selector, 0) == 1 and selector in code.index.sent_selectors and not code.mentions(selector)
