"""A class as TypeScript would declare it: fields, signatures, inheritance; and what in its methods needs a person, found in their trees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from datagen.classfacts import short_of
from datagen.constructs import BRANCHES, IMPLEMENTED, LOOPS, NEVER, ROOTS, SENT
from datagen.naming import argument_names, field_name, method_name
from stparse.index.classtable import ClassGroup
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered
from stparse.nodes import Block, Cascade, Foreign, Message, Method, Node, Number, Pragma, Return, Send, String, Variable, children, walk

_TYPES: dict[str, str] = {"true": "boolean", "false": "boolean", "self": "this"}
_INDENT = "  "
MOST_IMPLEMENTORS = 30


@dataclass(frozen=True, slots=True)
class Signature:
    """A method in TypeScript: `typed` tells whether its text alone says what it answers."""

    method: MethodDef
    name: str
    text: str
    typed: bool


def signatures_of(index: CodeIndex, methods: Sequence[MethodDef]) -> list[Signature] | None:
    """Answer the signatures of the methods of a class; None where two of them, or one, can have no name."""
    found: list[Signature] = []
    for method in methods:
        tree = method.tree
        name = method_name(method.selector, partial(is_implemented, index, method.meta), static=method.meta)
        if tree is None or name is None or any(one.name == name and one.method.meta == method.meta for one in found):
            return None
        arguments = ", ".join(f"{argument}: unknown" for argument in argument_names(a.name for a in tree.arguments))
        kind = common_type(index, method.selector, method.meta)
        prefix = "static " if method.meta else "abstract " if is_abstract(tree) else ""
        remark = "" if name == method.selector else f" // {method.selector}"
        found.append(Signature(method, name, f"{prefix}{name}({arguments}): {kind};{remark}", kind != "unknown"))
    return found


def sketch_of(group: ClassGroup, signatures: Sequence[Signature]) -> str:
    """Answer the declaration of a class."""
    definition = group.definitions[0]
    abstract = any(one.text.startswith("abstract ") for one in signatures)
    above = superclass_of(group)
    head = f"export declare {'abstract ' if abstract else ''}class {group.path[-1]}{f' extends {above}' if above else ''} {{"
    lines = [f"protected {field_name(name)}: unknown;" for name in definition.instance_variables]
    lines += [f"protected static {field_name(name)}: unknown; // class variable" for name in definition.class_variables]
    lines += [f"protected static {field_name(name)}: unknown; // class-instance variable" for name in definition.class_instance_variables]
    parts = ["\n".join(lines)] if lines else []
    for key in dict.fromkeys((one.method.meta, one.method.protocol) for one in signatures):
        said = [one.text for one in signatures if (one.method.meta, one.method.protocol) == key]
        title = " ".join((key[1] or "").split())
        parts.append("\n".join(([f"// {title}"] if title else []) + said))
    body = "\n\n".join(parts).replace("\n", f"\n{_INDENT}").replace(f"\n{_INDENT}\n", "\n\n")
    return f"{head}\n{_INDENT}{body}\n}}" if body else f"{head}}}"


def superclass_of(group: ClassGroup) -> str | None:
    """Answer the class that the declaration extends."""
    above = next((one.superclass for one in group.definitions if one.superclass), None)
    return None if above is None or short_of(above) in ROOTS else short_of(above)


@remembered(10_000)
def is_implemented(index: CodeIndex, meta: bool, selector: str) -> bool:
    """Whether somebody implements a selector on one side."""
    return any(method.meta == meta for method in index.implementors(selector))


@remembered(10_000)
def common_type(index: CodeIndex, selector: str, meta: bool) -> str:
    """Answer the type of what all who implement a selector on one side answer, `unknown` where they differ: an override must fit."""
    if index.implemented_selectors[selector] > MOST_IMPLEMENTORS:
        return "unknown"
    trees = [method.tree for method in index.implementors(selector) if method.meta == meta]
    found = {"unknown" if tree is None else type_of(tree, meta=meta) for tree in trees}
    return found.pop() if len(found) == 1 else "unknown"


def type_of(tree: Method, *, meta: bool) -> str:
    """Answer the type of what a method answers where its text alone settles it: a literal, or itself; else `unknown`."""
    nodes = list(walk(tree))
    sent = {_first(node.selector) for node in nodes if isinstance(node, Send | Message)}
    if tree.pragmas or sent & NEVER or any(isinstance(node, Foreign) for node in nodes):
        return "unknown"
    found = {_type(node.value) for node in nodes if isinstance(node, Return)}
    if not tree.body.statements or not isinstance(tree.body.statements[-1], Return):
        found.add("this")
    only = found.pop() if len(found) == 1 else "unknown"
    return "unknown" if meta and only == "this" else only


def _type(value: Node) -> str:
    if isinstance(value, Variable):
        return _TYPES.get(value.name, "unknown")
    return "number" if isinstance(value, Number) else "string" if isinstance(value, String) else "unknown"


def is_abstract(tree: Method) -> bool:
    """Whether a method leaves its work to the subclasses: its first statement says so."""
    first = next(iter(tree.body.statements), None)
    said = first.value if isinstance(first, Return) else first
    return isinstance(said, Send) and said.selector == "subclassResponsibility"


def constructs_of(method: MethodDef, tree: Method) -> set[str]:
    """Answer the kinds of constructs in a method that need a person."""
    found = {IMPLEMENTED.get((method.meta, method.selector), "")}
    for node in walk(tree):
        if isinstance(node, Send | Message):
            found.add(SENT.get(_first(node.selector), ""))
        elif isinstance(node, Variable) and node.name == "thisContext":
            found.add("context")
        elif isinstance(node, Cascade) and isinstance(node.receiver, Variable) and node.receiver.name == "super":
            found.add("super cascade")
        elif isinstance(node, Foreign) or (isinstance(node, Pragma) and node.selector.startswith("primitive:")):
            found.add("primitive")
    if any(True for _ in _leaving(tree.body)):
        found.add("non-local return")
    return found - {""}


def _first(selector: str) -> str:
    """Answer the first keyword of a selector; one without keywords as it is."""
    word, colon, _ = selector.partition(":")
    return word + colon


def _leaving(body: Node) -> Iterator[Return]:
    """Yield the returns that stand in a block that stays a function."""
    stack: list[tuple[Node, bool]] = [(body, False)]
    while stack:
        node, inside = stack.pop()
        if inside and isinstance(node, Return):
            yield node
        plain = _statements(node)
        stack += ((below, inside or (isinstance(below, Block) and below not in plain)) for below in children(node))


def _statements(node: Node) -> list[Node]:
    """Answer the blocks below a send that become statements: those of branches and loops."""
    if not isinstance(node, Send | Message):
        return []
    found: list[Node] = [node.receiver] if isinstance(node, Send) and node.selector in LOOPS else []
    keywords = [f"{word}:" for word in node.selector.split(":") if word]
    if not node.selector.endswith(":"):
        return found
    counting = keywords[:1] == ["to:"] and keywords[-1] == "do:"
    pairs = zip(keywords, node.arguments, strict=False)
    return found + [block for keyword, block in pairs if keyword in BRANCHES or (counting and keyword == "do:")]
