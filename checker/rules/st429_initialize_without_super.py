"""An `initialize` that leaves out that of its superclass, which all others below that class begin with.

Why:
    What the superclass prepares stays nil in instances of this class, and in no others.
Bad:
    FilmContract>>initialize
        length := 90
Good:
    FilmContract>>initialize
        super initialize.
        length := 90
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts, MethodFacts
from stparse.index.classtable import ClassGroup

_ROOTS = ("Object", "ProtoObject", "Behavior", "ClassDescription", "Class", "TestCase", "TestAsserter")
_FEWEST = 2
"""So many others are a custom; one may be a chance."""


@rule(
    "ST429",
    __doc__,
    scope="class",
    tier=2,
    message="initialize leaves out the initialize of {above}, which the {others} others below it send",
    hint="send super initialize",
)
def check(facts: ClassFacts, code: CodeBase) -> Iterator[Found]:
    method = facts.instance.get("initialize")
    # Whoever sends anything else to super, or only says that it must not be sent, has thought of it.
    if method is None or method.opaque or method.super_sends or not method.statements or _raises(method):
        return
    owner = next((step for step in code.superclasses(facts.group) if "initialize" in code.facts(step).instance), None)
    if owner is None or owner.path[-1] in _ROOTS or _has_traits((*code.lineage(facts.group), owner)):
        return
    inherited = code.facts(owner).instance["initialize"]
    if inherited.opaque or _raises(inherited) or not inherited.writes or _does_the_same(method, inherited):
        return
    below = code.implementors_below(owner, "initialize")
    others = [found for path, found in below.items() if path != facts.group.path]
    if len(others) >= _FEWEST and all("initialize" in other.super_sends for other in others):
        yield Found(method, above=owner.path[-1], others=str(len(others)))


def _raises(method: MethodFacts) -> bool:
    return method.is_abstract or "shouldNotImplement" in method.self_sends


def _does_the_same(method: MethodFacts, inherited: MethodFacts) -> bool:
    """Whether the method does by itself what it does not inherit: stores into the same variables, and sends itself the same."""
    return set(inherited.writes) <= set(method.writes) and set(inherited.self_sends) <= set(method.self_sends)


def _has_traits(steps: tuple[ClassGroup, ...]) -> bool:
    return any(definition.traits or definition.trait for step in steps for definition in step.definitions)
