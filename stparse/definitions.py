"""Definitions of classes, name spaces and variables, read from the message that defines them, in any dialect.

A definition is a message send; what its arguments mean hangs on their keywords alone, so one table of keywords serves
all dialects, in any subset and any order. Readers of bang files call every such chunk DOIT; whoever needs to know more
parses it and asks here:

    parsed = parse_script(chunk.text, dialect)
    definition = definition_of(parsed.tree) if parsed.tree else None
    kind = kind_of(definition)              # CLASS, NAMESPACE, SHARED_VARIABLE, COMMENT or DOIT

Spans count in the parsed text. Nothing here fails on any tree; `definition_issues` tells what could not be read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from stparse import _literals as literals
from stparse.chunk import ChunkKind, ClassDef
from stparse.issue import Issue, Severity
from stparse.nodes import Assign, Cascade, Message, Node, Return, Send, Sequence, Symbol, Variable
from stparse.text import Span


@dataclass(frozen=True, slots=True)
class NamespaceDef:
    """A name space; `name` is qualified where the source qualifies it, `environment` is where it lives."""

    name: str
    environment: str | None = None
    imports: tuple[str, ...] = ()
    category: str | None = None
    comment: str | None = None
    private: bool = False
    span: Span = Span(0, 0)


@dataclass(frozen=True, slots=True)
class SharedVariableDef:
    """A variable of `owner` (a class, a name space, or Smalltalk for a global); `initializer` is source text."""

    owner: str
    name: str
    initializer: str | None = None
    constant: bool = False
    private: bool = False
    category: str | None = None
    span: Span = Span(0, 0)


@dataclass(frozen=True, slots=True)
class CommentDef:
    """`Foo comment: 'text'`; `comment` is None when it is computed."""

    class_name: str
    meta: bool
    comment: str | None
    span: Span = Span(0, 0)


@dataclass(frozen=True, slots=True)
class ClassSideDef:
    """`Foo class instanceVariableNames: 'a b'`, with the traits that the class side uses."""

    class_name: str
    instance_variables: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    span: Span = Span(0, 0)


Definition = ClassDef | NamespaceDef | SharedVariableDef | CommentDef | ClassSideDef

# keyword: (what it says, how its argument is read). "names" are words of a string or elements of an array.
KEYWORDS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("instanceVariableNames", "instVarNames", "instanceVariables", "slots"), ("instance_variables", "names")),
    **dict.fromkeys(
        ("classVariableNames", "classVariables", "classVars", "sharedVariables", "sharedVariableNames", "classConstants"),
        ("class_variables", "names"),
    ),
    **dict.fromkeys(
        ("classInstanceVariableNames", "classInstanceVariables", "classInstVars", "classSlots", "classInstVarNames"),
        ("class_instance_variables", "names"),
    ),
    **dict.fromkeys(("poolDictionaries", "sharedPools", "poolDictionaryNames"), ("pools", "names")),
    **dict.fromkeys(("imports", "import"), ("imports", "names")),
    **dict.fromkeys(("uses", "traits", "trait"), ("traits", "traits")),
    **dict.fromkeys(("category", "package"), ("category", "text")),
    "tag": ("tag", "text"),
    **dict.fromkeys(("comment", "classComment"), ("comment", "text")),
    **dict.fromkeys(
        ("environment", "in", "inEnvironment", "inDictionary", "inNamespace", "nameSpace", "namespace"), ("namespace", "name")
    ),
    "privateIn": ("owner", "name"),
    **dict.fromkeys(("superclass", "superclassName", "superClass"), ("superclass", "name")),
    **dict.fromkeys(("indexedType", "type", "layout"), ("kind", "name")),
    "initializer": ("initializer", "text"),
    "constant": ("constant", "flag"),
    "private": ("private", "flag"),
    # Said, but nothing that a class definition keeps.
    **dict.fromkeys(
        ("options", "isInvariant", "constraints", "instancesInvariant", "isModifiable", "declaration", "stamp", "prior", "guid",
         "classTraits", "module", "description", "attributes"),
        ("", "any"),
    ),
}  # fmt: skip

# The first keyword of a definition, and the layout of the instances that it asks for.
_LAYOUT_WORDS = (("doublebyte", "doublebytes"), ("doubleword", "doublewords"), ("byte", "bytes"), ("word", "words"), ("long", "longs"),
                 ("float", "floats"), ("double", "doubles"), ("weak", "weak"), ("ephemeron", "ephemeron"),
                 ("immediate", "immediate"), ("indexable", "variable"), ("variable", "variable"))  # fmt: skip
_KINDS = {
    "none": "normal", "objects": "variable", "object": "variable", "FixedLayout": "normal", "VariableLayout": "variable",
    "ByteLayout": "bytes", "WordLayout": "words", "WeakLayout": "weak", "ImmediateLayout": "immediate", "pointer": "variable",
    "byte": "bytes", "int8": "bytes", "word": "words",
    "EphemeronLayout": "ephemeron", "DoubleByteLayout": "doublebytes", "DoubleWordLayout": "doublewords",
    "CompiledMethodLayout": "compiledMethod",
}  # fmt: skip
_SUBCLASS = re.compile(r"\w*[sS]ubclass")
_CLASS_SIDES = ("class", "classSide", "metaclass", "classTrait")
_DIRECTIVE = re.compile(r"\{\s*NameSpace:\s*'?([\w.:]+)'?\s*\}")


def definition_of(node: Node) -> Definition | None:
    """Answer what `node` defines, or None; of a Sequence the first statement that defines something counts."""
    return next(iter(definitions_in(node)), None)


def definitions_in(node: Node) -> tuple[Definition, ...]:
    """Answer all that the statements of `node` define, in order; an assignment counts by its value.

    A Smalltalk/X directive `"{ NameSpace: Foo }"` among a Sequence's comments gives its classes their name space.
    """
    if not isinstance(node, Sequence):
        found = _of_statement(node)
        return () if found is None else (found,)
    namespace = next((m[1] for _, text in node.comments if (m := _DIRECTIVE.search(text))), None)
    namespace = None if namespace == "Smalltalk" else namespace
    return tuple(_placed(found, namespace) for each in node.statements if (found := _of_statement(each)) is not None)


def _of_statement(node: Node) -> Definition | None:
    node = _value(node)
    return _of_cascade(node) if isinstance(node, Cascade) else _of_send(node) if isinstance(node, Send) else None


def _value(node: Node) -> Node:
    targets: list[Variable] = []
    while isinstance(node, (Assign, Return)):
        if isinstance(node, Assign):
            targets.append(node.target)
        node = node.value
    for target in reversed(targets):
        node = _with_glued_name(target, node)
    return node


def _with_glued_name(target: Variable, value: Node) -> Node:
    """Answer `value` with its first name put together again, where Squeak's "_" in `Old_Plan subclass: #Plan` was read as an assignment.

    Nobody assigns a definition so: a name with "_" in it is what was meant.
    """
    sends: list[Send | Cascade] = []
    first = value
    while isinstance(first, (Send, Cascade)):
        sends.append(first)
        first = first.receiver
    if not (isinstance(first, Variable) and first.start == target.end + 1 and target.name[:1].isupper()):
        return value
    joined: Node = replace(first, start=target.start, name=f"{target.name}_{first.name}")
    for send in reversed(sends):
        joined = replace(send, start=target.start, receiver=joined)
    return joined


def _placed(found: Definition, namespace: str | None) -> Definition:
    return replace(found, namespace=namespace) if namespace and isinstance(found, ClassDef) and not found.namespace else found


def kind_of(definition: Definition | None) -> ChunkKind:
    """Answer the kind that a chunk with this definition has; DOIT for None."""
    match definition:
        case ClassDef() | ClassSideDef():
            return ChunkKind.CLASS
        case NamespaceDef():
            return ChunkKind.NAMESPACE
        case SharedVariableDef():
            return ChunkKind.SHARED_VARIABLE
        case CommentDef():
            return ChunkKind.COMMENT
        case None:
            return ChunkKind.DOIT


def definition_issues(node: Node) -> tuple[Issue, ...]:
    """Answer F801 for keywords that are not in the table, F802 for computed arguments, F803 for names said twice."""
    issues: list[Issue] = []
    for statement in node.statements if isinstance(node, Sequence) else (node,):
        value = _value(statement)
        if isinstance(value, Send) and isinstance(_of_send(value), (ClassDef, NamespaceDef)):
            for keyword, argument in _parts(value)[1:]:
                issues.extend(_issues_of(keyword, argument))
    return tuple(issues)


def _issues_of(keyword: str, argument: Node) -> list[Issue]:
    if keyword not in KEYWORDS:
        hint = "nothing is read from it; is it misspelt?"
        return [Issue("F801", f"no definition has {keyword}:", Severity.INFO, argument.span, hint)]
    how = KEYWORDS[keyword][1]
    if how != "names":
        return []
    names = literals.names(argument)
    if names is None:
        return [Issue("F802", f"{keyword}: is computed", Severity.INFO, argument.span, "write the names out, or they stay unknown")]
    twice = sorted({name for name in names if names.count(name) > 1})
    return [Issue("F803", f"{name} stands twice in {keyword}:", Severity.WARNING, argument.span, "remove one of them") for name in twice]


# Sends and cascades


def _of_cascade(node: Cascade) -> Definition | None:
    """`Object << #Foo slots: {}; tag: 'x'`, and `Object subclass: #Foo ...; comment: 'x'` however it is bracketed."""
    first = node.messages[0]
    if _is_fluid(node.receiver):
        return _fluid(node.receiver, [part for message in node.messages for part in _message_parts(message)], node.span)
    if isinstance(node.receiver, Send):
        found, rest = _of_send(node.receiver), node.messages
    else:
        found, rest = _of_send(Send(node.start, node.end, node.receiver, first.selector, first.arguments)), node.messages[1:]
    if isinstance(found, ClassDef):
        for message in rest:
            if message.selector == "comment:":
                found = replace(found, comment=literals.text(message.arguments[0]))
        return replace(found, span=node.span)
    return found


def _of_send(node: Send) -> Definition | None:
    if not node.arguments:
        return _fluid(node.receiver, [], node.span) if _is_fluid(node.receiver) else None
    if _is_fluid(node):
        return _fluid(node, [], node.span)
    parts = _parts(node)
    first = parts[0][0]
    if _is_fluid(node.receiver):
        return _fluid(node.receiver, parts, node.span)
    if first == "variable" and len(parts) > 1:
        # GNU's `Object variable: #byte subclass: #Foo ...` says the layout first.
        return _subclass(node, [*parts[1:], ("type", parts[0][1])])
    if _SUBCLASS.fullmatch(first):
        return _subclass(node, parts)
    if first in ("defineClass", "named"):
        return _named_class(node, parts)
    if first in ("defineNameSpace", "addSubspace") or (first == "name" and _receiver(node) == "Namespace"):
        return _namespace(node, parts)
    if first in _VARIABLE_KEYWORDS:
        return _shared_variable(node, parts)
    return _about_class(node, parts)


def _parts(node: Send | Message) -> list[tuple[str, Node]]:
    return list(zip(node.selector.rstrip(":").split(":"), node.arguments, strict=False))


def _message_parts(message: Message) -> list[tuple[str, Node]]:
    return _parts(message) if message.arguments else []


def _receiver(node: Send) -> str | None:
    return literals.name(node.receiver)


# Classes


def _subclass(node: Send, parts: list[tuple[str, Node]]) -> ClassDef | None:
    name = literals.name(parts[0][1]) if _SUBCLASS.fullmatch(parts[0][0]) else None
    if name is None or not name[:1].isalpha():
        return None
    superclass = _receiver(node)
    if superclass is None and not isinstance(node.receiver, Send):
        return None
    said = _said(parts[1:])
    said.setdefault("kind", _layout(parts[0][0]))
    return _class(name, said, None if superclass in (None, "nil") else superclass, node.span)


def _named_class(node: Send, parts: list[tuple[str, Node]]) -> ClassDef | None:
    """`Core defineClass: #Foo superclass: #{Core.Object} ...`, `Trait named: #TFoo uses: {}`, `Class named: #Foo ...`."""
    name, receiver = literals.name(parts[0][1]), _receiver(node)
    if name is None:
        return None
    said = _said(parts[1:])
    if parts[0][0] == "named":
        if receiver not in ("Trait", "Class") and "superclass" not in said:
            return None
        return replace(_class(name, said, None, node.span), trait=receiver == "Trait")
    if receiver is not None:
        receiver = receiver.removeprefix("Smalltalk.")
        said["namespace"] = receiver
        if receiver != "Smalltalk":
            name = f"{receiver}.{name}"
    return _class(name, said, None, node.span)


def _class(name: str, said: dict[str, object], superclass: str | None, span: Span) -> ClassDef:
    """Answer a class of what its keywords said. A private class of Smalltalk/X is named through its owner."""
    owner, tag, kind = said.pop("owner", None), said.pop("tag", None), str(said.pop("kind", None) or "none")
    superclass = superclass or _text(said.pop("superclass", None))
    namespace, category, comment = (_text(said.get(key)) for key in ("namespace", "category", "comment"))
    return ClassDef(
        f"{owner}::{name}" if owner else name,
        None if superclass in (None, "nil") else superclass,
        _text(owner) if owner else None if namespace == "Smalltalk" else namespace,
        _KINDS.get(kind, kind),
        _names(said.get("instance_variables")),
        _names(said.get("class_variables")),
        _names(said.get("class_instance_variables")),
        _names(said.get("pools")),
        imports=_imports(said.get("imports")),
        traits=_names(said.get("traits")),
        category=f"{category}-{tag}" if tag and category else category or _text(tag),
        comment=comment,
        span=span,
    )


def _is_fluid(node: Node) -> bool:
    return isinstance(node, Send) and node.selector == "<<"


def _fluid(node: Node, parts: list[tuple[str, Node]], span: Span) -> Definition | None:
    """`Object << #Foo slots: {#a}; package: 'p'`, `Trait << #TFoo`, `Foo class << Bar class slots: {#a}`."""
    assert isinstance(node, Send)
    target, said = node.arguments[0], _said(parts)
    side = _class_side(target)
    if side is not None:
        return ClassSideDef(side, _names(said.get("instance_variables")), _names(said.get("traits")), span)
    superclass = _receiver(node)
    if not isinstance(target, Symbol) or superclass is None:
        return None
    if superclass == "Trait":
        return replace(_class(target.value, said, None, span), trait=True)
    return _class(target.value, said, superclass, span)


def _layout(keyword: str) -> str:
    lower = keyword[: -len("subclass")].lower()
    return next((kind for word, kind in _LAYOUT_WORDS if word in lower.removeprefix("variable") or word == lower), "normal")


def _said(parts: list[tuple[str, Node]]) -> dict[str, object]:
    """Answer what each known keyword says, by the name of what it says; computed arguments are left out."""
    said: dict[str, object] = {}
    for keyword, argument in parts:
        what, how = KEYWORDS.get(keyword, ("", "any"))
        value = literals.READERS[how](argument) if what else None
        if value is not None and what not in said:
            said[what] = value
        elif isinstance(value, tuple) and isinstance(already := said.get(what), tuple):
            # Dolphin states variables and constants apart; both are class variables.
            said[what] = tuple(dict.fromkeys((*already, *value)))
    return said


def _imports(value: object) -> tuple[str, ...]:
    """Answer the imported names, without the word that VisualWorks puts before one: `private Smalltalk.*`."""
    return tuple(name for name in _names(value) if name != "private")


def _names(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


# Name spaces and variables


def _namespace(node: Send, parts: list[tuple[str, Node]]) -> NamespaceDef | None:
    name, environment = literals.name(parts[0][1]), _receiver(node)
    if name is None or environment is None:
        return None
    environment = None if environment == "Namespace" else environment.removeprefix("Smalltalk.")
    said = _said(parts[1:])
    return NamespaceDef(
        name if environment in (None, "Smalltalk") else f"{environment}.{name}",
        environment,
        _imports(said.get("imports")),
        _text(said.get("category")),
        _text(said.get("comment")),
        said.get("private") is True,
        node.span,
    )


_VARIABLE_KEYWORDS = (
    "defineSharedVariable", "addClassVarName", "addClassVarNamed", "addClassVariable", "addClassConstant", "addSharedVariable", "at"
)  # fmt: skip


def _shared_variable(node: Send, parts: list[tuple[str, Node]]) -> SharedVariableDef | None:
    """Answer the variable; `Smalltalk at: #Foo put: 3` makes a global, any other `at:` nothing."""
    owner, name = _receiver(node), literals.name(parts[0][1])
    is_global = parts[0][0] == "at"
    if owner is None or name is None or (is_global and (owner != "Smalltalk" or node.selector != "at:put:")):
        return None
    said = _said(parts[1:])
    return SharedVariableDef(
        owner.removeprefix("Smalltalk."),
        name,
        _text(said.get("initializer")),
        said.get("constant") is True or parts[0][0] == "addClassConstant",
        said.get("private") is True,
        _text(said.get("category")),
        node.span,
    )


# What is said about a class that exists


def _about_class(node: Send, parts: list[tuple[str, Node]]) -> Definition | None:
    side = _class_side(node.receiver)
    class_name = side or _receiver(node)
    if class_name is None or not class_name[:1].isupper():
        return None
    first = parts[0][0]
    if node.selector in ("comment:", "classComment:"):
        return CommentDef(class_name, side is not None, literals.text(parts[0][1]), node.span)
    if side is not None and first in KEYWORDS and KEYWORDS[first][0] in ("instance_variables", "traits"):
        said = _said(parts)
        return ClassSideDef(side, _names(said.get("instance_variables")), _names(said.get("traits")), node.span)
    return None


def _class_side(node: Node) -> str | None:
    """Answer the class's name when `node` is its class side, `Foo class`."""
    if isinstance(node, Send) and node.selector in _CLASS_SIDES and isinstance(node.receiver, Variable):
        return node.receiver.name
    return None
