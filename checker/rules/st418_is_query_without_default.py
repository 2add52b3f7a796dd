"""A query that only one class answers.

Why:
    `isFilm` answers true here, and everything else does not understand it.
Bad:
    FilmContract>>isFilm
        ^true
Good:
    Contract>>isFilm
        ^false
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts
from stparse.issue import Severity


@rule(
    "ST418",
    __doc__,
    scope="class",
    tier=2,
    severity=Severity.INFO,
    message="{name} answers true here, and no class answers false",
    hint="let a superclass answer false",
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    for method in facts.methods:
        name = method.selector
        if (
            method.meta
            or method.constant != "true"
            or not name.startswith("is")
            or name.endswith(":")
            or code.index.implemented_selectors.get(name, 0) != 1
        ):
            continue
        if name in code.index.sent_selectors and code.is_closed(facts.group):
            yield Found(method, name=name)
