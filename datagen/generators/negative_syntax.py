"""A method with one syntax fault, to be mended.

What: a mutant of a real method; the answer says what is wrong and gives the method as it was.
Why: models must see the near misses of correct code, and that the way out is one token, not a rewrite.
Question: BpRight>>isOpen does not compile. What is wrong? ...
Answer: Line 3: a period is missing before `^` (P131); end the statement before it with a period. ...
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

KIND = "negative.syntax"
ASKED = (
    "{m} does not compile. What is wrong with it?",
    "The compiler rejects {m}. Find the mistake and correct it.",
    "Please fix the syntax error in {m}.",
    "I cannot accept {m} in the browser. Why, and what should it be?",
    "There is a syntax error in {m}. Where?",
)
LONGEST = 4000


@generator(KIND, over="methods")
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Break a method in one place and ask for the repair."""
    traits = traits_of(method)
    text = text_of(method)
    if not method.parsed or "generated" in traits or len(text) > LONGEST:
        return
    shown = method_shown(index, method)
    found = broken(index, method, random, syntax=True)
    if found is not None:
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
