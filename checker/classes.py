"""Faults of a class definition: the message, the superclass, the names of its variables.

    C301  defines no class                     C306  a variable is named like a reserved word
    C302  a keyword that no definition has     C307  a name that is none
    C303  the superclass cannot be that        C308  a class variable without a capital (warning)
    C304  a variable is listed twice           C309  a class name without a capital
    C305  a superclass has the variable already

`strict` is for a text that is meant to be a class definition and nothing else; in files, other people's own messages
(`subclass:uses:...`) pass, and a keyword counts only where it is nearly one that is known.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from checker.faults import faults
from checker.names import PSEUDO_VARIABLES, Meaning, Names, nearest
from stparse.chunk import ClassDef
from stparse.definitions import KEYWORDS, ClassSideDef, NamespaceDef, definitions_in
from stparse.index.classtable import ClassTable, path_of
from stparse.index.structure import lineage_of
from stparse.issue import Issue, Severity
from stparse.nodes import (
    Assign,
    Binding,
    Brace,
    Cascade,
    LiteralArray,
    Node,
    Number,
    Return,
    Send,
    Sequence,
    String,
    Symbol,
    Variable,
)
from stparse.text import Span

_LISTS = ("instance_variables", "class_variables", "class_instance_variables")
_SHAPES = ("subclass", "variableSubclass", "variableByteSubclass", "variableWordSubclass", "weakSubclass", "defineClass", "defineNameSpace")
_WORD = re.compile(r"\S+")


class Surroundings(NamedTuple):
    """What a definition is judged against: the names above the class, all classes (None: unknown), known selectors."""

    above: Names
    table: ClassTable | None = None
    selectors: Container[str] = ()


@dataclass(frozen=True, slots=True)
class _Argument:
    keyword: str
    node: Node


def definition_faults(source: str, tree: Node, dialect: str, around: Surroundings, *, strict: bool) -> Iterator[Issue]:
    """Yield what is wrong with the definitions among the statements of `tree`, which is the tree of `source`."""
    statements = tree.statements if isinstance(tree, Sequence) else (tree,)
    if strict and not any(isinstance(found, ClassDef | ClassSideDef | NamespaceDef) for found in definitions_in(tree)):
        yield _no_definition(statements, len(source))
        return
    for statement in statements:
        for found in definitions_in(statement):
            if isinstance(found, ClassDef | ClassSideDef):
                yield from _Definition(source, found, _value(statement), dialect, around, strict).faults()


def stated_faults(definition: ClassDef, *, strict: bool = False) -> Iterator[Issue]:
    """Yield what is wrong with the names of a definition that a format states outside Smalltalk; they have no place of their own.

    Readers of those formats are lenient: a name that is listed twice is an error only where the definition is all that is asked about.
    """
    for attribute in _LISTS:
        names: tuple[str, ...] = getattr(definition, attribute)
        for issue in _faults_of_names([(name, definition.span) for name in names], attribute):
            yield issue if strict or issue.code != "C304" else replace(issue, severity=Severity.WARNING)


def _no_definition(statements: tuple[Node, ...], size: int) -> Issue:
    for statement in statements:
        value = _value(statement)
        first = value.selector.partition(":")[0] if isinstance(value, Send) and value.arguments else ""
        near = nearest(first, _SHAPES)
        if near:
            hint = f"is it {' or '.join(f'{name}:' for name in near)}?"
            return Issue("C302", f"no class definition begins with {first}:", Severity.ERROR, _value(statement).span, hint)
    place = statements[0].span if statements else Span(0, min(size, 1))
    hint = "write: Object subclass: #Name instanceVariableNames: '' classVariableNames: '' poolDictionaries: '' category: ''"
    return Issue("C301", "this defines no class", Severity.ERROR, place, hint)


def _value(node: Node) -> Node:
    while isinstance(node, Assign | Return):
        node = node.value
    return node


def _arguments_of(node: Node) -> Iterator[_Argument]:
    """Yield keywords with their arguments, those of the receiver and of a cascade's messages too."""
    if isinstance(node, Cascade):
        yield from _arguments_of(node.receiver)
        for message in node.messages:
            yield from map(_Argument, message.selector.rstrip(":").split(":"), message.arguments)
    elif isinstance(node, Send) and node.arguments:
        yield from _arguments_of(node.receiver)
        yield from map(_Argument, node.selector.rstrip(":").split(":"), node.arguments)


