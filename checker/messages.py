"""The messages of a method that nobody can understand: a selector without a method, of the other side, of no superclass.

The rules ST409, ST410 and ST422 ask this of the whole classes of an index and point at methods; here one text is judged, which
need not be in the index, and the finding is at the message itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Protocol

from checker.environment import House
from checker.names import Meaning, Names, nearest
from checker.rules import RULES, Found
from checker.rules._code import CodeBase
from stparse.index.classtable import ClassGroup, path_of
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered, remembered_property, unrecorded
from stparse.index.structure import lineage_of
from stparse.issue import Issue
from stparse.nodes import Cascade, Method, Node, Send, Variable, walk
from stparse.text import Span

BEHAVIOURS = frozenset(
    ("Object", "ProtoObject", "Behavior", "ClassDescription", "Class", "Metaclass", "MetaclassDescription", "ClassBuilder")
)
"""What every class is an instance of, with what those inherit from: what they implement, classes understand too."""


class Known(Enum):
    """Who implements a selector, as far as it is known."""

    SOMEBODY = "implemented"
    INSTANCES = "implemented by instances only"
    CLASSES = "implemented by classes only"
    NOBODY = "implemented by nobody"
    UNKNOWN = "unknown"


class Messages(Protocol):
    """What is understood around a method."""

    @property
    def meta(self) -> bool:
        """Whether `self` is a class."""

    @property
    def complete(self) -> bool:
        """Whether all that is implemented is known, so that a selector can be nobody's."""

    def implemented(self, selector: str) -> Known:
        """Answer who implements `selector`."""

    def inherited(self, selector: str) -> Known:
        """Answer whether a superclass implements `selector` on the side of the method: SOMEBODY, NOBODY or UNKNOWN."""

    def near(self, selector: str) -> tuple[str, ...]:
        """Answer selectors that somebody implements and that look like this one."""


@dataclass(frozen=True, slots=True)
class _Sent:
    receiver: Node
    selector: str
    at: int


def message_faults(tree: Method, names: Names, messages: Messages) -> Iterator[Issue]:
    """Yield what is wrong with the messages of a method, in the order of the text."""
    for sent in sorted(sent_in(tree), key=lambda sent: sent.at):
        yield from _faults_of(sent, names, messages)


def sent_in(tree: Method) -> Iterator[_Sent]:
    """Yield the messages that a method sends."""
    for node in walk(tree.body):
        if isinstance(node, Send):
            yield _Sent(node.receiver, node.selector, node.at)
        elif isinstance(node, Cascade):
            for message in node.messages:
                yield _Sent(node.receiver, message.selector, message.start)


def _faults_of(sent: _Sent, names: Names, messages: Messages) -> Iterator[Issue]:
    receiver = sent.receiver.name if isinstance(sent.receiver, Variable) else ""
    known = messages.implemented(sent.selector)
    if known is Known.NOBODY:
        near = messages.near(sent.selector)
        hint = f"is it {' or '.join(f'#{name}' for name in near)}? Else implement it" if near else ""
        yield _issue("ST422", sent, hint)
    elif receiver == "super":
        if messages.inherited(sent.selector) is Known.NOBODY:
            yield _issue("ST409", sent, "")
    elif (is_class := _is_class(receiver, names, messages)) is not None and known is (Known.INSTANCES if is_class else Known.CLASSES):
        hint = "send it to an instance" if is_class else "send it to the class"
        yield _issue("ST410", sent, hint, receiver=receiver)


def _is_class(receiver: str, names: Names, messages: Messages) -> bool | None:
    """Answer whether the receiver is a class; None where that is not certain."""
    if receiver == "self":
        return messages.meta
    return True if receiver[:1].isupper() and names.meaning(receiver) is Meaning.CLASS else None


def _issue(code: str, sent: _Sent, hint: str, **words: str) -> Issue:
    first = sent.selector.partition(":")
    place = Span(sent.at, sent.at + len(first[0] + first[1]))
    return RULES[code].issue(Found(place, name=sent.selector, hint=hint, **words))


@lru_cache(maxsize=16)
def _trusted(house: House) -> bool:
    """Whether a selector that neither the code base nor the base implements is nobody's."""
    with unrecorded():
        return house.index is not None and CodeBase(house.index, base_selectors=house.base_selectors).knows_all_selectors


def standing_of(house: House) -> str:
    """Answer what all verdicts in a house rest on that nobody notes (see `stparse.index.reads`): compare it before you keep any."""
    return repr((*house.settled(), _trusted(house)))


@remembered(100_000)
def _owners(index: CodeIndex, selector: str) -> frozenset[tuple[str, bool]]:
    """Answer the classes, by short name and side, that implement a selector in the code base."""
    found = index.implementors(selector) if selector in index.implemented_selectors else ()
    return frozenset((path_of(method.class_name)[-1], method.meta) for method in found)


@remembered(4)
def _selectors(house: House) -> frozenset[str]:
    own = house.index.implemented_selectors if house.index is not None else {}
    return frozenset(own) | frozenset(house.base.selectors if house.base is not None else ())


class CodeMessages:
    """What is understood around a method of one side of a class of a house (see `Messages`)."""

    def __init__(self, house: House, index: CodeIndex, class_name: str, *, meta: bool, file: str | None = None) -> None:
        self._house, self._index, self.meta = house, index, meta
        groups = house.table.meant(class_name, file)
        self._lineage: tuple[ClassGroup, ...] = lineage_of(house.table, groups[0]) if len(groups) == 1 else ()
        self._base = house.base.selectors if house.base is not None else {}

    @property
    def complete(self) -> bool:
        return _trusted(self._house)

    def implemented(self, selector: str) -> Known:
        if selector in self._base:
            return Known.SOMEBODY
        if selector not in self._index.implemented_selectors:
            return Known.NOBODY if self.complete else Known.UNKNOWN
        owners = _owners(self._index, selector)
        if not self.complete or self._is_open or any(name in BEHAVIOURS or self._is_trait(name) for name, _ in owners):
            return Known.SOMEBODY
        sides = {meta for _, meta in owners}
        return Known.SOMEBODY if len(sides) > 1 else Known.CLASSES if True in sides else Known.INSTANCES

    def inherited(self, selector: str) -> Known:
        if not self._lineage:
            return Known.UNKNOWN
        owners = _owners(self._index, selector)
        above = {step.path[-1] for step in self._lineage[1:]}
        if any((name in above and meta is self.meta) or (name in BEHAVIOURS and not meta and self.meta) for name, meta in owners):
            return Known.SOMEBODY
        if self._is_open or any(d.traits or d.trait or d.stub for step in self._lineage for d in step.definitions):
            return Known.UNKNOWN
        if not self._lineage[-1].superclass_names:
            return Known.NOBODY
        # The chain goes on in the base, of which only the selectors are known, and not whose they are.
        return Known.NOBODY if self.complete and selector not in self._base else Known.UNKNOWN

    def near(self, selector: str) -> tuple[str, ...]:
        return nearest(selector, _selectors(self._house))

    @remembered_property
    def _is_open(self) -> bool:
        """Whether the class handles what it does not understand, or is a kind of class itself."""
        names = {step.path[-1] for step in self._lineage}
        handlers = {name for name, _ in _owners(self._index, "doesNotUnderstand:")}
        return not self._lineage or bool(names & (handlers - BEHAVIOURS)) or bool(names & (BEHAVIOURS - {"Object", "ProtoObject"}))

    def _is_trait(self, name: str) -> bool:
        return any(definition.trait for group in self._house.table.named(name) for definition in group.definitions)
