"""Who reads and who writes an instance variable.

What: the methods of a class and of its subclasses that read, and those that store into, one of its instance variables.
Why: what must be looked at before its meaning is changed; a variable that nobody writes is always nil.
Question: Who writes the variable duration of BpProgramme?
Answer: Two methods store into `duration`: - `BpProgramme>>duration:` (Schedule/BpTitles.st:91) - ...
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from datagen.answers import group_of, is_trait, list_traits, method_lines, method_sources, methods_claim, question
from datagen.generators import generator
from datagen.phrase import bullets, capitalised, counted, ticked
from datagen.sample import Sample
from datagen.subject import class_source, method_shown, place
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.variable_access"
ASKED = {
    "writers": (
        "Who writes the instance variable {v} of {c}?",
        "Where does {c} set {v}?",
        "Which methods store into {v}, defined in {c}?",
        "Who changes {v} in {c}?",
    ),
    "readers": (
        "Who reads the instance variable {v} of {c}?",
        "Where does {c} look at {v} directly?",
        "Which methods use {v} of {c} directly?",
        "Find the readers of {v} in {c}.",
    ),
}
MOST_A_CLASS = 3


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the readers or the writers of up to three instance variables of a class."""
    group = group_of(index, name)
    if is_trait(group):
        return
    if group is None or len(group.definitions) > 1:
        return
    infos = {info.name: info for info in index.variables(name) if info.kind == "instance" and not info.inherited}
    for variable in random.sample(sorted(infos), min(MOST_A_CLASS, len(infos))):
        kind = random.choice(("readers", "writers"))
        found = infos[variable].writers if kind == "writers" else infos[variable].readers
        # On the class side the same name is another variable.
        methods = [method for method in found if not method.meta]
        text = random.choice(ASKED[kind]).format(v=variable, c=name)
        claim = methods_claim(kind, f"{name}.{variable}", index, methods)
        sources = [class_source(group.definitions[0]), *method_sources(methods)]
        yield question(KIND, text, _answer(index, kind, variable, name, methods), [claim], sources, index, list_traits(len(methods)))


def _answer(index: CodeIndex, kind: str, variable: str, name: str, methods: Sequence[MethodDef]) -> str:
    does, do = ("stores into", "store into") if kind == "writers" else ("reads", "read")
    if not methods:
        return f"No method of {ticked(name)} or of its subclasses in the indexed code {does} {ticked(variable)}."
    if len(methods) == 1:
        return f"Only {ticked(method_shown(index, methods[0]))} ({place(methods[0])}) {does} it in the indexed code."
    n = len(methods)
    return f"{capitalised(counted(n, 'method'))} {do} {ticked(variable)} in the indexed code:\n{bullets(method_lines(index, methods), n)}"
