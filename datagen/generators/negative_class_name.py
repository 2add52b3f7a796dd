"""A class definition that is right but for its name, which lacks the prefix that the house gives to the classes of such categories.

What: the message that defines a real class, its name without the prefix or with the prefix in other letters; the answer says what is
usual, how often and where, and gives the definition as it is.
Why: no compiler minds it; in an image where all names are global, whoever looks for the classes of a part by its prefix misses it.
Question: I am about to accept this definition in 'Bp-Rights'. Is the name as ours are? ...
Answer: Line 1: usually the name of a class in categories like 'Bp-Rights' begins with the prefix `Bp` (H05), and so ...; here it is ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.definitions import definition_text, judged_definition
from datagen.generators import generator
from datagen.judging import NotedNames, base_of, house_of
from datagen.mutations import Mutant, edited
from datagen.phrase import code_block, listed, number, ticked
from datagen.prefixes import LONGEST_SIGN, Family, begins_with, families_of, family_of, short_name
from datagen.sample import Claim, Fault, Sample, ask
from datagen.subject import class_shown, class_source, place, root_of
from stparse.index.model import IndexedClass
from stparse.index.query import CodeIndex

KIND = "negative.class_name"
ASKED = (
    "I am about to accept this definition in '{p}'. Is the name as ours are?",
    "Please review the name of this new class for '{p}'.",
    "This class compiles. What would our people say of its name?",
    "A colleague from another house defined this class in '{p}'. Which convention of ours does it break? Correct it.",
    "Does the name of this class fit into '{p}'? If it does not, mend it.",
)
EVIDENCE, SHORTEST = 3, 4
BARE = 0.7
"""So often the prefix is gone; else it is there in other letters, if that can be."""


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Take the prefix from the name of a class that has it, and ask for the name as it was."""
    groups = index.class_table.named(name)
    definitions = groups[0].definitions if len(groups) == 1 else ()
    definition = definitions[0] if len(definitions) == 1 and not definitions[0].stub else None
    family = families_of(index).get(family_of(definition.category or "")) if definition is not None else None
    if definition is None or family is None or not begins_with(name, family.prefix):
        return
    text = definition_text(definition, definition.dialect)
    if text is None or definition.superclass is None:
        return
    mutant = _renamed(index, random, definition, text, family)
    others = [one for one in family.having if one.qualified != definition.qualified]
    if mutant is None or len(others) < EVIDENCE:
        return
    seen = [others[at] for at in sorted(random.sample(range(len(others)), EVIDENCE))]
    counts = (len(others), len(others) + len(family.lacking))
    here = mutant.now + name[len(family.prefix) :]
    how_many = f"all {number(counts[1])} other classes" if not family.lacking else f"{number(counts[0])} of the {number(counts[1])} others"
    examples = listed([f"{ticked(short_name(one))} ({place(one)})" for one in seen])
    usual = f"usually the name of a class in {family.shown(definition.category or '')} begins with the prefix {ticked(family.prefix)} (H05)"
    said = f"{usual}, and so it is in {how_many} there in the indexed code, for example in {examples}; here it is {ticked(here)}."
    claim = Claim(
        "prefix",
        class_shown(index, name),
        tuple(short_name(one) for one in seen),
        tuple(place(one) for one in seen),
        counts,
        EVIDENCE,
        "H05",
        (mutant.start, mutant.start),
        f"{family.name}|{family.prefix}|{here}",
    )
    yield Sample(
        kind=KIND,
        prompt=ask(f"{random.choice(ASKED).format(p=definition.category)}\n\n{code_block(mutant.text)}"),
        answer=f"Line 1: {said} Corrected:\n\n{code_block(text)}",
        form="class",
        claims=(claim, Claim("definition", class_shown(index, name))),
        sources=(class_source(definition),),
        group=root_of(index, definition.qualified, definition.file),
        chosen=text,
        rejected=mutant.text,
        fault=Fault("N23", "H05", said, 1, (mutant.start, mutant.start + len(mutant.now)), mutant.was, mutant.now),
        traits=frozenset(("N23",)),
    )


def _renamed(index: CodeIndex, random: Random, definition: IndexedClass, text: str, family: Family) -> Mutant | None:
    """Answer the definition under a name without the prefix, or with it in other letters, that nobody has; None where there is none."""
    name, prefix = short_name(definition), family.prefix
    at = text.find(f"#{name}") + 1
    above = NotedNames(house_of(index, definition.dialect).environment(definition.superclass or "", file=definition.file))
    other = prefix.capitalize() if prefix.isupper() else prefix.upper()
    base = base_of(definition.dialect)
    ways = ("", other) if len(prefix) <= LONGEST_SIGN else ("",)
    for now in ways if random.random() < BARE else ways[::-1]:
        renamed = now + name[len(prefix) :]
        taken = index.class_table.named(renamed) or (base is not None and base.class_named(renamed) is not None)
        # What is left must be a name without the prefix, too: `UTF8Encoder` is none that people would give.
        if not at or len(renamed) < SHORTEST or taken or not name[len(prefix) + 1 :][:1].islower() or begins_with(renamed, prefix):
            continue
        mutant = edited(text, at, at + len(prefix), now, "H05", at, meant=name)
        if "\n" not in text[:at] and not judged_definition(mutant.text, definition.dialect, above):
            return mutant
    return None
