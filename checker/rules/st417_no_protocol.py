"""A method without a protocol.

Why:
    In the browser it stands among all that nobody has put in its place.
Bad:
    !Contract methodsFor: 'as yet unclassified'!
Good:
    !Contract methodsFor: 'accessing'!
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts
from stparse.issue import Severity

_NONE = frozenset(("as yet unclassified", "no protocol", "not yet classified", "not yet categorized", "**unclassified**", "no category"))


@rule("ST417", __doc__, scope="class", tier=2, severity=Severity.INFO, message="{name} stands in no protocol", hint="put it into one")
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    for method in facts.methods:
        if method.protocol is not None and method.protocol.strip().lower() in _NONE:
            yield Found(method, name=method.selector)
