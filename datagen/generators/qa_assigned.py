"""Which classes an instance variable is assigned.

What: the stores of a new instance, `x := Foo new`, into an instance variable, with their places; and how many stores do not tell.
Why: Smalltalk declares no types; what is put into a variable says best what it holds.
Question: What does BpSchedule keep in `rights`, an instance of which class?
Answer: An `OrderedCollection`: `BpSchedule>>initialize` (Schedule/BpSchedule.st:20) stores a new one into `rights` in the indexed code. ...
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from datagen.answers import cited, group_of, is_trait, list_traits, method_lines, method_sources, methods_claim, pick, question
from datagen.generators import generator
from datagen.phrase import MOST_SHOWN, bullets, capitalised, counted, ticked, ticks, verb
from datagen.quoting import made_class
from datagen.sample import Sample
from datagen.subject import class_source
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.nodes import Assign, Cascade, Node, walk

KIND = "qa.assigned"
ASKED = (
    "What does {c} keep in `{v}`, an instance of which class?",
    "Of which class is the object in the instance variable `{v}` of {c}?",
    "Instances of which classes are assigned to `{v}` of {c}?",
    "Where is the object in `{v}` of {c} created, and of which class is it?",
    "What type does the instance variable `{v}` of {c} have, judging by what is stored into it?",
)
MOST_A_CLASS, NONE_CHANCE = 2, 0.05
Row = tuple[MethodDef, str]


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the classes of up to two instance variables of a class; rarely of one whose stores do not tell."""
    group = group_of(index, name)
    if is_trait(group):
        return
    if group is None or len(group.definitions) > 1:
        return
    stored = {
        info.name: [method for method in info.writers if not method.meta]
        for info in index.variables(name)
        if info.kind == "instance" and not info.inherited and info.writers
    }
    left = MOST_A_CLASS
    for variable in random.sample(sorted(stored), len(stored)):
        rows, others = rows_of(index, stored[variable], variable)
        if left == 0 or not (rows or (stored[variable] and random.random() < NONE_CHANCE)):
            continue
        left -= 1
        methods = [method for method, _ in rows]
        claim = methods_claim("assigned", f"{name} {variable}", index, methods, [others], " ".join(made for _, made in rows))
        claims = [claim] if rows else [claim, methods_claim("writers", f"{name}.{variable}", index, stored[variable])]
        answer = _answer(index, variable, rows, others) if rows else _none(index, variable, stored[variable])
        sources = [class_source(group.definitions[0]), *method_sources(methods or stored[variable])]
        yield question(KIND, pick(random, ASKED, c=name, v=variable), answer, claims, sources, index, list_traits(len(rows)))


def rows_of(index: CodeIndex, writers: Sequence[MethodDef], variable: str) -> tuple[list[Row], int]:
    """Answer the stores of new instances in the order of the text, and how many other stores there are."""
    rows, others = [], 0
    for method in writers:
        places = {use.at for use in index.uses_of(method) if use.write and use.kind == "free" and use.name == variable}
        for node in walk(method.tree) if method.tree is not None else ():
            if isinstance(node, Assign) and node.target.start in places:
                made = _class_of(node.value)
                if made is None:
                    others += 1
                else:
                    rows.append((method, made))
    return rows, others


def _class_of(value: Node) -> str | None:
    if isinstance(value, Cascade):
        value = value.receiver if value.messages[-1].selector == "yourself" else value
    made = made_class(value, meta=False)
    return made[1] if made else None


def _answer(index: CodeIndex, variable: str, rows: list[Row], others: int) -> str:
    classes = list(dict.fromkeys(made for _, made in rows))
    rest = f" {capitalised(counted(others, 'other assignment'))} to it {verb(others, 'do', 'does')} not tell the class." if others else ""
    only = f"{_article(classes[0])} {ticked(classes[0])}"
    if len(rows) == 1:
        return f"{only}: {cited(index, rows[0][0])} stores a new one into {ticked(variable)} in the indexed code.{rest}"
    where = f"stored into {ticked(variable)} in {counted(len(rows), 'place')} of the indexed code."
    if len(classes) == 1:
        return f"{only}: a new one is {where}{rest}\n{bullets(method_lines(index, [m for m, _ in rows]), len(rows))}"
    of = ticks(sorted(classes), "or") if len(classes) < 4 else f"instance of one of {counted(len(classes), 'class')}"
    lines = method_lines(index, [m for m, _ in rows], [f": a new {ticked(made)}" for _, made in rows[:MOST_SHOWN]])
    return f"A new {of}, {where}{rest}\n{bullets(lines, len(rows))}"


def _article(noun: str) -> str:
    """Answer the article of a class name; a prefix such as RB or XML is spoken letter by letter."""
    return "An" if noun[:1] in ("AEFHILMNORSX" if noun[:2].isupper() else "AEIO") else "A"


def _none(index: CodeIndex, variable: str, writers: Sequence[MethodDef]) -> str:
    new = "a new instance of a class that it names"
    if len(writers) == 1:
        return f"The indexed code does not tell: only {cited(index, writers[0])} stores into {ticked(variable)}, and not {new}."
    head = f"The indexed code does not tell: {counted(len(writers), 'method')} store into {ticked(variable)}, but none of them {new}."
    return f"{head}\n{bullets(method_lines(index, writers), len(writers))}"
