"""Scopes and names: the faults that a compiler finds in a text that parses (`checker/faults.txt`).

One pass over the tree in the order of evaluation, on a stack of its own: a tree can be deeper than Python's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from checker.faults import faults
from checker.flow import unassigned_reads
from checker.inlined import arity_faults
from checker.literals import literal_faults
from checker.names import Meaning, Names, nearest
from stparse.issue import Issue
from stparse.nodes import Assign, Block, Brace, Cascade, Method, Node, Return, Send, Sequence, Symbol, Variable, children
from stparse.text import Span

PSEUDO_VARIABLES = frozenset(("self", "super", "nil", "true", "false", "thisContext"))
_MOST_ARGUMENTS = 15


@dataclass(slots=True)
class _Declared:
    """A name that the text declares, and what became of it."""

    node: Variable
    kind: str
    reads: int = 0
    writes: int = 0


@dataclass(slots=True)
class _Scope:
    names: dict[str, _Declared] = field(default_factory=dict)


_Step: TypeAlias = "Node | _Leave | _Store"


@dataclass(frozen=True, slots=True)
class _Leave:
    """End of a scope."""


@dataclass(frozen=True, slots=True)
class _Store:
    """The target of an assignment, after its value."""

    target: Variable


class Analysis:
    """One walk over one tree.

    Undeclared names (C101, C102) are issues like others; what they mean for the verdict is the caller's policy.
    `unknown` are the names that could not be judged because the base is not known, `assumed` the globals taken as known.
    """

    def __init__(self, names: Names, dialect: str) -> None:
        self.unknown: set[str] = set()
        self.assumed: set[str] = set()
        self._names = names
        self._dialect = dialect
        self._issues: list[Issue] = []
        self._scopes: list[_Scope] = []
        self._ended: set[str] = set()

    def run(self, tree: Method | Sequence) -> list[Issue]:
        """Answer the issues of `tree`."""
        stack: list[_Step] = [tree]
        while stack:
            step = stack.pop()
            if isinstance(step, _Leave):
                self._leave()
            elif isinstance(step, _Store):
                self._write(step.target)
            else:
                stack.extend(self._visit(step))
        for variable in unassigned_reads(tree):
            self._report("read-before-write", variable, name=variable.name)
        return self._issues

    def _visit(self, node: Node) -> list[_Step]:
        """Look at one node; answer the steps that follow, the last first."""
        if isinstance(node, Variable):
            self._read(node)
            return []
        if isinstance(node, Method):
            self._enter()
            for argument in node.arguments:
                self._declare(argument, "argument")
            self._declare_error_codes(node)
            if len(node.arguments) > _MOST_ARGUMENTS:
                self._report("too-many-arguments", node, name=node.selector)
            return [_Leave(), node.body]
        if isinstance(node, Block):
            self._enter()
            for parameter in node.parameters:
                self._declare(parameter, "block argument")
            return [_Leave(), node.body]
        if isinstance(node, Sequence):
            return self._visit_sequence(node)
        if isinstance(node, Assign):
            return [_Store(node.target), node.value]
        for fault, place, words in (*literal_faults(node), *arity_faults(node)):
            self._report(fault, place, **words)
        if isinstance(node, Brace):
            self._report("brace-array", node)
            for element in node.elements:
                if isinstance(element, Return):
                    self._report("return-in-brace-array", element)
        below = list(children(node))
        self._find_super(node, below)
        return list(reversed(below))

    def _declare_error_codes(self, method: Method) -> None:
        """`<primitive: 60 error: code>` declares the variable that holds why a primitive failed; Dolphin's has a fixed name."""
        for pragma in method.pragmas:
            for argument in children(pragma):
                name = argument.name if isinstance(argument, Variable) else argument.value if isinstance(argument, Symbol) else ""
                if name.isidentifier() and name not in PSEUDO_VARIABLES and not name[0].isupper():
                    declared = Variable(argument.start, argument.end, name)
                    self._scopes[-1].names.setdefault(name, _Declared(declared, "error code"))
        if method.pragmas and self._dialect == "dolphin":
            self._scopes[-1].names.setdefault("_failureCode", _Declared(Variable(method.start, method.start, "_failureCode"), "error code"))

    def _visit_sequence(self, node: Sequence) -> list[_Step]:
        script = not self._scopes
        if script:
            self._enter()
        for temporary in node.temporaries:
            self._declare(temporary, "temporary")
        for statement in node.statements[:-1]:
            if isinstance(statement, Return):
                self._report("statement-after-return", node.statements[node.statements.index(statement) + 1])
                break
        return [*([_Leave()] if script else []), *reversed(node.statements)]

    def _find_super(self, node: Node, below: list[Node]) -> None:
        """`super` is only a receiver; `children` would show it as any variable."""
        receiver = node.receiver if isinstance(node, Send | Cascade) else None
        for child in below:
            if isinstance(child, Variable) and child.name == "super" and child is not receiver:
                self._report("super-alone", child)

    # -- scopes ------------------------------------------------------------------------------------------------------

    def _enter(self) -> None:
        self._scopes.append(_Scope())

    def _leave(self) -> None:
        scope = self._scopes.pop()
        for name, declared in scope.names.items():
            if self._scopes:
                self._ended.add(name)
            if declared.kind != "temporary":
                continue
            if not declared.reads and not declared.writes:
                self._report("unused-temporary", declared.node, name=name)
            elif not declared.reads:
                self._report("never-read", declared.node, name=name)

    def _declare(self, node: Variable, kind: str) -> None:
        name = node.name
        known = self._scopes[-1].names.get(name)
        if name in PSEUDO_VARIABLES:
            self._report("reserved-word", node, name=name)
        elif known is not None:
            self._report("temporary-like-argument" if known.kind != kind else "duplicate-name", node, name=name)
        elif self._find(name) is not None:
            self._report("shadows-outer-variable", node, name=name)
        elif self._names.meaning(name) is Meaning.INSTANCE:
            self._report("shadows-instance-variable", node, name=name)
        self._scopes[-1].names.setdefault(name, _Declared(node, kind))
        if "_" in name and not self._names.underscores:
            self._report("underscore-in-name", node, name=name)
        if not name.isascii():
            self._report("foreign-letter", node, name=name)

    def _find(self, name: str) -> _Declared | None:
        for scope in reversed(self._scopes):
            found = scope.names.get(name)
            if found is not None:
                return found
        return None

    # -- names -------------------------------------------------------------------------------------------------------

    def _read(self, node: Variable) -> None:
        if node.name in PSEUDO_VARIABLES:
            return
        declared = self._find(node.name)
        if declared is not None:
            declared.reads += 1
        elif node.name == "thisProcess" and self._dialect == "pharo":
            self.assumed.add(node.name)
        else:
            self._look_up(node)

    def _write(self, node: Variable) -> None:
        name = node.name
        if name in PSEUDO_VARIABLES:
            self._report("store-into-pseudo-variable", node, name=name)
            return
        declared = self._find(name)
        if declared is None:
            if self._look_up(node) is Meaning.CLASS:
                self._report("store-into-class", node, name=name)
            return
        declared.writes += 1
        if declared.kind == "argument":
            self._report("store-into-argument", node, name=name)
        elif declared.kind == "block argument":
            self._report("store-into-block-argument", node, name=name)

    def _look_up(self, node: Variable) -> Meaning:
        meaning = self._names.meaning(node.name)
        if meaning is Meaning.UNKNOWN and node.name in self._ended:
            meaning = Meaning.UNDECLARED
        if meaning is Meaning.UNDECLARED:
            self._undeclared(node)
        elif meaning is Meaning.UNKNOWN:
            self.unknown.add(node.name)
        elif meaning in (Meaning.CLASS, Meaning.GLOBAL):
            self.assumed.add(node.name)
        return meaning

    def _undeclared(self, node: Variable) -> None:
        name = node.name
        local = [known for scope in self._scopes for known in scope.names]
        near = self._names.near(name) if name[:1].isupper() else _merged(name, local, self._names)
        hint = f"is it {' or '.join(near)}? Else " if near else ""
        if name in self._ended:
            self._report("out-of-scope", node, name=name)
        elif name[:1].isupper():
            self._report("undeclared-global", node, name=name, near=hint)
        else:
            self._report("undeclared-variable", node, name=name, near=hint)

    def _report(self, fault: str, node: Node, **words: str) -> None:
        issue = faults()[fault].issue(self._dialect, Span(node.start, node.end), **words)
        if issue is not None:
            self._issues.append(issue)


def _merged(name: str, local: list[str], names: Names) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*nearest(name, local), *names.near(name))))[:3]

