"""A method as the conventions meet it: its scene, its source, what kind of method it is, and its class in short."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from checker.rules._scene import COMPARISONS, LITERALS, Scene, is_name, is_send
from stparse.index.model import MethodDef
from stparse.nodes import Assign, Block, ByteArray, Cascade, LiteralArray, Method, Node, Return, Send, Variable


@dataclass(frozen=True, slots=True)
class ClassView:
    """A class in short. `variables` and `selectors` are those in sight of an instance, inherited ones too, as far as the index knows.

    `plain` are the accessors that do nothing but read or write the variable of their name, in this class and in all below.
    `key` is the qualified name, `root` the topmost class above it that the index knows something of; `packages` are those of all
    classes of the index by their short names.
    """

    key: str
    name: str
    package: str
    root: str
    superclass: str
    variables: frozenset[str]
    class_variables: frozenset[str]
    selectors: frozenset[str]
    is_test: bool
    plain: frozenset[str] = frozenset()
    packages: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)


class MethodPage:
    """One method with its tree and its class; what several conventions ask is worked out once."""

    def __init__(self, method: MethodDef, tree: Method, view: ClassView) -> None:
        self.method = method
        self.tree = tree
        self.view = view
        self.scene = Scene(method, tree)
        self.source = method.source

    @property
    def side(self) -> str:
        return "class" if self.method.meta else "instance"

    @cached_property
    def protocol(self) -> str | None:
        """The protocol, without what stands behind a hyphen in it: `tests - filters` is a part of `tests`.

        None where the method is an extension of another package, or where none is told.
        """
        said = (self.method.protocol or "").partition(" - ")[0].strip()
        return None if said.startswith("*") or not said else said

    @property
    def is_test_method(self) -> bool:
        """Whether this is a test of a test case."""
        return self.view.is_test and not self.method.meta and self.method.selector.startswith("test") and ":" not in self.method.selector

    @property
    def variables(self) -> frozenset[str]:
        """The instance variables in sight of this side of the class."""
        return self.view.class_variables if self.method.meta else self.view.variables

    @property
    def is_generated(self) -> bool:
        """Whether a tool has written the method: a window specification, an image, a menu, or what says so in a comment."""
        if any(getattr(pragma, "selector", "") in ("resource:", "generated") for pragma in self.tree.pragmas):
            return True
        if self.method.meta and self.method.selector.endswith("Spec") and self.scene.nodes.get(Return):
            return True
        return any(_BY_A_TOOL.search(text) for _, _, text in self.scene.comments)

    @property
    def is_table(self) -> bool:
        """Whether the method is for the most part the literal array that it answers: a table, or what a tool has stored."""
        statements = self.tree.body.statements
        value = statements[-1].value if statements and isinstance(statements[-1], Return) else None
        if not isinstance(value, LiteralArray | ByteArray):
            return False
        return "\n" in self.source_of(value) and 2 * (value.end - value.start) > value.end - statements[0].start

    def source_of(self, node: Node) -> str:
        return self.source[node.start : node.end]

    def span(self, node: Node) -> tuple[int, int]:
        return node.start, node.end

    @cached_property
    def pattern(self) -> tuple[int, int]:
        """The first line of the method."""
        span = self.scene.pattern_span
        return span.start, span.end

    def is_variable(self, node: object) -> bool:
        return isinstance(node, Variable) and node.name in self.variables

    @cached_property
    def role(self) -> str:
        """What kind of method it is, as its body tells: getter, setter, lazy, constant, predicate, constructor, and so on."""
        statements = self.tree.body.statements
        if not statements:
            return "empty"
        first, last = statements[0], statements[-1]
        if self.scene.sends.keys() & _ABSTRACT and len(statements) == 1:
            return "abstract"
        if self._is_setter(first, last, len(statements)):
            return "setter"
        if len(statements) <= 2 and isinstance(last, Return) and self._is_lazy(first, last):
            return "lazy"
        if len(statements) == 1:
            return self._role_of_one(first)
        made = any(is_name(send.receiver, "self", "super") for send in self.scene.sends.get("new", ()))
        return "constructor" if self.method.meta and made and isinstance(last, Return) and isinstance(last.value, Variable) else "body"

    def _role_of_one(self, statement: Node) -> str:
        if not isinstance(statement, Return):
            return "call"
        value = statement.value
        if self.is_variable(value):
            return "getter"
        if isinstance(value, LITERALS) or is_name(value, "nil", "true", "false"):
            return "constant"
        if self.method.meta and _makes(value):
            return "constructor"
        return "predicate" if is_predicate(value) else "answer"

    def _is_setter(self, first: Node, last: Node, count: int) -> bool:
        if len(self.tree.arguments) != 1 or not isinstance(first, Assign) or not self.is_variable(first.target):
            return False
        if count > 2 or not is_name(first.value, self.tree.arguments[0].name):
            return False
        return count == 1 or isinstance(last, Return) or is_send(last, "changed", "changed:")

    def _is_lazy(self, first: Node, last: Return) -> bool:
        value = last.value
        if is_send(value, "ifNil:") and self.is_variable(value.receiver):
            return isinstance(value.arguments[0], Block)
        if first is last or not is_send(first, "ifTrue:", "ifNil:") or not self.is_variable(value):
            return False
        test = first.receiver.receiver if is_send(first.receiver, "isNil", "==", "=") else first.receiver
        return is_name(test, value.name if isinstance(value, Variable) else "")


_BY_A_TOOL = re.compile(r"\bgenerated\b.{0,60}\bdo not (?:modify|edit|change)\b", re.IGNORECASE | re.DOTALL)
_ABSTRACT = frozenset(("subclassResponsibility", "implementedBySubclass"))
_BOOLEAN = frozenset(("isNil", "notNil", "isEmpty", "notEmpty", "not", "isNotNil", "isNotEmpty", "isEmptyOrNil", "and:", "or:", "&", "|"))
_FILLING = ("init", "set", "on:", "from:", "with", "named:", "for:", "of:", "yourself")
_TESTS = ("includes", "is", "has", "can", "anySatisfy:", "allSatisfy:", "contains:", "respondsTo:", "inheritsFrom:")


def is_predicate(value: Node) -> bool:
    """Answer whether an expression surely answers true or false, as its message tells."""
    if not isinstance(value, Send):
        return is_name(value, "true", "false")
    selector = value.selector
    if selector in COMPARISONS or selector in _BOOLEAN:
        return True
    return selector.startswith(_TESTS) and (selector in _TESTS or selector[3:4].isupper() or selector[2:3].isupper() or ":" in selector)


def _makes(value: Node) -> bool:
    """Answer whether an expression answers a new instance of the class itself, and not what that answers to some message."""
    if isinstance(value, Cascade):
        return value.messages[-1].selector == "yourself" and _is_new(value.receiver)
    return _is_new(value) or (isinstance(value, Send) and value.selector.startswith(_FILLING) and _is_new(value.receiver))


def _is_new(value: Node) -> bool:
    return is_send(value, "new", "new:", "basicNew", "basicNew:") and is_name(value.receiver, "self", "super")
