"""A method that is defined twice.

Why:
    Which one is in the image depends on the order in which the files are read.
Bad:
    one.st: Contract>>title
    two.st: Contract>>title
Good:
    one.st: Contract>>title
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.environment import is_change_set
from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts, MethodFacts
from stparse.issue import Severity


@rule(
    "ST423", __doc__, scope="class", tier=2, severity=Severity.INFO, message="{name} is defined in {other} too", hint="keep one of the two"
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    seen: dict[tuple[str, bool], MethodFacts] = {}
    for method in facts.methods:
        if is_change_set(method.file):
            continue
        known = seen.setdefault((method.selector, method.meta), method)
        if known is not method and known.digest != method.digest and not method.opaque:
            yield Found(method, name=method.selector, other=f"{known.file}:{known.line}")
