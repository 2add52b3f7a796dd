"""Scopes and names: the faults that a compiler finds in a text that parses (`checker/faults.txt`).

One pass over the tree in the order of evaluation, on a stack of its own: a tree can be deeper than Python's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from checker.faults import faults
from checker.flow import unassigned_reads
from checker.inlined import arity_faults
from checker.literals import is_long_operator, literal_faults
from checker.names import CONSTANTS, PSEUDO_VARIABLES, Meaning, Names, nearest, words_in
from stparse.issue import Issue, Severity
from stparse.nodes import (
    Assign,
    Binding,
    Block,
    Brace,
    Cascade,
    CompileTime,
    Foreign,
    Message,
    Method,
    Node,
    Pragma,
    Return,
    Send,
    Sequence,
    Symbol,
    Variable,
    children,
    walk,
)
from stparse.text import Span

_MOST_ARGUMENTS = 15
# Smalltalk/X sends to `here` what the class of the method itself understands.
_WORDS_OF_ONE_DIALECT = frozenset((("pharo", "thisProcess"), ("stx", "here")))
# Dolphin's compiler looks the names of a method up in the namespace that its pragma names; Tweak, which Croquet and OpenQwaq are
# written for, runs a method on the event that its pragma names, of the variable that it names.
_PRAGMAS_OF_NAMES = {"dolphin": ("namespace:", "imports:"), "squeak": ("on:", "on:in:")}
# What GNU Smalltalk calls the primitives of its machine: its compiler knows them, and no image needs to.
_OWN_PRIMITIVES = "VMpr_"


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
        self._source = ""
        self._issues: list[Issue] = []
        self._scopes: list[_Scope] = []
        self._ended: set[str] = set()
        self._has_temporaries = False
        # Temporaries that an assignment to an undeclared name seems to mean.
        self._meant: set[str] = set()

    def run(self, tree: Method | Sequence, source: str) -> list[Issue]:
        """Answer the issues of `tree`, which is the tree of `source`."""
        self._source = source
        stack: list[_Step] = [tree]
        while stack:
            step = stack.pop()
            # Half of all nodes are variables.
            if isinstance(step, Variable):
                self._read(step)
            elif isinstance(step, _Leave):
                self._leave()
            elif isinstance(step, _Store):
                self._write(step.target)
            else:
                stack += self._visit(step)
        for variable in unassigned_reads(tree) if self._has_temporaries else ():
            if variable.name not in self._meant:
                self._report("read-before-write", variable, name=variable.name)
        return self._issues

    def _visit(self, node: Node) -> list[_Step]:
        """Look at one node; answer the steps that follow, the last first."""
        if isinstance(node, Send):
            return self._visit_send(node)
        if isinstance(node, Foreign):
            self._use_all(node)
            return []
        if isinstance(node, Message):
            self._look_at_selector(node)
        if isinstance(node, Method):
            self._enter()
            for argument in node.arguments:
                self._declare(argument, "argument")
            self._declare_error_codes(node)
            self._check_letters(node.selector, node.start)
            if is_long_operator(node.selector):
                self._report_at("long-operator", node.start, node.start + len(node.selector), name=node.selector)
            if len(node.arguments) > _MOST_ARGUMENTS:
                self._report("too-many-arguments", node, name=node.selector)
            self._look_at_pragmas(node)
            return [_Leave(), node.body]
        if isinstance(node, Block):
            self._enter()
            for parameter in node.parameters:
                self._declare(parameter, "block argument")
            if len(node.parameters) > _MOST_ARGUMENTS:
                self._report("too-many-arguments", node, name="a block")
            if node.body.temporaries:
                self._report("block-temporaries", node.body.temporaries[0])
            return [_Leave(), node.body]
        if isinstance(node, Sequence):
            return self._visit_sequence(node)
        if isinstance(node, Assign):
            self._find_super(node, [node.value])
            return [_Store(node.target), node.value]
        for fault, place, words in literal_faults(node):
            self._report(fault, place, **words)
        if isinstance(node, Brace):
            self._look_at_brace(node)
        if isinstance(node, Binding) and self._leads_nowhere(node.name):
            self._report("unknown-namespace", node, name=node.name)
        if isinstance(node, Symbol) and self._dialect == "smalltalk80":
            self._look_up_association(node)
        if isinstance(node, CompileTime) and self._dialect == "gnu":
            self._find_locals(node)
            return []
        below = children(node)
        self._find_super(node, below)
        return [*reversed(below)]

    def _visit_send(self, node: Send) -> list[_Step]:
        self._look_at_selector(node)
        for fault, place, words in (*literal_faults(node), *arity_faults(node, self._dialect)):
            self._report(fault, place, **words)
        if node.arguments:
            self._find_super(node, list(node.arguments))
        return [*reversed(node.arguments), node.receiver]

    def _look_up_association(self, node: Symbol) -> None:
        """`##name` is the association of a global in Smalltalk-80, which therefore has to be there."""
        if self._source.startswith("##", node.start) and node.value.isidentifier():
            self._look_up(Variable(node.start + 2, node.end, node.value))

    def _look_at_brace(self, node: Brace) -> None:
        if not node.dictionary:
            self._report("brace-array", node)
        for element in node.elements:
            if isinstance(element, Return):
                self._report("return-in-brace-array", element)
            elif node.dictionary and not (isinstance(element, Send) and element.selector == "->"):
                self._report("not-an-association", element)

    def _look_at_selector(self, node: Send | Message) -> None:
        """A reserved word is no message for some compilers, and "_" no letter; both hint at a period that is missing."""
        selector = node.selector
        at = node.at if isinstance(node, Send) else node.start
        if selector in PSEUDO_VARIABLES:
            fault = "constant-as-message" if selector in CONSTANTS else "self-as-message"
            self._report_at(fault, at, at + len(selector), name=selector)
        if selector == "^":
            self._report_at("caret-as-message", at, at + 1)
        self._check_plain(selector, at)
        self._check_letters(selector, at)

    def _check_plain(self, name: str, start: int) -> None:
        if "." in name or "::" in name:
            self._report_at("qualified-name", start, start + len(name), name=name)

    def _check_letters(self, name: str, start: int) -> None:
        """Report the letters of a name or selector that the dialect does not have."""
        end = start + len(name.partition(":")[0])
        if "_" in name and not self._names.underscores:
            self._report_at("underscore-in-name", start, end, name=name)
        if not name.isascii() and (name[0].isalpha() or name[0] == "_"):
            self._report_at("foreign-letter", start, end, name=name)

    def _look_at_pragmas(self, method: Method) -> None:
        for pragma in method.pragmas:
            if not (isinstance(pragma, Pragma) and pragma.selector == "primitive:"):
                self._report("pragma", pragma)
            if self._dialect == "gnu":
                self._find_locals(pragma)
            elif isinstance(pragma, Pragma):
                self._find_names(pragma)
                for fault, place, words in (finding for node in walk(pragma) for finding in literal_faults(node)):
                    self._report(fault, place, **words)

    def _find_names(self, pragma: Pragma) -> None:
        """Report the arguments that are names; the one of `error:` declares a variable."""
        if pragma.selector in _PRAGMAS_OF_NAMES.get(self._dialect, ()):
            return
        keywords = pragma.selector.split(":")
        for keyword, argument in zip(keywords, pragma.arguments, strict=False):
            if isinstance(argument, Variable) and argument.name not in CONSTANTS and keyword != "error":
                self._report("name-in-pragma", argument, name=argument.name)

    def _find_locals(self, outside: Node) -> None:
        """Report the variables of an expression that GNU Smalltalk evaluates while it compiles: it sees globals only."""
        below = list(walk(outside))
        declared = [variable for node in below if isinstance(node, Block) for variable in node.parameters]
        declared += [variable for node in below if isinstance(node, Sequence) for variable in node.temporaries]
        own = {variable.name for variable in declared}
        for variable in declared:
            self._check_letters(variable.name, variable.start)
        for node in below:
            if isinstance(node, Variable) and node.name not in own | PSEUDO_VARIABLES:
                self._look_up_at_once(node)
            elif isinstance(node, Send | Message):
                self._look_at_selector(node)
            for fault, place, words in literal_faults(node):
                self._report(fault, place, **words)

    def _look_up_at_once(self, node: Variable) -> None:
        """Look up a global that is needed while the method is compiled: it cannot come later."""
        if node.name.rpartition(".")[2].startswith(_OWN_PRIMITIVES):
            return
        meaning = self._names.meaning(node.name) if node.name[0].isupper() else Meaning.UNDECLARED
        if meaning is Meaning.UNKNOWN:
            self.unknown.add(node.name)
        elif meaning is Meaning.UNDECLARED:
            qualified = "." in node.name or "::" in node.name
            self._report("unknown-namespace" if qualified else "undeclared-variable", node, name=node.name)

    def _declare_error_codes(self, method: Method) -> None:
        """`<primitive: 60 error: code>` declares the variable that holds why a primitive failed; Dolphin's has a fixed name."""
        if self._dialect == "gnu":
            return
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
            self._has_temporaries = True
            self._declare(temporary, "temporary")
        for statement, after in pairwise(node.statements):
            if isinstance(statement, Return):
                self._report("statement-after-return", after)
                break
        self._find_super(node, list(node.statements))
        return [*([_Leave()] if script else []), *reversed(node.statements)]

    def _find_super(self, node: Node, below: list[Node]) -> None:
        """`super` is only a receiver; `children` would show it as any variable."""
        receiver = node.receiver if isinstance(node, Cascade) else None
        for child in below:
            if not isinstance(child, Variable) or child.name != "super":
                continue
            if child is not receiver:
                self._report("super-as-argument" if isinstance(node, Send | Message) else "super-alone", child)
            elif isinstance(node, Cascade):
                self._report("cascade-on-super", child)

    # -- scopes ------------------------------------------------------------------------------------------------------

    def _enter(self) -> None:
        self._scopes.append(_Scope())

    def _leave(self) -> None:
        scope = self._scopes.pop()
        for name, declared in scope.names.items():
            if self._scopes:
                self._ended.add(name)
            if declared.kind != "temporary" or name in PSEUDO_VARIABLES:
                continue
            if not declared.reads and not declared.writes:
                self._report("unused-temporary", declared.node, name=name)
            elif not declared.reads:
                self._report("never-read", declared.node, name=name)

    def _declare(self, node: Variable, kind: str) -> None:
        name = node.name
        known = self._scopes[-1].names.get(name)
        if name in PSEUDO_VARIABLES:
            told = self._report("reserved-word" if name in CONSTANTS else "pseudo-variable-as-name", node, name=name)
            # Where an argument may be called `self`, two of them may not: `foo: self bar: self`, of which an argument was left out.
            if known is not None and (told is None or told.severity is not Severity.ERROR):
                self._report("duplicate-name", node, name=name)
        elif known is not None:
            self._report("temporary-like-argument" if known.kind != kind else "duplicate-name", node, name=name)
        elif (outer := self._find(name)) is not None:
            self._report("shadows-argument" if outer.kind == "argument" else "shadows-outer-variable", node, name=name)
        elif self._names.meaning(name) is Meaning.INSTANCE:
            self._report("shadows-instance-variable", node, name=name)
        self._scopes[-1].names.setdefault(name, _Declared(node, kind))
        self._check_plain(name, node.start)
        self._check_letters(name, node.start)

    def _find(self, name: str) -> _Declared | None:
        for scope in reversed(self._scopes):
            found = scope.names.get(name)
            if found is not None:
                return found
        return None

    # -- names -------------------------------------------------------------------------------------------------------

    def _use_all(self, node: Foreign) -> None:
        """Text of another language may read and assign the variables that it names."""
        for name in words_in(node.text):
            declared = self._find(name)
            if declared is not None:
                declared.reads += 1
                declared.writes += 1

    def _read(self, node: Variable) -> None:
        if node.name in PSEUDO_VARIABLES:
            return
        declared = self._find(node.name)
        if declared is not None:
            declared.reads += 1
        elif (self._dialect, node.name) in _WORDS_OF_ONE_DIALECT:
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
            meaning = self._look_up(node, stored=True)
            # Amber has no variables with a capital that a method could store into.
            if meaning is Meaning.CLASS or (self._dialect == "amber" and name[:1].isupper()):
                self._report("store-into-class", node, name=name)
            return
        declared.writes += 1
        if declared.kind == "argument":
            self._report("store-into-argument", node, name=name)
        elif declared.kind == "block argument":
            self._report("store-into-block-argument", node, name=name)

    def _look_up(self, node: Variable, *, stored: bool = False) -> Meaning:
        meaning = self._names.meaning(node.name)
        self._check_letters(node.name, node.start)
        if meaning is Meaning.UNKNOWN and node.name in self._ended:
            meaning = Meaning.UNDECLARED
        # The base takes a class for known whatever stands before its name.
        if meaning is Meaning.CLASS and self._leads_nowhere(node.name):
            meaning = Meaning.UNDECLARED
        if meaning is Meaning.UNDECLARED:
            self._undeclared(node, stored)
        elif meaning is Meaning.UNKNOWN:
            self.unknown.add(node.name)
        elif meaning in (Meaning.CLASS, Meaning.GLOBAL):
            self.assumed.add(node.name)
        return meaning

    def _undeclared(self, node: Variable, stored: bool) -> None:
        name = node.name
        local = [known for scope in self._scopes for known in scope.names]
        for meant in nearest(name, local, len(local) + 1):
            # Whichever it is misspelt here, it is not unused as well, and not read before it is assigned to.
            found = self._find(meant)
            assert found is not None
            found.reads += 1
            if stored:
                self._meant.add(meant)
        near = self._names.near(name) if name[:1].isupper() else _merged(name, local, self._names)
        hint = f"is it {' or '.join(near)}? Else " if near else ""
        if name in self._ended:
            self._report("out-of-scope", node, name=name)
            self._report("out-of-scope-refused", node, name=name)
        elif self._leads_nowhere(name):
            self._report("unknown-namespace", node, name=name)
        elif name[:1].isupper():
            self._report("undeclared-global", node, name=name, near=hint)
        else:
            self._report("undeclared-variable", node, name=name, near=hint)

    def _leads_nowhere(self, name: str) -> bool:
        """Answer whether a name's namespace is none that is known: GNU Smalltalk looks that up before the method runs."""
        owner = name.replace("::", ".").rpartition(".")[0]
        if self._dialect != "gnu" or not owner:
            return False
        return not owner[0].isupper() or self._names.meaning(owner) is Meaning.UNDECLARED

    def _report(self, fault: str, node: Node, **words: str) -> Issue | None:
        return self._report_at(fault, node.start, node.end, **words)

    def _report_at(self, fault: str, start: int, end: int, **words: str) -> Issue | None:
        """Note what is wrong; answer it, None where the dialect allows it."""
        issue = faults()[fault].issue(self._dialect, Span(start, end), **words)
        if issue is not None:
            self._issues.append(issue)
        return issue


def _merged(name: str, local: list[str], names: Names) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*nearest(name, local), *names.near(name))))[:3]
