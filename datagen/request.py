"""The request for a method: what a colleague would have to be told, so that he can write it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from datagen.comments import is_in_words
from datagen.phrase import hashed, listed, sentences, ticked
from datagen.sample import Claim
from datagen.subject import class_shown, method_shown, signature
from stparse.index.classtable import ClassGroup
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.index.structure import ancestors_of, variables_in_sight
from stparse.nodes import ByteArray, LiteralArray, Number, String, Symbol, walk

ASKED = (
    "Write {m}.",
    "Implement {m}.",
    "I need {m}. Please write it as the rest of our code is written.",
    "Complete the class with {m}.",
    "How would {m} be written here?",
)
MOST_VARIABLES = 24
MOST_SENDS = 8
LONGEST_LITERAL = 60
GUESSED = 80
"""So many characters of literals may be left for the model to word: a label or two, and no table."""
_NAME = re.compile(r"[^\W\d]\w*")
_EMPTY = ("''", "#()", "#[]")
_FOREIGN = re.compile(r"<\s*(?:primitive|cdecl|C|apicall|stdcall)\s*:")
_LITERALS = (LiteralArray, ByteArray, String, Symbol, Number)


def prompt_of(index: CodeIndex, random: Random, method: MethodDef) -> str:
    """Answer the request for a method: its class, its signature, its comment or what it sends, and its literals."""
    side = "the class method" if method.meta else "the method"
    what = f"{side} {ticked(signature(method))} of {ticked(_owner(index, method))}"
    if method.protocol:
        what += f" (protocol '{method.protocol}')"
    parts = [random.choice(ASKED).format(m=what), class_context(index, method), _intent(index, method)]
    return "\n\n".join(part for part in parts if part)


def is_guesswork(method: MethodDef) -> bool:
    """Whether a method is a primitive, or much of it in literals that no request tells: whoever answered would have to invent them."""
    told = _told(method)
    return bool(_FOREIGN.search(method.source)) or sum(len(literal) for literal in _literals(method) if literal not in told) > GUESSED


def _owner(index: CodeIndex, method: MethodDef) -> str:
    return class_shown(index, method.class_name, method.file)


def _group(index: CodeIndex, method: MethodDef) -> ClassGroup | None:
    """Answer the one class that a method is of, None where that or its superclass is not certain."""
    found = index.class_table.meant(method.class_name, method.file)
    return found[0] if len(found) == 1 and len(found[0].superclass_names) < 2 else None


def class_context(index: CodeIndex, method: MethodDef) -> str:
    """Answer the superclass and the variables of a method's class, nothing where the code base does not define it or twice."""
    group = _group(index, method)
    if group is None:
        return ""
    name = _owner(index, method)
    above = next(iter(ancestors_of(index.class_table, group)), None)
    start = f"{name} is a subclass of {class_shown(index, above.name)}" if above else f"{name} is a root class"
    lists = _variables(index, group, method)
    said = [f"the {kind} variable{'' if len(names) == 1 else 's'} {listed(names)}" for kind, names in lists.items()]
    return f"{start} with {', and '.join(said)}." if said else f"{start}."


def context_claims(index: CodeIndex, method: MethodDef) -> tuple[Claim, ...]:
    """Answer the claim of what `class_context` says, none where it says nothing."""
    group = _group(index, method)
    if group is None:
        return ()
    names = tuple(name for names in _variables(index, group, method).values() for name in names)
    return (Claim("context", method_shown(index, method), names=names, count=len(names)),)


def _variables(index: CodeIndex, group: ClassGroup, method: MethodDef) -> dict[str, list[str]]:
    """Answer the variables that a method sees, as they are shown, by kind."""
    seen = list(variables_in_sight(index.class_table, group))
    used = set(_NAME.findall(method.source))
    wanted = ("class instance", "class") if method.meta else ("instance", "class")
    lists = {kind.replace(" ", "-"): _cut([name for found, name, _ in seen if found == kind], used) for kind in wanted}
    return {kind: names for kind, names in lists.items() if names}


def _cut(names: Sequence[str], used: set[str]) -> list[str]:
    """Answer the names that are shown: all that the method uses, and of the others as many as there is room for."""
    room = MOST_VARIABLES - sum(name in used for name in names)
    spare = [name for name in names if name not in used][: max(0, room)]
    shown = [name for name in names if name in used or name in spare]
    return shown if len(shown) == len(names) else [*shown, "others"]


def _intent(index: CodeIndex, method: MethodDef) -> str:
    told = _told(method)
    literals = f"the literal{'' if len(told) == 1 else 's'} {listed([ticked(literal) for literal in told])}" if told else ""
    if is_in_words(method.comment, method.dialect):
        comment = " ".join((method.comment or "").split())
        shown = sentences(comment, 4)
        return f'Comment: "{shown}{"" if shown == comment else " ..."}"' + (f"\n\nIt uses {literals}." if told else "")
    names = [ticked(name) for name in index.globals_in([method]).get(method.id, ())]
    sent = [hashed(selector) for selector in dict.fromkeys(send.selector for send in index.sends_of(method))]
    said = [f"{verb} {listed(_first(items))}" for verb, items in (("refers to", names), ("sends", sent)) if items]
    said += [f"uses {literals}"] if told else []
    return f"It {', '.join(said[:-1])}{', and ' if len(said) > 1 else ''}{said[-1]}." if said else ""


def _first(items: Sequence[str]) -> list[str]:
    return [*items[:MOST_SENDS], "others"] if len(items) > MOST_SENDS else list(items)


def _literals(method: MethodDef) -> list[str]:
    """Answer the literals of a method as they are written, each once: those of an array with it."""
    found, end = list[str](), -1
    nodes = [node for node in walk(method.tree.body) if isinstance(node, _LITERALS)] if method.tree is not None else []
    for node in sorted(nodes, key=lambda node: (node.start, -node.end)):
        if node.start >= end:
            found.append(method.source[node.start : node.end])
            end = node.end
    return list(dict.fromkeys(found))


def _told(method: MethodDef) -> list[str]:
    """Answer the literals that the request names, in their order: beside a comment strings only, for nobody says which small numbers
    and symbols he needs."""
    prose = is_in_words(method.comment, method.dialect)
    wanted = [one for one in _literals(method) if one.startswith("'") or (not prose and len(one) > 1)]
    fitting = [one for one in wanted if one not in _EMPTY and len(one) <= LONGEST_LITERAL and "`" not in one and "\n" not in one]
    return fitting[:MOST_SENDS]
