"""N18: an instance variable that only a sibling class has.

What: one read of an instance variable becomes that of one which another subclass of the same superclass declares.
Why: classes side by side look alike, and a model that has seen one writes its variables into the other.
Good: ^price > limit
Bad:  ^amount > limit
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from checker.names import Meaning
from datagen.mutations import Mutant, edited, mutation
from datagen.reading import Reading, shuffled


@mutation("N18", rate=0.15)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Read a sibling's variable in the place of an own one."""
    code = reading.code_of("undeclared-variable")
    foreign = [name for name in reading.siblings if reading.is_free(name)] if code and reading.siblings else []
    if code is None or not foreign:
        return
    for node in shuffled(random, reading.reads()):
        if node.name not in reading.declared and reading.names.meaning(node.name) is Meaning.INSTANCE:
            yield edited(reading.text, node.start, node.end, random.choice(foreign), code, node.start)
