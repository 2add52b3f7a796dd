"""What the generators of negatives share: a fault for a method, and what the checker says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from checker.names import Meaning
from datagen.judging import NotedNames, is_clean, judged, names_of, new_issues, siblings_of
from datagen.mutations import MUTATIONS, Mutant
from datagen.reading import Reading, reading_of
from datagen.sample import Claim, Fault
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.issue import Issue
from stparse.text import Lines


@dataclass(frozen=True, slots=True)
class Broken:
    """A mutant with the name of its mutation and what the checker says of it; `issue` is None when it says nothing new.

    `asked` are the names that the verdict rests on: those that the checker looked up in the method and in the mutant.
    """

    mutation: str
    mutant: Mutant
    issue: Issue | None
    asked: dict[str, Meaning]

    def claims(self, shown: str) -> tuple[Claim, ...]:
        """Answer the claims: the code, at the place that the mutation promised, or where it is found if it promised none."""
        found = self.issue.span.start if self.issue else 0
        place = self.mutant.place if self.mutant.place is not None else found
        meant = (self.mutant.meant,) if self.mutant.meant else ()
        fault = Claim("fault", shown, code=self.mutant.code, span=(place, place), detail=self.mutation)
        diagnosis = Claim("diagnosis", shown, names=meant, code=self.mutant.code)
        return (fault, diagnosis) if self.mutant.is_syntax else (fault, diagnosis, scope_claim(shown, self.asked))

    def fault(self) -> Fault:
        """Answer what the sample says of the fault."""
        mutant = self.mutant
        line = Lines(mutant.text).line(self.issue.span.start) if self.issue else 0
        message = self.issue.message if self.issue else ""
        span = (mutant.start, mutant.start + len(mutant.now))
        return Fault(self.mutation, mutant.code, message, line, span, mutant.was, mutant.now)


def scope_claim(shown: str, asked: dict[str, Meaning]) -> Claim:
    """Answer the claim of what the names of a method mean, for whoever judges it without the index."""
    names = tuple(sorted(asked))
    return Claim("scope", shown, names, tuple(asked[name].value for name in names), count=len(names))


def broken(index: CodeIndex, method: MethodDef, random: Random, *, syntax: bool) -> Broken | None:
    """Answer a faulty version of a method by a mutation of chance; None where none of them finds anything to break.

    `syntax` asks for a fault that the parser finds, else for one that rests on names. Such a fault is put only into a
    method in which the compiler finds none.
    """
    names = names_of(index, method)
    reading = reading_of(method, names, siblings_of(index, method))
    if reading is None or not (syntax or is_clean(judged(reading.text, method.dialect, names))):
        return None
    found: dict[str, Mutant] = {}
    for name in MUTATIONS:
        mutants = MUTATIONS[name].mutate(reading, random)
        mutant = next((m for m in mutants if m.is_syntax is syntax and m.text != reading.text), None)
        if mutant is not None:
            found[name] = mutant
    if not found:
        return None
    name = random.choices(list(found), [1 / MUTATIONS[n].rate for n in found])[0]
    return judged_mutant(name, found[name], reading)


def judged_mutant(mutation: str, mutant: Mutant, reading: Reading) -> Broken:
    """Answer a mutant with what the checker says that it did not say before."""
    names = NotedNames(reading.names)
    before = judged(reading.text, reading.dialect, names)
    found = new_issues(judged(mutant.text, reading.dialect, names), before, mutant.start, mutant.was, mutant.now)
    return Broken(mutation, mutant, found[0] if found else None, names.asked)


def complaints(mutant: Mutant, reading: Reading) -> Iterator[str]:
    """Yield why a mutant is not what its mutation promised."""
    before = judged(reading.text, reading.dialect, reading.names)
    found = new_issues(judged(mutant.text, reading.dialect, reading.names), before, mutant.start, mutant.was, mutant.now)
    if not is_clean(before):
        yield "the original has errors"
    elif [issue.code for issue in found] != [mutant.code]:
        yield f"found {' '.join(issue.code for issue in found) or 'nothing'}"
    elif mutant.place not in (None, found[0].span.start):
        yield "found at another place"
    elif mutant.meant and mutant.meant not in (found[0].hint or "").split("Else")[0]:
        yield "the hint does not name the original"
