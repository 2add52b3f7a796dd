"""What generators that quote a method and ask about it share: the sample, the variables it names, what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from datagen.answers import question
from datagen.phrase import code_block
from datagen.sample import Claim, Sample
from datagen.subject import method_shown, method_source, text_of, traits_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.index.structure import variables_in_sight
from stparse.nodes import (
    Block,
    ByteArray,
    Cascade,
    Character,
    Foreign,
    LiteralArray,
    Method,
    Node,
    Number,
    Return,
    Send,
    String,
    Symbol,
    Variable,
    walk,
)
from stparse.text import Lines

LONGEST, LONGEST_LITERAL = 3000, 60
BOOLEAN = frozenset(
    ("=", "==", "~=", "~~", "<", ">", "<=", ">=", "isNil", "notNil", "isEmpty", "notEmpty", "not", "and:", "or:", "includes:", "isKindOf:",
     "isMemberOf:", "respondsTo:", "includesKey:", "isString", "isSymbol")
)  # fmt: skip
_LITERALS: dict[type[Node], str] = {
    Number: "number",
    String: "string",
    Symbol: "symbol",
    Character: "character",
    LiteralArray: "array",
    ByteArray: "array",
    Block: "block",
}
_CONSTANTS = ("self", "nil", "true", "false")
_TRUTHS = {("true", ""), ("false", ""), ("boolean", "")}


@dataclass(frozen=True, slots=True)
class Result:
    """What a method answers: `kind` of thing, `name` of the class or variable or text of the literal where there is only one, lines
    of the returns, and whether it may also end without one.
    """

    kind: str
    name: str
    lines: tuple[int, ...]
    may_end: bool


def about_code(
    kind: str, asked: str, index: CodeIndex, method: MethodDef, answer: str, claims: Sequence[Claim], traits: Iterable[str] = ()
) -> Sample:
    """Answer the sample of a question about a method that is quoted below it."""
    quoted = Claim("source", method_shown(index, method))
    text = f"{asked}\n\n{code_block(text_of(method))}"
    return question(kind, text, answer, [*claims, quoted], [method_source(method)], index, traits)


def readable(method: MethodDef) -> Method | None:
    """Answer the tree of a method that is worth reading, or None: broken ones, generated ones and endless ones are not."""
    if not method.parsed or len(method.source) > LONGEST or "generated" in traits_of(method):
        return None
    return method.tree


def variable_claim(index: CodeIndex, method: MethodDef, name: str) -> Claim | None:
    """Answer the claim that `name` is an instance variable of the method's class, or None if it is not surely one."""
    groups = index.class_table.meant(method.class_name, method.file)
    wanted = "class instance" if method.meta else "instance"
    if len(groups) != 1:
        return None
    for kind, variable, owner in variables_in_sight(index.class_table, groups[0]):
        if kind == wanted and variable == name:
            return Claim("instance variable", name, detail=owner.name)
    return None


def result_of(method: MethodDef, tree: Method) -> Result | None:
    """Answer what a method surely answers by its text alone, or None where its returns differ or do not tell."""
    nodes = list(walk(tree))
    if tree.pragmas or any(isinstance(node, Foreign) for node in nodes) or _never_answers(nodes):
        return None
    returns = [node for node in nodes if isinstance(node, Return)]
    found: set[tuple[str, str] | None] = {_kind_of(node.value, meta=method.meta) for node in returns}
    may_end = not returns or not isinstance(tree.body.statements[-1], Return)
    if may_end:
        found.add(("self", ""))
    # Different constants are a choice between them; the same one everywhere is more than a boolean.
    if len(found) > 1 and found <= _TRUTHS:
        found = {("boolean", "")}
    only = found.pop() if len(found) == 1 else None
    if only is None:
        return None
    kind, name = only
    if kind in _LITERALS.values() and kind != "block":
        name = _only_literal(method, [node.value for node in returns])
    lines = Lines(text_of(method))
    shift = len(method.source) - len(method.source.lstrip())
    return Result(kind, name, tuple(lines.line(node.start - shift) for node in returns), may_end)


def _only_literal(method: MethodDef, values: Sequence[Node]) -> str:
    """Answer the text of the literal that all these are, or "" where they differ or are not worth repeating."""
    texts = {method.source[value.start : value.end] for value in values}
    text = texts.pop() if len(texts) == 1 else ""
    return text if len(text) <= LONGEST_LITERAL and not {"`", "\n"} & set(text) else ""


def _never_answers(nodes: Iterable[Node]) -> bool:
    """Whether what follows is not reached, or not surely: the method is abstract, or raises an error."""
    return any(
        isinstance(node, Send) and node.selector in ("subclassResponsibility", "error:", "halt", "shouldNotImplement") for node in nodes
    )


def _kind_of(value: Node, *, meta: bool) -> tuple[str, str] | None:
    if isinstance(value, Variable):
        return (value.name, "") if value.name in _CONSTANTS else ("variable", value.name)
    if isinstance(value, Cascade):
        return made_class(value.receiver, meta=meta) if value.messages[-1].selector == "yourself" else None
    if isinstance(value, Send) and value.selector in BOOLEAN:
        return "boolean", ""
    literal = _LITERALS.get(type(value))
    return (literal, "") if literal else made_class(value, meta=meta)


def made_class(value: Node, *, meta: bool) -> tuple[str, str] | None:
    """Answer ("new", class of which `value` is a new instance): its name, or "" for the one that receives a class method."""
    if not isinstance(value, Send) or value.selector not in ("new", "new:", "basicNew") or not isinstance(value.receiver, Variable):
        return None
    name = value.receiver.name
    if meta and name in ("self", "super"):
        return "new", ""
    return ("new", name) if name[:1].isupper() else None
