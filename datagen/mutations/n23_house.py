"""N23: what the house calls otherwise: a protocol, an argument, the argument of a block.

What: a method is filed under another protocol of its class; an argument, or that of a block, gets another name.
Why: it compiles, and whoever looks for the method, or reads it, is misled; models name things as the whole world does, not as this house.
Good: !BpRight methodsFor: 'testing'!  ... rights select: [:each | each isOpen]
Bad:  !BpRight methodsFor: 'accessing'!  ... rights select: [:r | r isOpen]

Only where a convention of the house is in force, and the method keeps it. A class that lacks the prefix of the house is no method:
datagen/generators/negative_class_name.py makes those.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from checker.conventions._names import article_of, capitalised
from datagen.filed import FiledReading, Kept
from datagen.mutations import Mutant, edited, mutation
from datagen.reading import shuffled
from stparse.nodes import Block, Node, Variable, walk
from stparse.nodes import Sequence as Statements

MOST_PLACES, LONGEST = 3, 80
"""A name that stands in more places, or far apart, is not changed by a slip."""


@mutation("N23", "habit", rate=0.3)
def mutate(reading: FiledReading, random: Random) -> Iterator[Mutant]:
    """Break one habit that the method keeps, of a kind of chance."""
    for one in shuffled(random, [kept for kept in reading.kept() if kept.keeps]):
        match one.habit.context[:3]:
            case "C01":
                yield from _protocol(reading, one, random)
            case "C07" | "C08":
                yield from _name(reading, one, random)


def _protocol(reading: FiledReading, kept: Kept, random: Random) -> Iterator[Mutant]:
    own, foreign = list(reading.protocols), [name for name in kept.habit.foreign if not set("'!\n`") & set(name)]
    # What the world calls it is the likelier slip.
    both = shuffled(random, foreign) + shuffled(random, own) if random.random() < 0.5 else shuffled(random, own + foreign)
    for other in dict.fromkeys(both):
        if not other.startswith((kept.habit.value, "private", "*")):
            protocol = reading.page.method.protocol or ""
            yield edited(reading.text, kept.place, kept.place + len(protocol), other, kept.habit.code, kept.place, meant=kept.habit.value)


def _name(reading: FiledReading, kept: Kept, random: Random) -> Iterator[Mutant]:
    tree, at = reading.page.tree, kept.slot.start
    blocks = [node for node in walk(tree) if isinstance(node, Block) and any(p.start == at for p in node.parameters)]
    inside: Node = blocks[0] if blocks else tree
    old = reading.page.source[at : kept.slot.end]
    spans = sorted({(node.start, node.end) for node in walk(inside) if isinstance(node, Variable) and node.name == old})
    if not 2 <= len(spans) <= MOST_PLACES or spans[-1][1] - at > LONGEST or spans[0][0] != at or _is_declared_again(tree, inside, old):
        return
    taken = {node.name for node in walk(tree) if isinstance(node, Variable)} | reading.page.variables
    for new in shuffled(random, [name for name in _others(old) if name not in taken]):
        now, end = "", at
        for start, stop in spans:
            now += reading.page.source[end:start] + new
            end = stop
        begin = reading.start + at
        yield edited(reading.text, begin, reading.start + end, now, kept.habit.code, kept.place, meant=old)


def _is_declared_again(tree: Node, inside: Node, name: str) -> bool:
    """Whether the name means something else somewhere inside."""
    count = 0
    for node in walk(inside):
        declared: Sequence[Node] = ()
        if isinstance(node, Block):
            declared = node.parameters
        elif isinstance(node, Statements):
            declared = node.temporaries
        count += sum(isinstance(one, Variable) and one.name == name for one in declared)
    return count > (0 if inside is tree else 1)


def _others(name: str) -> list[str]:
    """Answer what other houses would call the same thing."""
    article = article_of(name)
    bare = name[len(article) :]
    small = bare if bare.isupper() and len(bare) > 1 else bare[:1].lower() + bare[1:]
    if article:
        a = "an" if bare[:1] in "AEIOU" else "a"
        return [one for one in (small, f"the{bare}", f"{a}{bare}", f"my{bare}") if one != name and one[:1].islower()]
    if name == "each":
        return ["e", "x", "elem", "item", "it"]
    return [name[:1], f"a{capitalised(name)}", f"the{capitalised(name)}"]
