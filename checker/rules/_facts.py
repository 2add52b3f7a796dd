"""What class rules know of a method without its tree: small values that can be sent between processes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from sys import intern
from typing import Any
from zlib import crc32

from checker.environment import is_change_set
from checker.suppress import Suppression, suppressions_of
from stparse.index.classtable import ClassGroup
from stparse.index.model import MethodDef
from stparse.nodes import (
    Assign,
    Block,
    Cascade,
    CompileTime,
    Foreign,
    Method,
    Node,
    Pragma,
    Return,
    Send,
    Sequence,
    String,
    Symbol,
    Variable,
    walk,
)
from stparse.text import Span

_CREATING = frozenset(("new", "new:", "basicNew", "basicNew:"))
_PSEUDO = frozenset(("self", "super", "nil", "true", "false", "thisContext"))
_COMMENT = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True)
class MethodFacts:
    """A method in short. `reads` and `writes` are the variables that it does not declare itself.

    `mentions` are its symbols and the words in its strings;
    `digest` is equal for methods that say the same; `constant` is what a method of the form `^constant` answers;
    `opaque` says that something in the method cannot be read: another language, a primitive, a syntax error.
    """

    id: int
    class_name: str
    meta: bool
    selector: str
    protocol: str | None
    file: str
    line: int
    span: Span
    dialect: str
    statements: int = 0
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    sends: tuple[str, ...] = ()
    self_sends: tuple[str, ...] = ()
    super_sends: tuple[str, ...] = ()
    instantiated: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    uses_self: bool = False
    arguments_unread: tuple[str, ...] = ()
    constant: str | None = None
    digest: int = 0
    opaque: bool = False
    pragmas: bool = False
    suppressions: tuple[Suppression, ...] = field(default=())

    @property
    def reference(self) -> str:
        return f"{self.class_name}{' class' if self.meta else ''}>>{self.selector}"

    @property
    def expects_not_understood(self) -> bool:
        """Whether the method asks first what is understood, or handles that something is not."""
        return "MessageNotUnderstood" in self.reads or "respondsTo:" in self.sends

    @property
    def is_abstract(self) -> bool:
        return "subclassResponsibility" in self.self_sends


@dataclass(frozen=True)
class ClassFacts:
    """A class with its methods, in the order of the files."""

    group: ClassGroup
    methods: tuple[MethodFacts, ...]

    @property
    def name(self) -> str:
        return self.group.path[-1]

    @cached_property
    def instance(self) -> dict[str, MethodFacts]:
        return {method.selector: method for method in self.methods if not method.meta}

    @cached_property
    def meta(self) -> dict[str, MethodFacts]:
        return {method.selector: method for method in self.methods if method.meta}

    def side(self, meta: bool) -> dict[str, MethodFacts]:
        return self.meta if meta else self.instance

    @cached_property
    def is_in_pieces(self) -> bool:
        """Whether only change sets define the class, so that what it has beside that was not read."""
        return all(is_change_set(definition.file) for definition in self.group.definitions)

    @cached_property
    def is_opaque(self) -> bool:
        """Whether some method cannot be read, so that nothing is certain about what the class uses."""
        return any(method.opaque for method in self.methods)


def nodes_by_type(tree: Method) -> dict[type[Node], list[Node]]:
    """Answer the nodes of a method by their types, each in the order of the text."""
    found: dict[type[Node], list[Node]] = {}
    for node in walk(tree):
        kind = type(node)
        if kind in found:
            found[kind].append(node)
        else:
            found[kind] = [node]
    return found


def facts_of(method: MethodDef, tree: Method | None, nodes: Mapping[type[Node], list[Node]] | None = None) -> MethodFacts:
    """Answer the facts of a method; `tree` is None where it is broken, `nodes` are the tree's where they are known already."""
    begin = tree.start if tree is not None else 0
    end = method.source.find("\n", begin)
    place = Span(begin, end if end >= 0 else len(method.source))
    head = (
        method.id,
        intern(method.class_name),
        method.meta,
        intern(method.selector),
        method.protocol,
        intern(method.file),
        method.line,
        place,
    )
    if tree is None:
        return MethodFacts(*head, method.dialect, opaque=True)
    found = _Collector(tree, nodes if nodes is not None else nodes_by_type(tree))
    return MethodFacts(
        *head,
        method.dialect,
        statements=len(tree.body.statements),
        reads=found.free(found.reads),
        writes=found.free(found.writes),
        sends=_sorted(found.sends),
        self_sends=_sorted(found.self_sends),
        super_sends=_sorted(found.super_sends),
        instantiated=_sorted(found.instantiated),
        mentions=_sorted(found.mentions),
        uses_self=found.uses_self,
        arguments_unread=tuple(a.name for a in tree.arguments if a.name not in found.reads),
        constant=_constant(tree),
        digest=crc32(" ".join(_COMMENT.sub(" ", method.source).split()).encode()),
        opaque=found.opaque,
        pragmas=bool(tree.pragmas),
        suppressions=suppressions_of(method.source),
    )


def _sorted(names: set[str]) -> tuple[str, ...]:
    return tuple(map(intern, sorted(names)))


def _constant(tree: Method) -> str | None:
    statements = tree.body.statements
    if len(statements) == 1 and isinstance(statements[0], Return) and isinstance(statements[0].value, Variable):
        name = statements[0].value.name
        return name if name in ("true", "false", "nil") else None
    return None


class _Collector:
    """What the nodes of a method, by their types, tell."""

    def __init__(self, tree: Method, nodes: Mapping[type[Node], list[Any]]) -> None:
        self.sends: set[str] = set()
        self.self_sends: set[str] = set()
        self.super_sends: set[str] = set()
        self.instantiated: set[str] = set()
        declared = [
            *tree.arguments,
            *(name for block in nodes.get(Block, ()) for name in block.parameters),
            *(name for sequence in nodes.get(Sequence, ()) for name in sequence.temporaries),
        ]
        targets = [assignment.target for assignment in nodes.get(Assign, ())]
        not_read = {*map(id, declared), *map(id, targets)}
        self._declared = {name.name for name in declared}
        self.reads = {variable.name for variable in nodes.get(Variable, ()) if id(variable) not in not_read}
        self.writes = {target.name for target in targets}
        for send in nodes.get(Send, ()):
            self._send(send.receiver, send.selector)
        for cascade in nodes.get(Cascade, ()):
            for message in cascade.messages:
                self._send(cascade.receiver, message.selector)
        words = (string.value for string in nodes.get(String, ()))
        self.mentions = {symbol.value for symbol in nodes.get(Symbol, ())} | {word for word in words if len(word) < 40 and " " not in word}
        primitive = any("primitive" in pragma.selector for pragma in nodes.get(Pragma, ()))
        self.opaque = primitive or Foreign in nodes or CompileTime in nodes
        self.uses_self = bool(self.reads & {"self", "super", "thisContext"})

    def free(self, names: set[str]) -> tuple[str, ...]:
        return _sorted(names - self._declared - _PSEUDO)

    def _send(self, receiver: Node, selector: str) -> None:
        self.sends.add(selector)
        if isinstance(receiver, Variable):
            if receiver.name == "self":
                self.self_sends.add(selector)
            elif receiver.name == "super":
                self.super_sends.add(selector)
            elif selector in _CREATING and receiver.name[:1].isupper():
                self.instantiated.add(receiver.name)
