"""What a class overrides, and from whom.

What: the methods of one side of a class that a superclass in the index defines too, each with the nearest one that it replaces.
Why: an override is where the behaviour of a class departs from what its superclass promises.
Question: Which inherited methods does BpBarterRight override?
Answer: `BpBarterRight` overrides two: - `BpBarterRight>>isOpen` (Rights/...:301) replaces `BpRight>>isOpen` (Rights/...:88) - ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import (
    cited,
    group_of,
    indexed_ancestors,
    list_traits,
    method_sources,
    method_table,
    methods_claim,
    pick,
    question,
    which_one,
)
from datagen.generators import generator
from datagen.phrase import MOST_SHOWN, bullets, counted, ticked, ticks
from datagen.sample import Sample
from datagen.subject import class_source, place
from stparse.index.classtable import ClassGroup
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.overrides"
ASKED = (
    "Which inherited methods does {c} override?",
    "What does {c} override, and from whom?",
    "Which methods of its superclasses does {c} redefine?",
    "Show me the overrides in {c} and the originals.",
    "Where does {c} behave differently from what it inherits? List its overrides.",
)
Pair = tuple[MethodDef, MethodDef]


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the overrides on one side of a class that has a superclass in the index."""
    group = group_of(index, name)
    if group is None:
        yield which_one(KIND, pick(random, ASKED, c=name), index, name)
        return
    above = indexed_ancestors(index, group)
    sides = sorted({meta for meta, _ in method_table(index, name)})
    if above is None or not above[0] or not sides:
        return
    meta = random.choice(sides)
    shown = f"{name} class" if meta else name
    chain = [ancestor.path[-1] for ancestor in above[0]]
    pairs = overrides_of(index, name, chain, meta=meta)
    own, originals = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    claims = [
        methods_claim("overrides", shown, index, own, detail=" ".join(chain)),
        methods_claim("overridden originals", shown, index, originals, detail=" ".join(chain)),
    ]
    sources = [class_source(group.definitions[0]), *method_sources(own), *method_sources(originals)]
    text = pick(random, ASKED, c=shown)
    yield question(KIND, text, _answer(index, shown, group, pairs, above), claims, sources, index, list_traits(len(pairs)))


def overrides_of(index: CodeIndex, name: str, chain: list[str], *, meta: bool) -> list[Pair]:
    """Answer the methods of one side of a class that a class of `chain` has too, each with the nearest of those."""
    tables = [method_table(index, above) for above in chain]
    found = []
    for (side, selector), method in method_table(index, name).items():
        original = next((table[side, selector] for table in tables if (side, selector) in table), None)
        if side is meta and original is not None:
            found.append((method, original))
    return found


def _line(index: CodeIndex, pair: Pair) -> str:
    return f"{cited(index, pair[0])} replaces {cited(index, pair[1])}"


def _answer(index: CodeIndex, shown: str, group: ClassGroup, pairs: list[Pair], above: tuple[list[ClassGroup], str | None]) -> str:
    inside, outside = above
    where = f"{ticked(shown)} ({place(group.definitions[0])})"
    if not pairs:
        supers = ticks([ancestor.path[-1] for ancestor in inside], "or")
        said = f"Nothing in the indexed code: no method of {where} is also defined by {supers}."
    elif len(pairs) == 1:
        said = f"{where} overrides one method in the indexed code: {_line(index, pairs[0])}."
    else:
        lines = [_line(index, pair) for pair in pairs[:MOST_SHOWN]]
        said = f"{where} overrides {counted(len(pairs), 'method')} in the indexed code:\n{bullets(lines, len(pairs))}"
    if outside is None:
        return said
    separator = "\n\n" if len(pairs) > 1 else " "
    return f"{said}{separator}What it overrides of {ticked(outside)} cannot be told: that class is outside the indexed code."
