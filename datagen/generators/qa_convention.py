"""Does a method keep to the conventions of the house? Which one does it break, and what do the others do instead?

What: a method as it stands in the code base, or with one departure put in; the answer names what departs, or what it keeps, each with
counts and places. Only of conventions that are in force; where none speaks of a method, nothing is asked.
Why: what a house does is in no manual; it must be told with numbers, or it is one opinion against another.
Question: Which of our conventions does this version of BpRight>>isOpen break? ...
Answer: Line 1: usually ... is in the protocol 'testing' (H01), and so it is in 109 of the 110 other methods ...; here it is 'accessing'.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from datagen.departures import Told, can_be_reviewed, departed_by_chance, departure_claim, filed_claim, told_of
from datagen.filed import FiledReading, Kept, filed_reading
from datagen.generators import generator
from datagen.mending import question
from datagen.phrase import counted
from datagen.sample import Sample, ask
from datagen.subject import method_shown, method_source, quality_of, root_of, traits_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.convention"
ASKED = (
    "Which of our conventions does this version of {m} break, and what do our classes do instead?",
    "Does {m} keep to the conventions of our code, as it stands here?",
    "Is {m} like this as the rest of our code is? Give me evidence, not taste.",
    "I want to file in {m} like this. Would anybody here do it otherwise?",
    "Check {m} against what is usual in our code, with counts and places.",
)
MOST = 3


@generator(KIND, over="methods", rare=True)
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Ask about a method that departs from the house, or in which a departure is put; of the others about every other one as it is."""
    reading = filed_reading(index, method) if can_be_reviewed(method) else None
    if reading is None or not (reading.kept() or reading.habits.layers):
        return
    departures = reading.departures()
    if departures:
        # Who tests for nil in a way of his own does so everywhere: the first place is enough.
        first = {one.habit.context if isinstance(one, Kept) else one.class_name: one for one in reversed(departures)}
        told = [told_of(index, random, reading, reading.text, one) for one in [*first.values()][::-1][:MOST]]
        yield from _sample(index, random, reading, reading.text, told)
    elif random.random() < 0.5:
        kept = {one.habit.context: one for one in reading.kept()}
        told = [told_of(index, random, reading, reading.text, one) for one in kept.values()][:MOST]
        yield from _sample(index, random, reading, reading.text, told)
    elif (found := departed_by_chance(reading, random)) is not None:
        told = [told_of(index, random, reading, found.mutant.text, found.departure)]
        for sample in _sample(index, random, reading, found.mutant.text, told):
            yield replace(
                sample,
                claims=(departure_claim(index, method, found.mutant), *sample.claims),
                chosen=reading.text,
                rejected=found.mutant.text,
                fault=found.fault(sample.answer.split(": ", 1)[1]),
                traits=sample.traits | {found.mutation},
            )


def _sample(index: CodeIndex, random: Random, reading: FiledReading, text: str, found: list[Told | None]) -> Iterator[Sample]:
    told = [one for one in found if one is not None]
    if not told or len(told) < len(found):
        return
    method = reading.method
    shown, traits = method_shown(index, method), traits_of(method)
    yield Sample(
        kind=KIND,
        prompt=ask(question(random, ASKED, shown, text)),
        answer=_answer(told),
        form="prose",
        claims=(*(one.claim for one in told), filed_claim(index, method)),
        sources=(method_source(method),),
        group=root_of(index, method.class_name, method.file),
        quality=quality_of(traits - {"no comment"}),
        traits=traits,
    )


def _answer(told: list[Told]) -> str:
    broken = [one for one in told if one.claim.code is not None]
    if broken:
        return "\n".join(one.said for one in broken)
    so_many = counted(len(told), "convention")
    return f"It breaks none: it keeps the {so_many} that can be counted for it:\n" + "\n".join(f"- {one.said}" for one in told)
