"""N08: a name that is declared twice.

What: one more temporary, named like another one, like an argument, or like an instance variable that the method sets.
Why: who writes from left to right declares what is there already; a temporary that hides a variable loses what is stored.
Good: | left total |
Bad:  | left total left |
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from checker.names import Meaning
from datagen.mutations import Mutant, edited, mutation
from datagen.reading import Reading, shuffled
from stparse.nodes import Assign, Variable, walk

_REMEDIES = {
    "duplicate-name": "remove one of the two",
    "temporary-like-argument": "remove it from the temporaries, for the argument is meant",
    "shadows-instance-variable": "remove it from the temporaries, for the instance variable is meant",
}


@mutation("N08", "names", rate=0.2)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Declare one name again, as the last temporary of the method."""
    temporaries = reading.tree.body.temporaries
    if not temporaries:
        return
    # Of two that stand side by side one is seen at once.
    again = [(node.name, "duplicate-name") for node in temporaries[:-1]]
    again += [(node.name, "temporary-like-argument") for node in reading.tree.arguments]
    again += [(name, "shadows-instance-variable") for name in _set_here(reading)]
    end = temporaries[-1].end
    for name, fault in shuffled(random, again):
        code = reading.code_of(fault)
        if code:
            yield edited(reading.text, end, end, f" {name}", code, end + 1, told=_REMEDIES[fault])


def _set_here(reading: Reading) -> list[str]:
    """Answer the instance variables that a statement of the method sets before anything reads them, and something reads then.

    Of any other the temporary would be unused or read too early, which is a second fault.
    """
    used = sorted((node for node in reading.executed() if isinstance(node, Variable)), key=lambda node: node.start)
    targets = {id(node.target) for node in reading.tree.body.statements if isinstance(node, Assign)}
    written = {id(node.target) for node in walk(reading.tree.body) if isinstance(node, Assign)}
    first: dict[str, Variable] = {}
    read: set[str] = set()
    for node in used:
        first.setdefault(node.name, node)
        if id(node) not in written:
            read.add(node.name)
    fitting = [name for name, node in first.items() if id(node) in targets and name in read and name not in reading.declared]
    return [name for name in fitting if reading.names.meaning(name) is Meaning.INSTANCE]
