"""N22: a file-out that is cut in the wrong places.

What: the bang that ends a method, a header or a group of methods is missing; one in a string, a comment or a character is not doubled;
the header of a group names a class that nobody defines.
Why: the format is no part of the language, and nothing in a text but its bangs says where a method ends.
Good: isOpen
          ^reason isNil! !
Bad:  isOpen
          ^reason isNil
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from random import Random

from checker.names import Meaning
from datagen.fileouts import FileOut
from datagen.misspelling import SHORTEST, misspelt
from datagen.mutations import Mutant, edited, mutation

_QUOTED = re.compile(r""""[^"]*"|'[^']*'|\$.""", re.DOTALL)
# Without the bang before it the pattern of a method goes on with the statement that stands there, mostly as legal Smalltalk
# (`self log: aString close`): only a `^` or a `:=` that comes next says that something is wrong.
_COMMENTS = r'\s*(?:"[^"]*"\s*)*'
_NOTICED = re.compile(
    r"""\s*(?:(?P<unary>[^\W\d]\w*\b(?!:))|(?:[^\W\d]\w*:\s*\w+\s+)+|[-+*/\\~<>=,@%&|?]+\s*\w+)"""
    rf"{_COMMENTS}(?:\^|(?:\|[^|]*\|{_COMMENTS})?[^\W\d]\w*\s*:=)"
)


@mutation("N22", "chunk", rate=1.0)
def mutate(reading: FileOut, random: Random) -> Iterator[Mutant]:
    """Put one fault into a file-out, of a kind of chance; a bang of the code itself is rare, and comes first where there is one."""
    makers = [_method_end, _group_end, _header_end]
    random.shuffle(makers)
    # A header can always be given another class.
    makers.insert(0 if random.random() < 0.35 else len(makers), _header_class)
    makers.insert(0 if random.random() < 0.8 else len(makers), _bang)
    for make in makers:
        yield from make(reading, random)


def _method_end(reading: FileOut, random: Random) -> Iterator[Mutant]:
    found = [
        (selector, end)
        for group in reading.groups
        for selector, _, end in group.methods[:-1]
        if _is_noticed(reading.text, end, is_ended=reading.text[end - 1] == ".")
    ]
    for selector, end in random.sample(found, len(found)):
        mutant = edited(reading.text, end, end + 1, "", "P131")
        yield replace(mutant, told=f"the `!` that ends `{selector}` is missing, and the next method is read as a part of it")


def _group_end(reading: FileOut, random: Random) -> Iterator[Mutant]:
    # A file that ends too early is the dullest of them.
    at = random.randrange(len(reading.groups) - 1) if len(reading.groups) > 1 and random.random() < 0.8 else len(reading.groups) - 1
    group = reading.groups[at]
    end, last = group.methods[-1][2], at == len(reading.groups) - 1
    said = f"the `! !` that ends the methods of '{group.protocol}' is missing"
    if last:
        # The place is that of the piece, which begins behind the bang before it.
        place = (group.methods[-2][2] if len(group.methods) > 1 else group.header_end) + 1
        yield replace(edited(reading.text, end, end + 3, "", "F201", place), told=said)
    else:
        # The bang before the next header ends the method, and nothing ends the group.
        place = reading.groups[at + 1].named - 3
        yield replace(edited(reading.text, end, end + 3, "", "F203", place), told=said)


def _header_end(reading: FileOut, random: Random) -> Iterator[Mutant]:
    # Of several methods each would be read as a script of its own, and give more faults than one.
    # With more keywords behind `methodsFor: '...'` it is still a header.
    found = [g for g in reading.groups if len(g.methods) == 1 and _is_noticed(reading.text, g.header_end, is_ended=True)]
    for group in random.sample(found, len(found)):
        mutant = edited(reading.text, group.header_end, group.header_end + 1, "", "P131")
        yield replace(
            mutant, told=f"the `!` that ends the header of '{group.protocol}' is missing, and header and method are read as one expression"
        )


def _is_noticed(text: str, end: int, *, is_ended: bool) -> bool:
    """Whether the parser notices that the bang at `end` is missing; behind what is ended only a unary pattern is read on."""
    following = _NOTICED.match(text, end + 1)
    return following is not None and (following["unary"] is not None or not is_ended)


def _bang(reading: FileOut, random: Random) -> Iterator[Mutant]:
    found = []
    for group in reading.groups:
        for _, start, end in group.methods:
            for match in _QUOTED.finditer(reading.text, start, end):
                at = match.start() + 1 if match[0] == "$!" else reading.text.find("!!", match.start(), match.end())
                found += [(match, at)] if at >= 0 else []
    for match, at in random.sample(found, len(found)):
        code, what = {'"': ("P102", "in the comment"), "'": ("P101", "in the string"), "$": ("P104", "behind the `$`")}[match[0][0]]
        if re.search(r"[\"']", reading.text[at : match.end() - 1]):
            continue  # The rest would open something of its own.
        mutant = edited(reading.text, at, at + 1, "", code, match.start())
        one = "the" if match[0].count("!") == 2 else "one"
        yield replace(mutant, told=f"{one} `!` {what} is not doubled, so the method ends there; write `!!`")


def _header_class(reading: FileOut, random: Random) -> Iterator[Mutant]:
    group, name = random.choice(reading.groups), reading.class_name
    short = name.rpartition(".")[2]
    at = group.named + len(name) - len(short)
    for now in misspelt(short, random) if len(short) >= SHORTEST else ():
        if reading.names.meaning(now) in (Meaning.UNDECLARED, Meaning.UNKNOWN):
            told = f"the header names `{now}`, which neither this file-out nor the code base defines; it must be `{short}`"
            place = group.methods[0][1] + len(now) - len(short)
            yield replace(edited(reading.text, at, at + len(short), now, "C310", place, meant=short), told=told)
            return
