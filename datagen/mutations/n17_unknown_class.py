"""N17: a class that only another language or dialect has.

What: one use of a class of the base image becomes the name that the same thing has elsewhere.
Why: models know `HashMap` better than Dictionary; where the whole base image is known, the compiler knows that it is not there.
Good: names := Dictionary new
Bad:  names := HashMap new
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.mutations import Mutant, edited, must_be, mutation
from datagen.reading import Reading, shuffled

_ELSEWHERE = {
    "Array": ("Vector", "Tuple"),
    "Bag": ("MultiSet", "Counter"),
    "ByteArray": ("Bytes", "ByteBuffer"),
    "Character": ("Char",),
    "Date": ("LocalDate", "DateTime"),
    "Delay": ("Timer",),
    "Dictionary": ("HashMap", "Map", "Hashtable"),
    "Error": ("RuntimeException", "StandardError"),
    "Float": ("Double",),
    "IdentityDictionary": ("IdentityHashMap",),
    "Integer": ("Int", "BigInteger"),
    "OrderedCollection": ("ArrayList", "List", "Vector"),
    "ReadStream": ("StringReader", "InputStream"),
    "Semaphore": ("Lock",),
    "Set": ("HashSet",),
    "SortedCollection": ("SortedList", "TreeSet"),
    "String": ("Str",),
    "Time": ("LocalTime",),
    "Transcript": ("Console", "System"),
    "WriteStream": ("StringBuilder", "StringWriter", "OutputStream"),
}


@mutation("N17", "names", rate=0.1)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Call one class by its name elsewhere."""
    code = reading.code_of("undeclared-global")
    for node in shuffled(random, reading.reads()):
        for now in shuffled(random, list(_ELSEWHERE.get(node.name, ()))):
            if code and reading.is_free(now):
                yield edited(reading.text, node.start, node.end, now, code, node.start, told=must_be(node.name))
                break
