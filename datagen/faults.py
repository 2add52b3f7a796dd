"""What the generators of negatives share: a fault for a method, and what the parser says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from datagen.mutations import MUTATIONS, Mutant
from datagen.sample import Claim, Fault
from datagen.subject import text_of
from datagen.wording import first_error
from stparse.index.model import MethodDef
from stparse.issue import Issue
from stparse.text import Lines


@dataclass(frozen=True, slots=True)
class Broken:
    """A mutant with the name of its mutation and what the parser says of it; `issue` is None when it says nothing."""

    mutation: str
    mutant: Mutant
    issue: Issue | None

    def claim(self, shown: str) -> Claim:
        """Answer the claim: the code, at the place that the mutation promised, or where it is found if it promised none."""
        found = self.issue.span.start if self.issue else 0
        place = self.mutant.place if self.mutant.place is not None else found
        return Claim("fault", shown, code=self.mutant.code, span=(place, place), detail=self.mutation)

    def fault(self) -> Fault:
        """Answer what the sample says of the fault."""
        mutant = self.mutant
        line = Lines(mutant.text).line(self.issue.span.start) if self.issue else 0
        message = self.issue.message if self.issue else ""
        span = (mutant.start, mutant.start + len(mutant.now))
        return Fault(self.mutation, mutant.code, message, line, span, mutant.was, mutant.now)


def broken(method: MethodDef, random: Random, most: int = 1) -> Iterator[Broken]:
    """Yield up to `most` faulty versions of a method, each by another mutation, in an order of chance."""
    names = list(MUTATIONS)
    random.shuffle(names)
    for name in names:
        mutant = next(MUTATIONS[name](method, random), None)
        if mutant is None or mutant.text == text_of(method):
            continue
        yield Broken(name, mutant, first_error(mutant.text, method.dialect))
        most -= 1
        if most == 0:
            return
