"""What samples are about: how a class or method is called, which sources it has, and the hierarchy that it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from datagen.sample import Source, line_of
from stparse.index.classtable import ClassGroup, path_of
from stparse.index.model import IndexedClass, MethodDef
from stparse.index.query import CodeIndex
from stparse.index.structure import lineage_of
from stparse.nodes import Assign, Method, Node, Return, Variable
from stparse.text import digest_of

# What everything inherits from divides nothing, even where the index holds it (Pharo): the hierarchies begin below.
BASE = frozenset(("Object", "ProtoObject"))

_GENERATED = re.compile(
    r"<resource:|UI\.FullSpec|#FullSpec\b|#\(FullSpec\b|#CachedImage\b|MenuItemData|\bdecodeAsLiteralArray\b.*#\(.{2000,}", re.DOTALL
)


def text_of(method: MethodDef) -> str:
    """Answer the source of a method without the white space around it, as samples quote it."""
    return method.source.strip()


def digest(text: str) -> str:
    """Answer the digest of a text, as Source holds it."""
    return digest_of(text.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=50_000)
def class_shown(index: CodeIndex, name: str, file: str | None = None) -> str:
    """Answer the short name of a class, or the qualified one where the short one means several."""
    table = index.class_table
    found = table.meant(name, file)
    if len(found) != 1:
        return name if found else path_of(name)[-1]
    short = found[0].path[-1]
    return short if len(table.named(short)) == 1 else found[0].name


def method_shown(index: CodeIndex, method: MethodDef) -> str:
    """Answer `Contract class>>newFor:`."""
    side = " class" if method.meta else ""
    return f"{class_shown(index, method.class_name, method.file)}{side}>>{method.selector}"


def place(of: MethodDef | IndexedClass) -> str:
    """Answer `Rights/Contract.st:12`."""
    return f"{of.file}:{of.line}"


def method_source(method: MethodDef) -> Source:
    """Answer what a sample says of a method that it draws on."""
    side = " class" if method.meta else ""
    span = (method.span.start, method.span.end)
    return Source(method.file, f"{method.class_name}{side}", method.selector, span, digest(text_of(method)))


def class_source(definition: IndexedClass) -> Source:
    """Answer what a sample says of a class definition that it draws on."""
    said = [
        definition.qualified,
        definition.superclass,
        definition.instance_variables,
        definition.class_variables,
        definition.class_instance_variables,
        definition.pools,
    ]
    span = (definition.span.start, definition.span.end)
    return Source(definition.file, definition.qualified, None, span, digest(line_of(said)))


def root_of_group(index: CodeIndex, group: ClassGroup) -> str:
    """Answer the topmost class above `group` that the code base defines and that is not one that everything inherits from."""
    chain = lineage_of(index.class_table, group)
    for above in reversed(chain):
        if above.path[-1] not in BASE and not all(d.stub for d in above.definitions):
            return above.name
    return group.name


@lru_cache(maxsize=50_000)
def root_of(index: CodeIndex, class_name: str, file: str | None = None) -> str:
    """Answer the hierarchy of a class by name: its own name where the index does not define it, or not surely."""
    found = index.class_table.meant(class_name.removesuffix(" class"), file)
    return root_of_group(index, found[0]) if len(found) == 1 else class_name.removesuffix(" class")


def roots_of(index: CodeIndex, sources: Iterable[Source]) -> tuple[str, ...]:
    """Answer the hierarchies that sources belong to, each once, in their order.

    `Object` counts only where there is nothing else: that a chain ends in it says nothing about any other hierarchy.
    """
    found = tuple(dict.fromkeys(root_of(index, source.class_name, source.file) for source in sources))
    return tuple(root for root in found if path_of(root)[-1] not in BASE) or found


def is_trivial(tree: Node | None) -> bool:
    """Whether a method only answers a variable or only stores its argument."""
    if not isinstance(tree, Method):
        return False
    statements = tree.body.statements
    if len(statements) == 2 and isinstance(statements[1], Return) and _is_self(statements[1].value):
        statements = statements[:1]
    if len(statements) != 1:
        return False
    only = statements[0]
    return isinstance(only, Return | Assign) and isinstance(only.value, Variable)


def _is_self(node: Node) -> bool:
    return isinstance(node, Variable) and node.name == "self"


def is_generated(method: MethodDef) -> bool:
    """Whether a tool wrote the method: window specs, menus and images, whose text teaches nobody to write."""
    protocol = (method.protocol or "").lower()
    return protocol in ("interface specs", "interface spec", "resources", "images") or bool(_GENERATED.search(method.source))


@lru_cache(maxsize=64)
def traits_of(method: MethodDef) -> frozenset[str]:
    """Answer the notes on a method that filters want to know."""
    found = {"broken"} if not method.parsed else set()
    if is_generated(method):
        found.add("generated")
    if is_trivial(method.tree):
        found.add("trivial")
    if not method.comment:
        found.add("no comment")
    return frozenset(found)


def quality_of(traits: frozenset[str]) -> float:
    """Answer a figure from 0 to 1: what a reviewer would rather see first. Weights are a first guess, see LOG.md."""
    weights = {"trivial": 0.5, "generated": 0.5, "no comment": 0.2, "truncated": 0.2, "none": 0.1}
    return round(max(0.0, 1.0 - sum(weight for trait, weight in weights.items() if trait in traits)), 2)
