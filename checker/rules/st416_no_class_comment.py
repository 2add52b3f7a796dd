"""A class without a comment.

Why:
    The comment is where a reader learns what the class stands for.
Bad:
    Object subclass: #Contract ...
Good:
    Contract comment: 'I say what may be broadcast, when, and how often.'
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts
from stparse.issue import Severity


@rule(
    "ST416",
    __doc__,
    scope="class",
    tier=2,
    severity=Severity.INFO,
    default=False,
    message="{name} has no comment",
    hint="say what the class stands for",
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    definitions = facts.group.definitions
    if (
        facts.methods
        and not facts.is_in_pieces
        and not any((definition.comment or "").strip() or definition.stub for definition in definitions)
        and not code.is_test(facts.group)
    ):
        yield Found(definitions[0], name=facts.name)
