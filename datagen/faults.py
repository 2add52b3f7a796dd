"""A fault for a method, and what the checker says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import NamedTuple

from checker.environment import House
from checker.messages import Known
from checker.names import Meaning
from datagen.judging import NotedMessages, NotedNames, around_of, house_of, is_clean, judged, new_issues
from datagen.mutations import MUTATIONS, Mutant
from datagen.phrase import capitalised
from datagen.reading import Reading, reading_of
from datagen.sample import Claim, Fault
from datagen.wording import diagnosis
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered
from stparse.issue import Issue
from stparse.text import Lines


class _Verdict(NamedTuple):
    issues: tuple[Issue, ...]
    asked: dict[str, Meaning]
    understood: dict[str, Known]


@dataclass(frozen=True, slots=True)
class Broken:
    """A mutant with the name of its mutation and what the checker says of it: `found`, all that is new, of which `issue` is the first.

    `asked` and `understood` are the names and messages that the verdict rests on: those that the checker looked up in the
    method and in the mutant.
    """

    mutation: str
    mutant: Mutant
    found: tuple[Issue, ...]
    asked: dict[str, Meaning]
    understood: dict[str, Known]

    @property
    def issue(self) -> Issue | None:
        return self.found[0] if self.found else None

    def claims(self, shown: str) -> tuple[Claim, ...]:
        """Answer the claims: the code, at the place that the mutation promised, or where it is found if it promised none."""
        found = self.issue.span.start if self.issue else 0
        place = self.mutant.place if self.mutant.place is not None else found
        meant = tuple(name for name in (self.mutant.meant, self.mutant.told) if name)
        fault = Claim("fault", shown, code=self.mutant.code, span=(place, place), detail=self.mutation)
        diagnosis = Claim("diagnosis", shown, names=meant, code=self.mutant.code)
        match self.mutant.family:
            case "names":
                return (fault, diagnosis, scope_claim(shown, self.asked))
            case "messages":
                return (fault, diagnosis, scope_claim(shown, self.asked), understood_claim(shown, self.understood))
            case "idiom":
                return (fault, diagnosis, Claim("same meaning", shown))
        return (fault, diagnosis)

    def said(self) -> str:
        """Answer what is wrong, in a sentence."""
        if self.issue is None:
            return ""
        return capitalised(diagnosis(self.issue, self.mutant.text, self.mutant.told))

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


def understood_claim(shown: str, understood: dict[str, Known]) -> Claim:
    """Answer the claim of who implements the messages of a method."""
    names = tuple(sorted(understood))
    return Claim("understood", shown, names, tuple(understood[name].value for name in names), count=len(names))


def broken(index: CodeIndex, method: MethodDef, random: Random, family: str) -> Broken | None:
    """Answer a faulty version of a method by a mutation of chance; None where none of them finds anything to break.

    `family` says what has to be known to see the fault (datagen/mutations). One that the parser does not find is put only
    into a method in which the compiler finds none.
    """
    reading = _reading(index, method, house_of(index, method.dialect))
    if (
        reading is None
        or (family == "messages" and not _knows_messages(reading))
        or not (family == "syntax" or is_clean(_before(reading, "names").issues))
    ):
        return None
    for name in _in_an_order_of_chance([name for name in MUTATIONS if family in MUTATIONS[name].families], random):
        mutants = MUTATIONS[name].mutate(reading, random)
        mutant = next((m for m in mutants if m.family == family and m.text != reading.text), None)
        if mutant is not None:
            return judged_mutant(name, mutant, reading)
    return None


def _knows_messages(reading: Reading) -> bool:
    return reading.around.messages is not None and reading.around.messages.complete


def _in_an_order_of_chance(names: list[str], random: Random) -> list[str]:
    """Answer the mutations so that each one is before another as often as it is rarer (Efraimidis and Spirakis, 2006).

    The first that finds something to break is then drawn as if from all that do, and the others need not be tried.
    """
    return sorted(names, key=lambda name: random.random() ** MUTATIONS[name].rate, reverse=True)


# The negatives, the pairs and the questions of one method come one after the other.
@remembered(4)
def _reading(index: CodeIndex, method: MethodDef, house: House) -> Reading | None:
    """Answer the reading of a method; `house` is what around_of rests on: another one where the base facts are others."""
    return reading_of(method, around_of(index, method))


@remembered(16)
def _before(reading: Reading, family: str) -> _Verdict:
    return _verdict(reading, reading.text, family, {}, {})


def _verdict(reading: Reading, text: str, family: str, asked: dict[str, Meaning], understood: dict[str, Known]) -> _Verdict:
    """Answer what is wrong with a text that stands where the method does, and what that rests on beside `asked` and `understood`."""
    names = NotedNames(reading.names, {**asked})
    messages = None if reading.around.messages is None else NotedMessages(reading.around.messages, {**understood})
    issues = judged(text, reading.dialect, replace(reading.around, names=names, messages=messages), family)
    return _Verdict(issues, names.asked, messages.asked if messages is not None else {})


def judged_mutant(mutation: str, mutant: Mutant, reading: Reading) -> Broken:
    """Answer a mutant with what the checker says that it did not say before."""
    before = _before(reading, mutant.family)
    after = _verdict(reading, mutant.text, mutant.family, before.asked, before.understood)
    found = new_issues(after.issues, before.issues, mutant.start, mutant.was, mutant.now)
    return Broken(mutation, mutant, tuple(found), after.asked, after.understood)


def complaints(mutant: Mutant, reading: Reading) -> Iterator[str]:
    """Yield why a mutant is not what its mutation promised."""
    found = judged_mutant("", mutant, reading).found
    if not is_clean(_before(reading, "names").issues):
        yield "the original has errors"
    elif [issue.code for issue in found] != [mutant.code]:
        yield f"found {' '.join(issue.code for issue in found) or 'nothing'}"
    elif mutant.place not in (None, found[0].span.start):
        yield "found at another place"
    elif mutant.meant and mutant.meant not in (found[0].hint or "").split("Else")[0]:
        yield "the hint does not name the original"
