"""N25: a reference against the layers: a package names a class of another that stands on it.

What: in place of a class of the house, a method names a subclass or sibling of it, or where any class can stand another one, of a package
that refers to the method's package, which never refers back.
Why: it compiles and runs in an image where all is loaded; from then on neither package can be loaded without the other.
Good: ^BpError raise: 'no run is left'
Bad:  ^BpRightsViolation raise: 'no run is left'   "a class of a package above"

Only where enough methods of several packages refer to this one, and it to none of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.filed import FiledReading
from datagen.mutations import Mutant, edited, mutation
from datagen.reading import shuffled
from stparse.index.classtable import path_of
from stparse.nodes import Send, Variable


@mutation("N25", "habit", rate=0.05)
def mutate(reading: FiledReading, random: Random) -> Iterator[Mutant]:
    """Name a class of a package above, where one of the house is named."""
    above = {layer.upper for layer in reading.habits.above(reading.package)} if reading.package else set()
    if not above:
        return
    known = {path_of(node.name)[-1] for node in reading.references()}
    seen = set()
    for node in reading.references():
        short = path_of(node.name)[-1]
        if short not in reading.packages or node.name in seen:
            continue
        seen.add(node.name)
        upper = [name for name in reading.kin(short) if reading.packages.get(name) in above and name not in known]
        if not upper and _is_open(reading, node):
            upper = sorted(name for name, package in reading.packages.items() if package in above and name not in known)
        for name in shuffled(random, upper):
            place = reading.start + node.start
            yield edited(reading.text, place, reading.start + node.end, name, "H20", place, meant=node.name)


def _is_open(reading: FiledReading, node: Variable) -> bool:
    """Whether any class can stand there: the message asks only what something is an instance of."""
    above = reading.page.scene.parent(node)
    return isinstance(above, Send) and above.selector in ("isKindOf:", "isMemberOf:", "inheritsFrom:", "==")
