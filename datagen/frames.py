"""Frames of a walkback that are possible by the code: a method, the class of a receiver that has it, and a method that calls it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from checker.inlined import INLINED
from datagen.answers import is_huge, method_table
from datagen.judging import base_of
from datagen.subject import class_shown
from stparse.index.classtable import path_of
from stparse.index.model import Hit, MethodDef
from stparse.index.query import CodeIndex
from stparse.index.structure import descendants_of
from stparse.nodes import Assign, Block, Message, Method, Node, Send, Variable, walk

_NEVER_NIL = frozenset(("self", "super", "nil", "true", "false", "thisContext"))
_NIL_TESTS = frozenset(("isNil", "notNil", "ifNil:", "ifNotNil:", "ifNil:ifNotNil:", "ifNotNil:ifNil:", "==", "=", "~=", "~~"))
# What every object understands, so that nil does too: the images differ, and this is said rather too often than too rarely.
_OBJECT = frozenset(
    ("size", "basicSize", "at:", "at:put:", "basicAt:", "basicAt:put:", "class", "copy", "deepCopy", "shallowCopy", "postCopy", "hash",
     "yourself", "printOn:", "printString", "displayString", "displayNl", "printNl", "storeString", "storeOn:", "asString", "name", "value",
     "changed", "changed:", "changed:with:", "update:", "update:with:", "release", "addDependent:", "removeDependent:", "dependents",
     "isString", "isSymbol", "isNumber", "isInteger", "isArray", "isCharacter", "isEmpty", "notEmpty", "isKindOf:", "isMemberOf:",
     "respondsTo:", "perform:", "perform:with:", "->", "error:", "halt", "inspect", "assert:", "isFloat", "isBlock", "isClass", "asValue")
)  # fmt: skip
_EVERYBODYS = frozenset(("Object", "UndefinedObject", "ProtoObject"))
HEIR_CHANCE = 0.5
MOST_CALLERS, MOST_NAMESAKES = 5, 2


@dataclass(frozen=True, slots=True)
class NilSend:
    """A send that fails when its receiver, a variable, is nil."""

    selector: str
    receiver: str
    at: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A method that was running for a receiver of the class `of`, and the method that called it, if one is known."""

    method: MethodDef
    of: str
    caller: MethodDef | None


def nil_sends(tree: Method) -> list[NilSend]:
    """Answer the sends to variables that the method neither sets nor asks whether they are nil, outside of real blocks.

    Where a send that is surely executed fails, none behind it to the same variable is reached: those are left out.
    """
    real = _real_blocks(tree)
    blocks = [(node.start, node.end) for node in walk(tree.body) if isinstance(node, Block)]
    safe = {node.target.name for node in walk(tree.body) if isinstance(node, Assign)}
    sends = [node for node in walk(tree.body) if isinstance(node, Send) and _may_be_nil(node.receiver)]
    safe.update(_name(node.receiver) for node in sends if node.selector in _NIL_TESTS)
    fatal = [node for node in sends if node.selector not in _OBJECT and _name(node.receiver) not in safe]
    first: dict[str, tuple[int, int]] = {}
    for node in sorted(fatal, key=_when):
        if not _is_in(node.start, blocks):
            first.setdefault(_name(node.receiver), _when(node))
    reached = [node for node in fatal if _when(node) <= first.get(_name(node.receiver), _when(node))]
    return [NilSend(node.selector, _name(node.receiver), node.at) for node in reached if not _is_in(node.at, real)]


def _when(node: Send) -> tuple[int, int]:
    """Answer what puts sends into the order in which they are executed: arguments before the message that they belong to."""
    return node.end, -node.start


def is_of_base(index: CodeIndex, method: MethodDef, selector: str) -> bool:
    """Whether a message is one of the base, such as `do:`, or one that the code base teaches nil itself."""
    base = base_of(method.dialect)
    if base is not None and selector in base.selectors:
        return True
    return any(path_of(one.class_name)[-1] in _EVERYBODYS and not one.meta for one in index.implementors(selector))


def _name(node: Node) -> str:
    return node.name if isinstance(node, Variable) else ""


def _is_in(at: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in spans)


def _may_be_nil(node: Node) -> bool:
    return isinstance(node, Variable) and node.name not in _NEVER_NIL and not node.name[:1].isupper()


def _real_blocks(tree: Method) -> list[tuple[int, int]]:
    """Answer the spans of the blocks that no compiler expands in place."""
    inlined: set[int] = set()
    for node in walk(tree.body):
        if isinstance(node, Send | Message) and node.selector in INLINED:
            inlined.update(id(argument) for argument in node.arguments)
    return [(node.start, node.end) for node in walk(tree.body) if isinstance(node, Block) and id(node) not in inlined]


def frame_of(index: CodeIndex, random: Random, method: MethodDef) -> Frame:
    """Answer a frame of a method: for an heir of its class where there is one, and with a caller where there is one."""
    owner = class_shown(index, method.class_name, method.file)
    heirs = [] if method.meta else _heirs_of(index, method)
    of = random.choice(heirs) if heirs and random.random() < HEIR_CHANCE else owner
    # Of a message that many classes have, nobody can tell by its senders who called this one.
    if index.implemented_selectors.get(method.selector, 0) > MOST_NAMESAKES or is_huge(index.sent_selectors.get(method.selector, 0)):
        return Frame(method, of, None)
    hits = [hit for hit in index.senders(method.selector) if hit.method.id != method.id and hit.method.parsed]
    callers = [hit.method for hit in random.sample(hits, min(MOST_CALLERS, len(hits))) if _calls(hit, method, owner, of)]
    return Frame(method, of, callers[0] if callers else None)


def _calls(hit: Hit, method: MethodDef, owner: str, of: str) -> bool:
    """Whether one of the sends, outside of real blocks, may have this receiver."""
    tree = hit.method.tree
    blocks = _real_blocks(tree) if tree is not None else []
    caller = path_of(hit.method.class_name)[-1]
    for site in hit.sites:
        if _is_in(site.at, blocks):
            continue
        if site.receiver == "self" and hit.method.meta is method.meta and caller in (owner, of):
            return True
        if site.receiver == ("other" if not method.meta else owner):
            return True
    return False


def _heirs_of(index: CodeIndex, method: MethodDef) -> list[str]:
    """Answer the direct subclasses that inherit a method, by their short names, if each of these names means one class."""
    groups = index.class_table.meant(method.class_name, method.file)
    if len(groups) != 1:
        return []
    below = [d for d in descendants_of(index.class_table, groups[0].name) if d.depth == 1 and not all(c.stub for c in d.classes)]
    names = [class_shown(index, d.name) for d in below]
    return [name for name in names if "." not in name and (method.meta, method.selector) not in method_table(index, name)]
