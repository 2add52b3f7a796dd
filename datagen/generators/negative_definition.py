"""A class definition with one fault, to be mended.

What: the message that defines a class of the code base, with a fault in its superclass, its keywords or its variables; the answer
says what is wrong and gives the definition as it is. Also a preference pair.
Why: models write classes too, and the definition is where they have read the least Smalltalk.
Question: The definition of BpRight is refused. What is wrong? ...
Answer: Line 2: title is listed twice (C304); remove one of the two. Corrected: ...
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from datagen.definitions import DefinitionReading, definition_text, judged_definition
from datagen.faults import Broken, scope_claim
from datagen.generators import generator
from datagen.judging import NotedNames, house_of
from datagen.mutations import MUTATIONS
from datagen.phrase import code_block, ticked
from datagen.sample import Claim, Sample, ask
from datagen.subject import class_shown, class_source, root_of
from stparse.index.query import CodeIndex
from stparse.index.structure import variables_in_sight

KIND = "negative.definition"
ASKED = (
    "The definition of {c} is refused. What is wrong with it?",
    "I cannot accept this definition of {c}. Why, and what should it be?",
    "Please find the mistake in the definition of {c} and mend it.",
    "Is this definition of {c} right? If it is not, correct it.",
)


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Break the definition of a class that is defined once, and ask for the repair."""
    groups = index.class_table.named(name)
    definitions = groups[0].definitions if len(groups) == 1 else ()
    definition = definitions[0] if len(definitions) == 1 and not definitions[0].stub else None
    text = definition_text(definition, definition.dialect) if definition is not None else None
    if definition is None or text is None or definition.superclass is None:
        return
    above = NotedNames(house_of(index, definition.dialect).environment(definition.superclass, file=definition.file))
    seen = variables_in_sight(index.class_table, groups[0])
    inherited = tuple(name for kind, name, owner in seen if kind == "instance" and owner is not groups[0])
    before = judged_definition(text, definition.dialect, above)
    reading = DefinitionReading(text, definition.dialect, definition, above, inherited)
    mutant = next(MUTATIONS["N21"].mutate(reading, random), None) if not before else None
    if mutant is None:
        return
    above.asked.clear()
    judged_definition(text, definition.dialect, above)
    found = judged_definition(mutant.text, definition.dialect, above)
    broken = Broken("N21", mutant, tuple(found), above.asked, {})
    shown = class_shown(index, name)
    meant = tuple(one for one in (mutant.meant, mutant.told) if one)
    scope = replace(scope_claim(shown, above.asked), detail="above")
    fault = Claim("definition fault", shown, names=meant, code=mutant.code, span=(mutant.place or 0, mutant.place or 0))
    yield Sample(
        kind=KIND,
        prompt=ask(f"{random.choice(ASKED).format(c=ticked(shown))}\n\n{code_block(mutant.text)}"),
        answer=f"{broken.said()} Corrected:\n\n{code_block(text)}",
        form="class",
        claims=(fault, Claim("definition", shown), scope),
        sources=(class_source(definition),),
        group=root_of(index, definition.qualified, definition.file),
        chosen=text,
        rejected=mutant.text,
        fault=broken.fault(),
        traits=frozenset(("N21",)),
    )
