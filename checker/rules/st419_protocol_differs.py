"""An override in another protocol than the method it overrides.

Why:
    Who looks for the method in its protocol does not find it.
Bad:
    !FilmContract methodsFor: 'misc'!
    title
Good:
    !FilmContract methodsFor: 'accessing'!
    title
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts
from stparse.issue import Severity


@rule(
    "ST419",
    __doc__,
    scope="class",
    tier=2,
    severity=Severity.INFO,
    default=False,
    message="{name} is in {here}, and in {there} above",
    hint="put it into the same protocol",
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    for method in facts.methods:
        above = next(
            (found for step in code.superclasses(facts.group) if (found := code.facts(step).side(method.meta).get(method.selector))), None
        )
        # A method of Dolphin is in several protocols; which one is told first says nothing.
        if above is not None and method.dialect != "dolphin" and _differ(method.protocol, above.protocol):
            yield Found(method, name=method.selector, here=str(method.protocol), there=str(above.protocol))


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one) and bool(other) and one != other and not (one or "").startswith("*") and not (other or "").startswith("*")
