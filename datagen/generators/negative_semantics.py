"""A method with one fault that shows only among the names around it, to be mended.

What: a mutant of a real method that parses, but uses a name, a store or a return as no compiler lets pass without a word;
the answer says what is wrong and gives the method as it was.
Why: most of what models get wrong parses; the fault is a name that is nearly right.
Question: The compiler complains about BpRight>>isOpen. What is wrong? ...
Answer: Line 3: undeclared variable titel (C101); is it title? Else declare it as a temporary, ... Corrected: ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.faults import broken
from datagen.generators import generator
from datagen.phrase import capitalised, code_block, ticked
from datagen.sample import Claim, Sample, ask
from datagen.subject import method_shown, method_source, quality_of, root_of, text_of, traits_of
from datagen.wording import diagnosis
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "negative.semantics"
ASKED = (
    "The compiler complains about {m}. What is wrong with it?",
    "There is a mistake in {m}. Find it and correct it.",
    "{m} parses, but it is not right. Why, and what should it be?",
    "Please find the mistake in {m} and mend it.",
    "What does the compiler say of {m} as it stands here, and how must it read?",
)
LONGEST = 4000


@generator(KIND, over="methods")
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Break a method in one place, so that it still parses, and ask for the repair."""
    traits = traits_of(method)
    text = text_of(method)
    if not method.parsed or "generated" in traits or len(text) > LONGEST:
        return
    found = broken(index, method, random, syntax=False)
    if found is None:
        return
    shown = method_shown(index, method)
    said = diagnosis(found.issue, found.mutant.text) if found.issue else ""
    yield Sample(
        kind=KIND,
        prompt=ask(f"{random.choice(ASKED).format(m=ticked(shown))}\n\n{code_block(found.mutant.text)}"),
        answer=f"{capitalised(said)} Corrected:\n\n{code_block(text)}",
        form="method",
        claims=(*found.claims(shown), Claim("repair", shown), Claim("source", shown)),
        sources=(method_source(method),),
        group=root_of(index, method.class_name, method.file),
        quality=quality_of(traits - {"no comment"}),
        chosen=text,
        rejected=found.mutant.text,
        fault=found.fault(),
        traits=traits | {found.mutation},
    )
