"""N18: an instance variable that only a sibling class has.

What: one use of an instance variable becomes that of one which another subclass of the same superclass declares, and which has the
same role there: it is sent the same messages, or its name ends in the same word.
Why: classes side by side look alike, and a model that has seen one writes its variables into the other.
Good: ^price > limit
Bad:  ^amount > limit
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from checker.names import Meaning
from datagen.mutations import Mutant, edited, must_be, mutation
from datagen.reading import Reading, shuffled

# What anything is asked; that two variables are asked it says nothing about their roles.
_ANYTHING = frozenset(
    (
        "isNil", "notNil", "ifNil:", "ifNotNil:", "ifNil:ifNotNil:", "ifNotNil:ifNil:", "==", "~~", "=", "~=", "printString", "copy",
        "class", "size", "do:", "at:", "at:put:", "add:", "isEmpty", "notEmpty", "first", "last", "value", "name", "hash",
        "+", "-", "*", "<", ">",
    )
)  # fmt: skip
_SHARED = 2
_SHORTEST = 4
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


@mutation("N18", "names", rate=0.06)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Use a sibling's variable in the place of an own one."""
    code = reading.code_of("undeclared-variable")
    siblings = reading.around.siblings() if code is not None else {}
    if code is None or not siblings:
        return
    for node in shuffled(random, reading.reads()):
        if node.name in reading.declared or reading.names.meaning(node.name) is not Meaning.INSTANCE:
            continue
        fitting = [name for name in sorted(siblings) if _has_same_role(reading, node.name, name) and reading.is_free(name)]
        if fitting:
            told = must_be(node.name)
            yield edited(reading.text, node.start, node.end, random.choice(fitting), code, node.start, told=told)


def _has_same_role(reading: Reading, own: str, other: str) -> bool:
    """Whether two variables end in the same word, or are sent the same messages; a plural is a collection, and never one thing."""
    if own.endswith("s") != other.endswith("s"):
        return False
    here, there = reading.around.variables().get(own, frozenset()), reading.around.siblings()[other]
    return len((here & there) - _ANYTHING) >= _SHARED or (_last_word(own) is not None and _last_word(own) == _last_word(other))


def _last_word(name: str) -> str | None:
    words = _WORD.findall(name)
    return words[-1].lower() if len(words) > 1 and words[-1].isalpha() and len(words[-1]) >= _SHORTEST else None
