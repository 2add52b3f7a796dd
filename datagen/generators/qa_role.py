"""Whether a method is a getter, a setter, a lazy getter, a predicate or a constructor.

What: the role that the text of a method shows, and now and then that it has none; where it depends on what others answer, or on what
the method changes on the way to its answer, it is not asked about.
Why: the roles are the vocabulary in which Smalltalkers talk of small methods, and what decides protocol and name.
Question: What kind of method is BpRight>>title? ...
Answer: A getter: it answers the instance variable `title` and does nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from datagen.generators import generator
from datagen.phrase import ticked
from datagen.quoting import about_code, readable, result_of, variable_claim
from datagen.sample import Claim, Sample
from datagen.subject import class_shown, method_shown, traits_of
from datagen.testing import is_test
from stparse.index.classtable import path_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.index.structure import descendants_of
from stparse.nodes import Assign, Block, Method, Node, Return, Send, Variable

KIND = "qa.role"
ASKED = (
    "Is {m} a getter, a setter, a lazy getter, a predicate or a constructor?",
    "What kind of method is {m}?",
    "Accessor, predicate, instance creation or something else: how would you classify {m}?",
    "What role does {m} play in its class?",
    "Which role would you give {m}: accessor, predicate, instance creation or none of them?",
)
NONE_CHANCE = 0.1
NONE = "Neither accessor, predicate nor constructor"
ASKS = re.compile(r"(?:is|are|was|has|have|can|could|may|must|should|will|needs|wants|allows|includes|does|do)(?:[A-Z]|Not[A-Z])")


@dataclass(frozen=True, slots=True)
class Role:
    """A role, the variable or the class that it is about where there is one, and the answer."""

    name: str
    about: str | None
    said: str


@generator(KIND, over="methods")
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Ask for the role of a method that has one; and sometimes of one that is there for its effect.

    `isLooped ^isLooped` is a getter as much as a predicate, and is not asked about.
    """
    tree = readable(method)
    role = role_of(index, method, tree) if tree is not None else None
    if role is None or (role.said.startswith(NONE) and random.random() > NONE_CHANCE):
        return
    shown = method_shown(index, method)
    claims = [Claim("role", shown, detail=f"{role.name} {role.about or ''}".strip())]
    if role.name == "factory":
        claims.append(Claim("another class", role.about or "", detail=class_shown(index, method.class_name, method.file)))
    elif role.about is not None:
        declared = variable_claim(index, method, role.about)
        if declared is None:
            return
        claims.append(declared)
    traits = (traits_of(method) & {"trivial"}) | ({"none"} if role.said.startswith(NONE) else set())
    yield about_code(KIND, random.choice(ASKED).format(m=ticked(shown)), index, method, role.said, claims, traits)


def role_of(index: CodeIndex, method: MethodDef, tree: Method) -> Role | None:
    """Answer the role that the text of a method shows, or None if it does not tell."""
    return _accessor(tree) or _by_result(index, method, tree)


def _accessor(tree: Method) -> Role | None:
    statements = tree.body.statements
    only = statements[0] if len(statements) == 1 else None
    if isinstance(only, Return) and isinstance(only.value, Variable) and not tree.arguments and not ASKS.match(tree.selector):
        name = only.value.name
        return Role("getter", name, f"A getter: it answers the instance variable {ticked(name)} and does nothing else.")
    if isinstance(only, Assign) and len(tree.arguments) == 1 and _is_name(only.value, tree.arguments[0].name):
        name, argument = only.target.name, tree.arguments[0].name
        return Role("setter", name, f"A setter: it stores its argument {ticked(argument)} into the instance variable {ticked(name)}.")
    lazy = None if tree.arguments or tree.body.temporaries else _lazily_set(statements)
    if lazy is None:
        return None
    said = f"A lazy getter: it answers the instance variable {ticked(lazy)}, and gives it a value first when it is nil."
    return Role("lazy getter", lazy, said)


def _lazily_set(statements: tuple[Node, ...]) -> str | None:
    """Answer the variable that is answered, and set before that if it is nil."""
    last = statements[-1] if statements else None
    if not isinstance(last, Return):
        return None
    if len(statements) == 1:
        return _set_if_nil(last.value, ("ifNil:",))
    name = _set_if_nil(statements[0], ("ifNil:", "ifTrue:")) if len(statements) == 2 else None
    return name if name is not None and _is_name(last.value, name) else None


def _set_if_nil(node: Node, selectors: tuple[str, ...]) -> str | None:
    """Answer the variable of `x ifNil: [x := ...]` or `x isNil ifTrue: [x := ...]`."""
    if not isinstance(node, Send) or node.selector not in selectors or not isinstance(node.arguments[0], Block):
        return None
    asked = node.receiver
    if node.selector == "ifTrue:":
        if not isinstance(asked, Send) or not (
            asked.selector == "isNil" or (asked.selector == "==" and _is_name(asked.arguments[0], "nil"))
        ):
            return None
        asked = asked.receiver
    inside = node.arguments[0].body.statements
    sets = inside[0] if len(inside) == 1 else None
    if isinstance(asked, Variable) and isinstance(sets, Assign) and sets.target.name == asked.name:
        return asked.name
    return None


def _by_result(index: CodeIndex, method: MethodDef, tree: Method) -> Role | None:
    result = result_of(method, tree)
    if result is None:
        return None
    if result.kind in ("boolean", "true", "false") and not tree.arguments and _asks(tree):
        return Role("predicate", None, "A predicate: it takes no argument and answers a boolean.")
    if result.kind == "new" and method.meta:
        return _maker(index, method, result.name)
    if result.kind == "self" and not result.lines and len(tree.body.statements) > 1 and not _has_other_role(index, method, tree):
        return Role("none", None, f"{NONE}: it answers the receiver, and is there for what it does.")
    return None


def _has_other_role(index: CodeIndex, method: MethodDef, tree: Method) -> bool:
    """Whether a method has a role that is not asked about: a test, an initialization, a setter that does more than to store."""
    arguments = {argument.name for argument in tree.arguments}
    stores = (node.value for node in tree.body.statements if isinstance(node, Assign))
    sets = any(isinstance(value, Variable) and value.name in arguments for value in stores)
    return sets or is_test(index, method) or method.selector in ("initialize", "release", "setUp", "tearDown")


def _asks(tree: Method) -> bool:
    """Whether a method that answers a boolean is a test: what does something may answer whether it could, and is none."""
    only = tree.body.statements[0] if len(tree.body.statements) == 1 else None
    return isinstance(only, Return) or ASKS.match(tree.selector) is not None


def _maker(index: CodeIndex, method: MethodDef, made: str) -> Role | None:
    """Answer the role of a class method that answers a new instance of a class, "" for its own; None for that of a subclass."""
    owners = index.class_table.meant(method.class_name, method.file)
    if not made or (len(owners) == 1 and owners[0].path[-1] == made):
        of = ticked(made) if made else "the class that receives the message"
        return Role("constructor", None, f"A constructor: a class method that answers a new instance of {of}.")
    if len(owners) != 1 or any(path_of(below.name)[-1] == path_of(made)[-1] for below in descendants_of(index.class_table, owners[0].name)):
        return None
    return Role("factory", made, f"{NONE}: it answers a new instance of another class, {ticked(made)}.")


def _is_name(node: Node, name: str) -> bool:
    return isinstance(node, Variable) and node.name == name
