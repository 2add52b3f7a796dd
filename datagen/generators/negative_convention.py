"""A method that works and does not keep to the house, to be written as the house has it.

What: a real method in which one counted convention of the code base is broken: its protocol, what it calls an argument, which package it
names; the answer says what is usual, how often and where, and gives the method as it was.
Why: no compiler minds it, and a reviewer of the house does; he says what the others do, with places.
Question: BpRight>>isOpen works, but it does not keep to our conventions. What would you change? ...
Answer: Line 1: usually ... is in the protocol 'testing' (H01), and so it is in 109 of the 110 others ...; here it is 'accessing'. ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.departures import can_be_reviewed, departed_by_chance, departure_claim, filed_claim, told_of
from datagen.filed import filed_reading
from datagen.generators import generator
from datagen.mending import question
from datagen.phrase import code_block
from datagen.sample import Sample, ask
from datagen.subject import method_shown, method_source, quality_of, root_of, traits_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "negative.convention"
ASKED = (
    "{m} works, but it does not keep to our conventions. What would you change?",
    "Please review {m} before I file it in: is it as the rest of our code is?",
    "What in {m} is not as we do it, and how must it read?",
    "A colleague from another house wrote this version of {m}. Make it ours.",
    "Which convention of our code does {m} break? Correct it.",
)


@generator(KIND, over="methods", rare=True)
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Break one convention that a method keeps, and ask for the method as it was."""
    reading = filed_reading(index, method) if can_be_reviewed(method) else None
    found = departed_by_chance(reading, random) if reading is not None else None
    if reading is None or found is None:
        return
    shown, text = method_shown(index, method), found.mutant.text
    told = told_of(index, random, reading, text, found.departure)
    if told is None:
        return
    traits = traits_of(method)
    yield Sample(
        kind=KIND,
        prompt=ask(question(random, ASKED, shown, text)),
        answer=f"{told.said} Corrected:\n\n{code_block(reading.text)}",
        form="method",
        claims=(departure_claim(index, method, found.mutant), told.claim, filed_claim(index, method)),
        sources=(method_source(method),),
        group=root_of(index, method.class_name, method.file),
        quality=quality_of(traits - {"no comment"}),
        chosen=reading.text,
        rejected=text,
        fault=found.fault(told.said.split(": ", 1)[1]),
        traits=traits | {found.mutation},
    )
