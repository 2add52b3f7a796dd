"""A class variable that no method uses.

Why:
    Readers look for its purpose.
Bad:
    Object subclass: #Contract
        classVariableNames: 'Registry Old'
Good:
    Object subclass: #Contract
        classVariableNames: 'Registry'
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts
from stparse.issue import Severity


@rule("ST406", __doc__, scope="class", tier=2, severity=Severity.INFO, message="the class variable {name} is not used", hint="remove it")
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    definitions = facts.group.definitions
    if facts.is_in_pieces or len(definitions) > 1 or not facts.methods or not definitions[0].class_variables:
        return
    if definitions[0].stub or definitions[0].trait:
        return
    family = [facts, *(code.facts(group) for group in code.descendants(facts.group))]
    if any(each.is_opaque for each in family):
        return
    used = {
        name.rpartition(".")[2] for each in family for method in each.methods for name in (*method.reads, *method.writes, *method.mentions)
    }
    for name in definitions[0].class_variables:
        # A pool's variables are used by those who import it.
        if name not in used and name not in code.index.global_names:
            yield Found(definitions[0], name=name)