@dataclass(frozen=True, slots=True)
class _Definition:
    """One definition and the statement that makes it."""

    source: str
    found: ClassDef | ClassSideDef
    node: Node
    dialect: str
    around: Surroundings
    strict: bool

    def faults(self) -> Iterator[Issue]:
        arguments = list(_arguments_of(self.node))
        yield from self._keywords(arguments)
        if isinstance(self.found, ClassDef):
            yield from self._class_name(self.found)
            yield from self._superclass(self.found, arguments)
        for argument in arguments:
            attribute, how = KEYWORDS.get(argument.keyword, ("", ""))
            if how == "names" and attribute in _LISTS:
                names = list(_names_in(self.source, argument.node))
                yield from _faults_of_names(names, attribute)
                if attribute == "instance_variables" and isinstance(self.found, ClassDef) and not self._is_its_own_superclass(self.found):
                    yield from self._inherited(names)

    def _keywords(self, arguments: list[_Argument]) -> Iterator[Issue]:
        node = self.node
        if isinstance(node, Send) and node.selector in self.around.selectors:
            return
        for argument in arguments[1:]:
            keyword = argument.keyword
            if keyword in KEYWORDS or keyword in ("subclass", "superclass", "<<") or not keyword[:1].isalpha():
                continue
            near = nearest(keyword, KEYWORDS)
            if self.strict or near:
                hint = f"is it {' or '.join(f'{name}:' for name in near)}?" if near else "remove it; no class would understand the message"
                yield Issue("C302", f"no definition has {keyword}:", Severity.ERROR, self._place_of(argument), hint)

    def _place_of(self, argument: _Argument) -> Span:
        """Answer where the keyword in front of an argument stands."""
        at = self.source.rfind(f"{argument.keyword}:", 0, argument.node.start)
        return argument.node.span if at < 0 else Span(at, at + len(argument.keyword) + 1)

    def _class_name(self, found: ClassDef) -> Iterator[Issue]:
        short = path_of(found.name)[-1]
        if not short[:1].isupper():
            severity = Severity.ERROR if self.strict else Severity.WARNING
            at = self.source.find(short, self.node.start)
            place = Span(at, at + len(short)) if at >= 0 else self.node.span
            yield Issue("C309", f"the class name {short} does not begin with a capital", severity, place, "begin it with a capital letter")

    def _superclass(self, found: ClassDef, arguments: list[_Argument]) -> Iterator[Issue]:
        node = _superclass_node(self.node, arguments)
        if node is None or found.superclass is None:
            return
        if isinstance(node, String | Symbol | Number) and not self._names_superclass(arguments, node):
            yield _bad_superclass(node, "is a literal, not a class", "write the name of the class itself")
            return
        name = found.superclass
        short = path_of(name)[-1]
        if self._is_its_own_superclass(found):
            yield _bad_superclass(node, "is the class itself", "name another superclass")
        elif not short[:1].isupper():
            yield _bad_superclass(node, f"{short} is no class", "name a class; class names begin with a capital")
        elif self._is_below(name, found.name):
            yield _bad_superclass(node, f"{short} is a subclass of {path_of(found.name)[-1]}", "a class cannot stand below itself")
        elif not isinstance(node, Variable) and self.around.above.meaning(name) is Meaning.UNDECLARED:
            near = self.around.above.near(name)
            hint = f"is it {' or '.join(near)}? Else " if near else ""
            issue = faults()["undeclared-global"].issue(self.dialect, node.span, name=name, near=hint)
            if issue is not None:
                yield issue

    def _is_its_own_superclass(self, found: ClassDef) -> bool:
        return found.superclass is not None and path_of(found.superclass) == path_of(found.name)

    def _names_superclass(self, arguments: list[_Argument], node: Node) -> bool:
        """Answer whether the dialect's message takes the superclass as a literal: `superclass: #{Core.Object}`, `superclassName:`."""
        return any(argument.node is node for argument in arguments)

    def _is_below(self, name: str, class_name: str) -> bool:
        table = self.around.table
        groups = table.meant(name) if table else ()
        if table is None or len(groups) != 1:
            return False
        return any(step.path == path_of(class_name) for step in lineage_of(table, groups[0]))

    def _inherited(self, names: list[tuple[str, Span]]) -> Iterator[Issue]:
        for name, place in names:
            if self.around.above.meaning(name) is Meaning.INSTANCE:
                hint = "remove it here: the class has it already"
                severity = Severity.ERROR if self.strict else Severity.WARNING
                yield Issue("C305", f"{name} is defined in a superclass already", severity, place, hint)


def _bad_superclass(node: Node, why: str, hint: str) -> Issue:
    return Issue("C303", f"the superclass {why}" if why.startswith("is ") else f"bad superclass: {why}", Severity.ERROR, node.span, hint)


def _superclass_node(node: Node, arguments: list[_Argument]) -> Node | None:
    named = next((argument.node for argument in arguments if argument.keyword in ("superclass", "superclassName", "superClass")), None)
    if named is not None:
        return named
    while isinstance(node, Cascade | Send):
        node = node.receiver
    return node


def _names_in(source: str, node: Node) -> Iterator[tuple[str, Span]]:
    """Yield the names that a list of variables has, each with its place."""
    if isinstance(node, String):
        start = node.start + 1
        for match in _WORD.finditer(source[start : node.end - 1]):
            yield match[0], Span(start + match.start(), start + match.end())
    elif isinstance(node, LiteralArray | Brace):
        for element in node.elements:
            first = element
            while isinstance(first, Send):
                first = first.receiver
            if isinstance(first, LiteralArray) and first.elements:
                first = first.elements[0]
            if isinstance(first, Symbol | String):
                yield first.value.strip(), first.span
            elif isinstance(first, Variable | Binding):
                yield first.name, first.span


def _faults_of_names(names: list[tuple[str, Span]], attribute: str) -> Iterator[Issue]:
    seen: set[str] = set()
    for name, place in names:
        if name in PSEUDO_VARIABLES:
            yield Issue("C306", f"{name} is a reserved word", Severity.ERROR, place, "choose another name")
        elif not name.isidentifier():
            hint = "names are letters, digits and _, with blanks between them"
            yield Issue("C307", f"{name} is no name of a variable", Severity.ERROR, place, hint)
        elif name in seen:
            yield Issue("C304", f"{name} is listed twice", Severity.ERROR, place, "remove one of the two")
        elif attribute == "class_variables" and not name.lstrip("_")[:1].isupper():
            hint = "begin it with a capital letter; compilers take other names for variables of the instance"
            yield Issue("C308", f"the class variable {name} does not begin with a capital", Severity.WARNING, place, hint)
        seen.add(name)
