"""N21: a class definition that compilers refuse.

What: a superclass that is misspelt or a literal, a keyword that no definition has, a class name without its capital, a variable that is
listed twice, with a comma, or that a superclass has already.
Why: the definition is a message like any other, with everything in strings; whoever writes it as a declaration gets it wrong.
Good: instanceVariableNames: 'title runs'
Bad:  instanceVariableNames: 'title, runs'
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from checker.faults import faults
from checker.names import Meaning
from datagen.definitions import DefinitionReading
from datagen.misspelling import misspelt
from datagen.mutations import Mutant, edited, must_be, mutation
from stparse.index.classtable import path_of

_KEYWORDS = (
    ("instanceVariableNames:", ("instanceVariablesNames:", "instanceVariableName:", "instVariableNames:", "instanceVarNames:")),
    ("classVariableNames:", ("classVariablesNames:", "classVariableName:", "classVarNames:", "staticVariableNames:")),
    ("poolDictionaries:", ("poolDictionary:", "poolDictionarys:", "pools:")),
    ("category:", ("categories:", "catagory:")),
    ("package:", ("packages:", "pakage:")),
    ("subclass:", ("subClass:", "subclasses:")),
    ("defineClass:", ("defineclass:", "defineCLass:")),
    ("classInstanceVariableNames:", ("classInstanceVariablesNames:", "classInstVariableNames:")),
    ("imports:", ("importing:", "imported:")),
)


_SMALL = 0.08


@mutation("N21", "definition", rate=1.0)
def mutate(reading: DefinitionReading, random: Random) -> Iterator[Mutant]:
    """Put one fault into a definition, of a kind of chance."""
    makers = [_superclass, _quoted, _keyword, _comma, _twice, _inherited]
    random.shuffle(makers)
    # Any name can lose its capital.
    makers.insert(0 if random.random() < _SMALL else len(makers), _small)
    for make in makers:
        yield from make(reading, random)


def _superclass(reading: DefinitionReading, random: Random) -> Iterator[Mutant]:
    name = reading.definition.superclass or ""
    if faults()["undeclared-global"].verdicts[reading.dialect] == "-":
        return
    for now in misspelt(name, random) if len(name) > 3 and reading.text.startswith(f"{name} ") else ():
        if reading.names.meaning(now) is Meaning.UNDECLARED and name in reading.names.near(now)[:3]:
            yield edited(reading.text, 0, len(name), now, "C102", 0, meant=name, told=must_be(name))
            return


def _quoted(reading: DefinitionReading, random: Random) -> Iterator[Mutant]:
    name = reading.definition.superclass or ""
    if reading.text.startswith(f"{name} "):
        yield edited(reading.text, 0, len(name), random.choice((f"#{name}", f"'{name}'")), "C303", 0, told=must_be(name))


def _keyword(reading: DefinitionReading, random: Random) -> Iterator[Mutant]:
    for keyword, others in random.sample(_KEYWORDS, len(_KEYWORDS)):
        at = reading.text.find(keyword)
        if at >= 0:
            place = 0 if keyword in ("subclass:", "defineClass:") else at
            yield edited(reading.text, at, at + len(keyword), random.choice(others), "C302", place, told=must_be(keyword))


def _variables(reading: DefinitionReading) -> tuple[int, list[str]]:
    """Answer where the list of instance variables begins, and the variables."""
    match = re.search(r"instanceVariableNames: '", reading.text)
    return (match.end() if match else 0), list(reading.definition.instance_variables)


def _comma(reading: DefinitionReading, random: Random) -> Iterator[Mutant]:
    start, names = _variables(reading)
    # With more names there would be more commas, and more faults.
    if len(names) == 2:
        at = start + len(names[0])
        yield edited(reading.text, at, at, ",", "C307", start, told="remove the comma, for only blanks stand between the names")


def _twice(reading: DefinitionReading, random: Random) -> Iterator[Mutant]:
    start, names = _variables(reading)
    if names:
        at = start + len(" ".join(names))
        yield edited(reading.text, at, at, f" {random.choice(names)}", "C304", at + 1)


def _inherited(reading: DefinitionReading, random: Random) -> Iterator[Mutant]:
    start, own = _variables(reading)
    usable = [name for name in reading.inherited if name not in own and reading.names.meaning(name) is Meaning.INSTANCE]
    if usable:
        at = start + len(" ".join(own))
        before = " " if own else ""
        yield edited(
            reading.text, at, at, f"{before}{random.choice(usable)}", "C305", at + len(before), told="remove it here, for it is inherited"
        )


def _small(reading: DefinitionReading, random: Random) -> Iterator[Mutant]:
    name = path_of(reading.definition.name)[-1]
    at = reading.text.find(f"#{name}") + 1
    yield edited(reading.text, at, at + 1, name[0].lower(), "C309", at, told=must_be(f"#{name}"))
