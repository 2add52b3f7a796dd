"""The variables of a class, own and inherited.

What: instance, class, class-instance and shared variables, each with the class that defines it.
Why: what a method of the class may name; inherited ones are what people forget.
Question: Which instance variables does BpEpisode have?
Answer: `BpEpisode` defines two instance variables (`series` and `number`); it inherits `title` and `duration` from BpProgramme.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from random import Random

from datagen.answers import group_of, is_trait, pick, question, which_one
from datagen.generators import generator
from datagen.phrase import counted, listed, ticked, ticks
from datagen.sample import Claim, Sample
from datagen.subject import class_shown, class_source, place
from stparse.index.classtable import ClassGroup
from stparse.index.query import CodeIndex
from stparse.index.structure import lineage_of, variables_in_sight

KIND = "qa.variables"
ASKED = (
    "Which variables does {c} have?",
    "Which instance variables can a method of {c} use?",
    "What state does {c} hold, own and inherited?",
    "List the variables of {c} and say which are inherited.",
    "What variables are in scope in {c}?",
)
Seen = tuple[str, str, str]
_NAMED = {"instance": "instance variable", "class instance": "class-instance variable", "class": "class variable"}
MOST_VARIABLES = 60


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the variables in sight of a class."""
    text = pick(random, ASKED, c=name)
    group = group_of(index, name)
    if is_trait(group):
        return
    if group is None:
        yield which_one(KIND, text, index, name)
        return
    seen = _seen(index, group, only_instance="instance" in text)
    if len(seen) > MOST_VARIABLES or len(group.definitions) > 1:
        return
    own = [(kind, variable, owner) for kind, variable, owner in seen if owner == name]
    inherited = [item for item in seen if item not in own]
    kinds = "instance" if "instance" in text else "all"
    claims = [_claim("variables.own", name, own, kinds), _claim("variables.inherited", name, inherited, kinds)]
    sources = [class_source(above.definitions[0]) for above in lineage_of(index.class_table, group)]
    answer = _answer(name, place(group.definitions[0]), own, inherited, "instance variable" if kinds == "instance" else "variable")
    yield question(KIND, text, answer, claims, sources, index, [] if seen else ["none"])


def _seen(index: CodeIndex, group: ClassGroup, *, only_instance: bool) -> list[Seen]:
    kinds = ("instance",) if only_instance else tuple(_NAMED)
    found = variables_in_sight(index.class_table, group)
    return [(kind, variable, class_shown(index, owner.name)) for kind, variable, owner in found if kind in kinds]


def _claim(kind: str, about: str, found: list[Seen], kinds: str) -> Claim:
    places = tuple(f"{owner}: {kind_of}" for kind_of, _, owner in found)
    return Claim(kind, about, tuple(variable for _, variable, _ in found), places, count=len(found), detail=kinds)


def _answer(name: str, where: str, own: list[Seen], inherited: list[Seen], noun: str) -> str:
    if not own and not inherited:
        return f"None: {ticked(name)} ({where}) defines no {noun}s, and inherits none from a class in the indexed code."
    first = f"{ticked(name)} ({where}) defines {_own(own)}" if own else f"{ticked(name)} ({where}) defines no {noun}s of its own"
    parts = [f"{first}."]
    for owner, items in groupby(inherited, key=lambda item: item[2]):
        found = list(items)
        parts.append(f"- from {owner}: {_kinds(found)}")
    if not inherited:
        return f"{parts[0]} It inherits none from a class in the indexed code."
    return "\n".join([f"{parts[0]} In the indexed code it inherits:", *parts[1:]])


def _own(found: list[Seen]) -> str:
    groups = [(kind, [name for _, name, _ in items]) for kind, items in groupby(found, key=lambda item: item[0])]
    return listed([f"{counted(len(names), _NAMED[kind])} ({ticks(names)})" for kind, names in groups])


def _kinds(found: list[Seen]) -> str:
    groups = [(kind, [name for _, name, _ in items]) for kind, items in groupby(found, key=lambda item: item[0])]
    said = [("" if kind == "instance" else f"{_NAMED[kind]}{'' if len(names) == 1 else 's'} ") + ticks(names) for kind, names in groups]
    return "; ".join(said)
