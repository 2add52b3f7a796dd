"""What a method surely does, by its tree alone, so that a test of it can be written: a setter with its getter, or a constant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from datagen.abstract import abstract_of
from datagen.answers import group_of, indexed_ancestors, method_table
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.nodes import Assign, Method, Node, Number, Return, Send, String, Symbol, Variable

_PLAIN_NEW = re.compile(r"new\s*(?:\"[^\"]*\"\s*)*\^\s*(?:super new|self basicNew)\s+(?:initialize|init|setUp|yourself)\s*\.?\s*")


@dataclass(frozen=True, slots=True)
class Pair:
    """A setter that only stores its argument, and perhaps tells of it, and the getter that answers it."""

    setter: MethodDef
    getter: MethodDef
    argument: str
    tells: bool


@dataclass(frozen=True, slots=True)
class Constant:
    """A method that answers a literal, true or false."""

    method: MethodDef
    value: str


@dataclass(frozen=True, slots=True)
class Maker:
    """What `new` means for a class: the method of the indexed code that is run, None where it is that of the base."""

    method: MethodDef | None


def maker_of(index: CodeIndex, name: str) -> Maker | None:
    """Answer how an instance of a class is made; None where `new` is refused or does more than initialise, or the class is abstract."""
    group = group_of(index, name)
    above = indexed_ancestors(index, group) if group is not None else None
    if above is None:
        return None
    line = [name, *(one.path[-1] for one in above[0])]
    found = next((method for one in line if (method := method_table(index, one).get((True, "new"))) is not None), None)
    if found is not None and not _PLAIN_NEW.fullmatch(found.source.strip()):
        return None
    return None if abstract_of(index, line) else Maker(found)


def pairs_of(index: CodeIndex, name: str) -> Iterator[Pair]:
    """Yield the setters of a class that have a getter, both without any other effect."""
    table, group = method_table(index, name), group_of(index, name)
    variables = {one for definition in group.definitions for one in definition.instance_variables} if group is not None else set[str]()
    for (meta, selector), setter in table.items():
        getter = table.get((False, selector.removesuffix(":")))
        stored = None if meta or getter is None or selector.count(":") != 1 else _stored(setter)
        if getter is not None and stored is not None and stored[0] in variables and _answered(getter) == stored[0]:
            yield Pair(setter, getter, stored[1], stored[2])


def _stored(method: MethodDef) -> tuple[str, str, bool] | None:
    """Answer the variable, the argument, and whether it is told, of a method that only stores its argument."""
    tree = method.tree
    if not isinstance(tree, Method) or len(tree.arguments) != 1 or tree.pragmas:
        return None
    first, *rest = tree.body.statements or (None,)
    if not isinstance(first, Assign) or not isinstance(first.value, Variable) or first.value.name != tree.arguments[0].name:
        return None
    tells = bool(rest) and isinstance(rest[0], Send) and rest[0].selector == "changed:" and _is(rest[0].receiver, "self")
    answers = bool(rest) and isinstance(rest[-1], Return) and _is(rest[-1].value, "self")
    return (first.target.name, first.value.name, tells) if len(rest) == tells + answers else None


def _answered(method: MethodDef) -> str | None:
    tree = method.tree
    only = tree.body.statements if isinstance(tree, Method) and not tree.arguments and not tree.pragmas else ()
    value = only[0].value if len(only) == 1 and isinstance(only[0], Return) else None
    return value.name if isinstance(value, Variable) else None


def _is(node: Node, name: str) -> bool:
    return isinstance(node, Variable) and node.name == name


def constants_of(index: CodeIndex, name: str) -> Iterator[Constant]:
    """Yield the methods of the instance side that answer a literal and do nothing else."""
    for (meta, _), method in method_table(index, name).items():
        tree = method.tree
        only = tree.body.statements if isinstance(tree, Method) and not tree.arguments and not tree.pragmas and not meta else ()
        value = only[0].value if len(only) == 1 and isinstance(only[0], Return) else None
        if isinstance(value, String | Symbol | Number) or _is_truth(value):
            text = method.source[value.start : value.end] if value is not None else ""
            if text and len(text) <= 40 and not set("`\n!") & set(text):
                yield Constant(method, text)


def _is_truth(node: Node | None) -> bool:
    return isinstance(node, Variable) and node.name in ("true", "false")
