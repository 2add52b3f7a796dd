"""The request for a method: what a colleague would have to be told, so that he can write it."""

from __future__ import annotations

from random import Random

from datagen.phrase import hashed, listed, sentences, ticked
from datagen.subject import class_shown, says_something, signature
from stparse.index.classtable import ClassGroup
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.index.structure import ancestors_of, variables_in_sight

ASKED = (
    "Write {m}.",
    "Implement {m}.",
    "I need {m}. Please write it the way our code does.",
    "Complete the class with {m}.",
    "How would {m} be written here?",
)
MOST_VARIABLES = 24
MOST_SENDS = 8


def prompt_of(index: CodeIndex, random: Random, method: MethodDef) -> str:
    """Answer the request for a method: its class, its signature, and its comment or what it sends."""
    side = "the class method" if method.meta else "the method"
    what = f"{side} {ticked(signature(method))} of {ticked(_owner(index, method))}"
    if method.protocol:
        what += f" (protocol '{method.protocol}')"
    parts = [random.choice(ASKED).format(m=what), _class_context(index, method), _intent(index, method)]
    return "\n\n".join(part for part in parts if part)


def _owner(index: CodeIndex, method: MethodDef) -> str:
    return class_shown(index, method.class_name, method.file)


def _class_context(index: CodeIndex, method: MethodDef) -> str:
    found = index.class_table.meant(method.class_name, method.file)
    if len(found) != 1:
        return ""
    group = found[0]
    name = _owner(index, method)
    above = next(iter(ancestors_of(index.class_table, group)), None)
    start = f"{name} is a subclass of {class_shown(index, above.name)}" if above else f"{name} is a root class"
    return start + _variables(index, group, method.meta)


def _variables(index: CodeIndex, group: ClassGroup, meta: bool) -> str:
    wanted = ("class instance", "class") if meta else ("instance", "class")
    seen = [(kind, name) for kind, name, _ in variables_in_sight(index.class_table, group) if kind in wanted]
    said = []
    for kind in wanted:
        names = [name for found, name in seen if found == kind][:MOST_VARIABLES]
        if names:
            noun = {"instance": "instance", "class": "class", "class instance": "class-instance"}[kind]
            said.append(f"the {noun} variable{'' if len(names) == 1 else 's'} {listed(names)}")
    return f" with {listed(said)}." if said else "."


def _intent(index: CodeIndex, method: MethodDef) -> str:
    if says_something(method.comment):
        return f'Comment: "{sentences(method.comment or "", 4)}"'
    sent = list(dict.fromkeys(send.selector for send in index.sends_of(method)))
    names = [ticked(name) for name in index.globals_in([method]).get(method.id, ())][:MOST_SENDS]
    said = [f"refers to {listed(names)}"] if names else []
    if sent:
        said.append(f"sends {listed([hashed(selector) for selector in sent[:MOST_SENDS]])}")
    return f"It {listed(said)}." if said else ""
