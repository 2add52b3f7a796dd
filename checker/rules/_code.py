"""The code base that rules ask: which selectors it uses, and what its classes and methods are like."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from functools import cached_property, lru_cache

from checker.rules._facts import ClassFacts, MethodFacts, facts_of
from stparse.index.classtable import ClassGroup, Path
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.index.structure import descendants_of, is_below, lineage_of
from stparse.nodes import Method
from stparse.parser import parse_method

# What every Smalltalk since the Blue Book and ANSI has; anything else a hint may only use where the code base uses it.
_COMMON = frozenset(
    (
        "isNil", "notNil", "isEmpty", "not", "=", "==", "~=", "~~", "<", ">", "<=", ">=", "&", "|", "and:", "or:", "max:", "min:", "do:",
        "reverseDo:", "collect:", "select:", "reject:", "detect:ifNone:", "includes:", "includesKey:", "at:ifAbsent:", "keysDo:", "to:do:",
        "timesRepeat:", "between:and:", "first", "last", "cr", "tab", "space", "asOrderedCollection", "asArray", "printOn:", "print:", ",",
        "ifTrue:", "ifFalse:", "ifTrue:ifFalse:", "ifFalse:ifTrue:", "whileTrue:", "whileFalse:",
    )
)  # fmt: skip
# What all but the oldest have.
_MODERN = frozenset(("ifNil:", "ifNotNil:", "ifNil:ifNotNil:", "notEmpty"))


# Up to so many messages that nobody implements are slips of a code base of any size; of a large one, one send in so many.
_FEW = 20
_ONE_IN = 250

_TEST_NAME = re.compile(r"Tests?(?![a-z])|Test(?:er|ing)|Mock|Example|Dummy|Fixture|Stub(?![a-z])|Demo(?![a-z])")


@lru_cache(maxsize=4096)
def is_test_name(name: str) -> bool:
    """Answer whether a class is made for tests or to show something, as its name says."""
    return _TEST_NAME.search(name) is not None


def is_common(selector: str, dialect: str) -> bool:
    """Answer whether a system of `dialect` surely has `selector`, as far as can be told without a code base."""
    return selector in _COMMON or (selector in _MODERN and dialect != "smalltalk80")


class CodeBase:
    """An index, and facts about its methods; `given` are those of all methods, where somebody has collected them already.

    `base_selectors` are what the base image implements, where that is known. `go_on` is called before each piece of work, and ends
    the work by raising.
    """

    def __init__(
        self,
        index: CodeIndex,
        *,
        base_selectors: Container[str] | None = None,
        given: Iterable[MethodFacts] | None = None,
        go_on: Callable[[], None] = lambda: None,
    ) -> None:
        self.index = index
        self.base_selectors = base_selectors
        self.go_on = go_on
        self._given = None if given is None else _by_class_name(given)
        self._classes: dict[tuple[str, ...], ClassFacts] = {}
        self._lineages: dict[tuple[str, ...], tuple[ClassGroup, ...]] = {}
        self._implementors: dict[tuple[Path, str], dict[Path, MethodFacts]] = {}

    def attests(self, selector: str) -> bool:
        """Answer whether this code base sends or implements `selector`, or every system does."""
        return selector in _COMMON or selector in self.index.sent_selectors or selector in self.index.implemented_selectors

    @cached_property
    def unknown_selectors(self) -> frozenset[str]:
        """What the code base sends and neither it nor the base implements; nothing where the base is not known."""
        if self.base_selectors is None:
            return frozenset()
        own = self.index.implemented_selectors
        return frozenset(name for name in self.index.sent_selectors if name not in own and name not in self.base_selectors)

    @cached_property
    def knows_all_selectors(self) -> bool:
        """Whether the base and the code base together are all that runs: hardly a message that is sent is nobody's.

        Of whole systems of which all is known at most one send in 500 is; more are where a part is made by a tool or was not read.
        """
        if self.base_selectors is None:
            return False
        unknown = sum(self.index.sent_selectors[name] for name in self.unknown_selectors)
        return unknown <= max(_FEW, sum(self.index.sent_selectors.values()) // _ONE_IN)

    # Classes

    def has_traits(self, class_name: str) -> bool:
        """Answer whether a class uses traits, whose methods the index does not show among its own."""
        return any(definition.traits or definition.trait for definition in self.index.class_named(class_name))

    def facts(self, group: ClassGroup) -> ClassFacts:
        """Answer what is known of a class and its methods."""
        known = self._classes.get(group.path)
        if known is None:
            known = self._classes[group.path] = ClassFacts(group, tuple(self._methods(group)))
        return known

    def _methods(self, group: ClassGroup) -> Iterator[MethodFacts]:
        if self._given is not None:
            table = self.index.class_table
            for spelled in self._spellings.get(group.path[-1], ()):
                for method in self._given[spelled]:
                    meant = table.meant(method.class_name, method.file)
                    if group in meant:
                        yield method
            return
        yield from map(self._facts_of, self.index.methods_of(group.name))

    def _facts_of(self, method: MethodDef) -> MethodFacts:
        self.go_on()
        tree = parse_method(method.source, method.dialect).tree if method.parsed else None
        return facts_of(method, tree if isinstance(tree, Method) else None)

    @cached_property
    def _spellings(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self._given or ():
            found.setdefault(name.replace("::", ".").rpartition(".")[2], []).append(name)
        return found

    def lineage(self, group: ClassGroup) -> tuple[ClassGroup, ...]:
        """Answer a class and its superclasses as far as they are certain, the nearest first."""
        known = self._lineages.get(group.path)
        if known is None:
            known = self._lineages[group.path] = lineage_of(self.index.class_table, group)
        return known

    def superclasses(self, group: ClassGroup) -> tuple[ClassGroup, ...]:
        return self.lineage(group)[1:]

    def is_closed(self, group: ClassGroup, *, meta: bool = False) -> bool:
        """Answer whether everything that a class inherits is in the index: up to a root, and without traits."""
        chain = self.lineage(group)
        if chain[-1].superclass_names or any(d.traits or d.trait or d.stub for step in chain for d in step.definitions):
            return False
        if not self.facts(chain[-1]).methods:
            return False
        if meta:
            above = self.index.class_table.named("Class")
            return len(above) == 1 and self.is_closed(above[0])
        return True

    def descendants(self, group: ClassGroup) -> tuple[ClassGroup, ...]:
        """Answer all subclasses of a class that the index knows."""
        table = self.index.class_table
        steps = descendants_of(table, group.name)
        return tuple(meant for step in steps for meant in table.meant(step.name))

    def implementors_below(self, group: ClassGroup, selector: str) -> dict[Path, MethodFacts]:
        """Answer the methods of a selector on the instance side of the subclasses of a class, each by the path of its class."""
        known = self._implementors.get((group.path, selector))
        if known is None:
            known = self._implementors[group.path, selector] = self._implementors_below(group, selector)
        return known

    def _implementors_below(self, group: ClassGroup, selector: str) -> dict[Path, MethodFacts]:
        table = self.index.class_table
        if self._given is not None:
            below = {step.path: self.facts(step).instance.get(selector) for step in self.descendants(group)}
            return {path: found for path, found in below.items() if found is not None}
        # Of all classes below the one that is asked about, few methods are wanted: they are looked up by their name.
        own = {group.path}
        last = {
            each.path: method
            for method in self.index.implementors(selector)
            if not method.meta
            for each in table.meant(method.class_name, method.file)
            if each.path != group.path and is_below(table, each, own)
        }
        return {path: self._facts_of(method) for path, method in last.items()}

    def inherited(self, group: ClassGroup, selector: str, *, meta: bool = False) -> MethodFacts | None:
        """Answer the method that a class would inherit, None if none is known."""
        for step in self.superclasses(group):
            found = self.facts(step).side(meta).get(selector)
            if found is not None:
                return found
        if meta:
            for above in self.index.class_table.named("Class")[:1]:
                for step in self.lineage(above):
                    found = self.facts(step).instance.get(selector)
                    if found is not None:
                        return found
        return None

    def is_test(self, group: ClassGroup) -> bool:
        """Answer whether a class is a test case, by its name or by a superclass's."""
        names = [
            *(step.path[-1] for step in self.lineage(group)),
            *(name for step in self.lineage(group) for name in step.superclass_names),
        ]
        return any(name.endswith(("Test", "TestCase", "Tests")) for name in names)

    def makers_of(self, name: str) -> list[MethodFacts]:
        """Answer the methods that send `new` to a class of that name."""
        if self._given is None:
            users = (self._facts_of(hit.method) for hit in self.index.references(name))
            return [method for method in users if name in method.instantiated]
        return self._instantiated.get(name, [])

    def mentions(self, name: str) -> bool:
        """Answer whether a method anywhere holds `name` as a symbol or a string: what may be sent or looked up by name."""
        return self.index.literal_count(name, "symbol", "string") > 0 if self._given is None else name in self._mentioned

    @cached_property
    def _instantiated(self) -> dict[str, list[MethodFacts]]:
        """The methods that send `new` to a class, by the class's name."""
        found: dict[str, list[MethodFacts]] = {}
        for group in self.index.class_table.groups:
            for method in self.facts(group).methods:
                for name in method.instantiated:
                    found.setdefault(name, []).append(method)
        return found

    @cached_property
    def _mentioned(self) -> frozenset[str]:
        """The symbols and single words that stand in literals anywhere."""
        return frozenset(
            name for group in self.index.class_table.groups for method in self.facts(group).methods for name in method.mentions
        )


def _by_class_name(facts: Iterable[MethodFacts]) -> dict[str, list[MethodFacts]]:
    found: dict[str, list[MethodFacts]] = {}
    for method in facts:
        found.setdefault(method.class_name, []).append(method)
    return found
