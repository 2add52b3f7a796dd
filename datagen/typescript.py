"""TypeScript as tree-sitter reads it: the classes and interfaces of a text, and their members. The only importer of tree-sitter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

import tree_sitter
import tree_sitter_typescript

_CLASSES = ("class_declaration", "abstract_class_declaration", "interface_declaration")
_KINDS = {
    "public_field_definition": "field",
    "property_signature": "field",
    "method_signature": "method",
    "abstract_method_signature": "method",
    "method_definition": "method",
}


@dataclass(frozen=True, slots=True)
class Member:
    """A field or method: `kind` is field, method, getter, setter or constructor; `parameters` are their names, `type` is
    that of the field or of what is answered, `remark` what a comment behind it on the same line says."""

    name: str
    kind: str
    static: bool
    parameters: tuple[str, ...]
    type: str | None
    remark: str | None


@dataclass(frozen=True, slots=True)
class TypeScriptClass:
    """A class or an interface, `text[start:end]` with `export` and the comment above it (`remark`); `line` is its own first line."""

    name: str
    superclass: str | None
    is_interface: bool
    is_abstract: bool
    members: tuple[Member, ...]
    start: int
    end: int
    line: int
    remark: str | None


@dataclass(frozen=True, slots=True)
class TypeScript:
    """What a text declares at its top; it is `sound` where the whole of it parses."""

    classes: tuple[TypeScriptClass, ...]
    sound: bool


def read_typescript(text: str) -> TypeScript:
    """Answer the classes and interfaces of a text."""
    data = text.encode("utf-8", "replace")
    root = _parser().parse(data).root_node
    found = tuple(_class_of(*declared, data) for declared in _declarations(root))
    return TypeScript(found, not root.has_error)


@cache
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_typescript.language_typescript()))


def _declarations(root: tree_sitter.Node) -> Iterator[tuple[tree_sitter.Node, tree_sitter.Node, tree_sitter.Node | None]]:
    """Yield the declarations at the top, each with the statement that it is in, and the comment that stands before that."""
    remark: tree_sitter.Node | None = None
    for node in root.named_children:
        inner = node
        while inner.type in ("export_statement", "ambient_declaration") and inner.named_children:
            inner = inner.named_children[-1]
        if inner.type in _CLASSES:
            yield inner, node, remark
        remark = node if node.type == "comment" else None


def _class_of(node: tree_sitter.Node, around: tree_sitter.Node, remark: tree_sitter.Node | None, data: bytes) -> TypeScriptClass:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    heritage = next((child for child in node.named_children if child.type == "class_heritage"), None)
    extends = [child for child in heritage.named_children if child.type == "extends_clause"] if heritage is not None else []
    above = extends[0].child_by_field_name("value") if extends else None
    return TypeScriptClass(
        _text(name, data) or "",
        _text(above, data),
        node.type == "interface_declaration",
        node.type == "abstract_class_declaration",
        tuple(_members(body, data)) if body is not None else (),
        len(data[: (remark or around).start_byte].decode("utf-8")),
        len(data[: node.end_byte].decode("utf-8")),
        around.start_point[0] + 1,
        _said(remark, data) if remark is not None else None,
    )


def _members(body: tree_sitter.Node, data: bytes) -> Iterator[Member]:
    children = body.named_children
    for node, after in zip_longest(children, children[1:]):
        if node.type not in _KINDS:
            continue
        beside = after is not None and after.type == "comment" and after.start_point[0] == node.end_point[0]
        member = _member(node, data, _said(after, data) if after is not None and beside else None)
        yield member
        if member.kind == "constructor":
            yield from _parameter_properties(node, data)


def _member(node: tree_sitter.Node, data: bytes, remark: str | None) -> Member:
    words = {child.type for child in node.children if not child.is_named}
    name = _text(node.child_by_field_name("name"), data) or ""
    kind = _KINDS[node.type]
    if kind == "method":
        kind = "getter" if "get" in words else "setter" if "set" in words else "constructor" if name == "constructor" else kind
    declared = node.child_by_field_name("type" if kind == "field" else "return_type")
    parameters = tuple(_text(child.child_by_field_name("pattern"), data) or "" for child in _parameters(node))
    return Member(name, kind, "static" in words, parameters, (_text(declared, data) or "").lstrip(": ") or None, remark)


def _parameters(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    found = node.child_by_field_name("parameters")
    return [child for child in found.named_children if child.type.endswith("_parameter")] if found is not None else []


def _parameter_properties(node: tree_sitter.Node, data: bytes) -> Iterator[Member]:
    """Yield the fields that the parameters of a constructor declare: `constructor(readonly name: string)`."""
    for child in _parameters(node):
        modifiers = {"readonly", "accessibility_modifier"} & {one.type for one in child.children}
        if modifiers:
            declared = (_text(child.child_by_field_name("type"), data) or "").lstrip(": ") or None
            yield Member(_text(child.child_by_field_name("pattern"), data) or "", "field", False, (), declared, None)


def _said(node: tree_sitter.Node, data: bytes) -> str:
    return (_text(node, data) or "").removeprefix("//").removeprefix("/**").removeprefix("/*").removesuffix("*/").strip()


def _text(node: tree_sitter.Node | None, data: bytes) -> str | None:
    return data[node.start_byte : node.end_byte].decode("utf-8") if node is not None else None
