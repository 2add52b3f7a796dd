"""With which classes a class works together.

What: the classes of the index that the methods of a class name, and the classes whose methods name it, with counts.
Why: what a class needs and who needs it: the first look at a design, and what a move of the class takes along.
Question: What does BpContract collaborate with?
Answer: `BpContract` (Contracts/BpContract.st:3) names two classes of the indexed code: - `BpRight`, in seven places - ... Who names it: ...
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

from datagen.answers import group_of, is_huge, list_traits, pick, question, which_one
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
    if group is None:
        yield which_one(KIND, text, index, name)
        return
    if is_huge(index.global_names.get(name, 0)):
        return
    needs, needed = needs_of(index, name), clients_of(index, name)
    claims = [_claim("collaborators", name, needs), _claim("clients", name, needed)]
    answer = _answer(name, group, needs, needed)
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


def _answer(name: str, group: ClassGroup, needs: Counts, needed: Counts) -> str:
    where = f"{ticked(name)} ({place(group.definitions[0])})"
    if not needs and not needed:
        return f"None in the indexed code: {where} names no other class of it, and no method of another class names {ticked(name)}."
    others = counted(len(needs), "other class", "other classes") if needs else "no other class"
    uses = f"{where} names {others} of the indexed code{_lines(needs)}"
    if not needed:
        return f"{uses}\n\nNo method of another class names {ticked(name)} there."
    users = capitalised(counted(len(needed), "other class", "other classes"))
    return f"{uses}\n\n{users} {verb(len(needed), 'name')} {ticked(name)} there{_lines(needed)}"


def _lines(found: Counts) -> str:
    if not found:
        return "."
    return ":\n" + bullets([f"{ticked(other)}, in {counted(n, 'place')}" for other, n in found], len(found))
