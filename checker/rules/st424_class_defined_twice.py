"""A class that is defined twice, and differently.

Why:
    Which definition is in the image depends on the order in which the files are read.
Bad:
    Object subclass: #Contract instanceVariableNames: 'a' ...
    Object subclass: #Contract instanceVariableNames: 'a b' ...
Good:
    Object subclass: #Contract instanceVariableNames: 'a b' ...
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.environment import is_change_set
from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts
from stparse.index.model import IndexedClass
from stparse.issue import Severity


@rule(
    "ST424",
    __doc__,
    scope="class",
    tier=2,
    severity=Severity.INFO,
    message="{name} is defined differently in {other}",
    hint="keep one of the two",
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    definitions = [definition for definition in facts.group.definitions if not definition.stub and not is_change_set(definition.file)]
    for definition in definitions[1:]:
        first = definitions[0]
        if _shape(first) != _shape(definition):
            yield Found(definition, name=definition.name, other=f"{first.file}:{first.line}")


def _shape(definition: IndexedClass) -> tuple[object, ...]:
    return definition.superclass, definition.instance_variables, definition.class_variables, definition.kind
