"""With which classes a class works together.

What: its superclass, how many classes inherit from it, the classes of the index that its methods name, and those whose methods name
it, with counts.
Why: what a class needs and who needs it: the first look at a design, and what a move of the class takes along.
Question: What does BpContract collaborate with?
Answer: `BpContract` (Contracts/BpContract.st:3), a subclass of `BpModel`, names two other classes of the indexed code: - `BpRight`, ...
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

from datagen.answers import group_of, is_huge, is_trait, list_traits, pick, question, which_one
from datagen.generators import generator
from datagen.phrase import MOST_SHOWN, bullets, capitalised, counted, ticked, verb
from datagen.sample import Claim, Sample
from datagen.subject import class_source, place
from stparse.index.classtable import ClassGroup, path_of
from stparse.index.query import CodeIndex

KIND = "qa.collaborators"
ASKED = (
    "What does {c} collaborate with?",
    "Which classes does {c} depend on, and which depend on it?",
    "Who are the collaborators of {c}?",
    "Which other classes does {c} use, and who uses it?",
    "I want to move {c} elsewhere. Which classes is it tied to, in both directions?",
)
Counts = list[tuple[str, int]]


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask which classes a class names, and which name it."""
    text = pick(random, ASKED, c=name)
    group = group_of(index, name)
    if is_trait(group):
        return
    if group is None:
        yield which_one(KIND, text, index, name)
        return
    if is_huge(index.global_names.get(name, 0)):
        return
    needs, needed = needs_of(index, name), clients_of(index, name)
    above, below = group.definitions[0].superclass, len(index.class_table.subclasses_of(group.name))
    kin = Claim("kin", name, (path_of(above)[-1],) if above else (), count=below)
    claims = [_claim("collaborators", name, needs), _claim("clients", name, needed), kin]
    answer = _answer(group, kin, needs, needed)
    others = [index.class_table.named(other) for other, _ in (*needs[:MOST_SHOWN], *needed[:MOST_SHOWN])]
    sources = [class_source(found[0].definitions[0]) for found in ((group,), *others) if found]
    yield question(KIND, text, answer, claims, sources, index, list_traits(max(len(needs), len(needed))))


def needs_of(index: CodeIndex, name: str) -> Counts:
    """Answer the classes of the index that the methods of a class name, the most frequent first."""
    uses = (use for method in index.methods_of(name) for use in index.uses_of(method) if use.kind == "global")
    return _ordered(Counter(short for use in uses if (short := path_of(use.name)[-1]) != name and _is_ours(index, short)))


def clients_of(index: CodeIndex, name: str) -> Counts:
    """Answer the classes whose methods name a class, the most frequent first."""
    found: Counter[str] = Counter()
    for hit in index.references(name):
        found[path_of(hit.method.class_name)[-1]] += len(hit.sites)
    del found[name]
    return _ordered(found)


def _is_ours(index: CodeIndex, short: str) -> bool:
    return any(not all(d.stub for d in group.definitions) for group in index.class_table.named(short))


def _ordered(found: Counter[str]) -> Counts:
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def _claim(kind: str, name: str, found: Counts) -> Claim:
    shown = found[:MOST_SHOWN]
    return Claim(kind, name, tuple(other for other, _ in shown), numbers=tuple(n for _, n in shown), count=len(found))


def _answer(group: ClassGroup, kin: Claim, needs: Counts, needed: Counts) -> str:
    name = kin.about
    is_a = f"a subclass of {ticked(kin.names[0])}" if kin.names else "a root class"
    others = counted(len(needs), "other class", "other classes") if needs else "no other class"
    uses = f"{ticked(name)} ({place(group.definitions[0])}), {is_a}, names {others} of the indexed code{_lines(needs)}"
    users = capitalised(counted(len(needed), "other class", "other classes")) if needed else "No method of another class"
    used = f"{users} {verb(max(1, len(needed)), 'name')} {ticked(name)} there{_lines(needed)}"
    heirs = f"{capitalised(counted(kin.count, 'class'))} {verb(kin.count, 'inherit')} from it directly." if kin.count else ""
    return "\n\n".join(part for part in (uses, used, heirs) if part)


def _lines(found: Counts) -> str:
    if not found:
        return "."
    return ":\n" + bullets([f"{ticked(other)}, in {counted(n, 'place')}" for other, n in found], len(found))
