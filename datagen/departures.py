"""What generators about house conventions share: the samples' claims, and what is said of a departure or of a habit that is kept."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from datagen.filed import Crossing, FiledReading, Kept
from datagen.habits import Seen, evidence_in, evidence_of
from datagen.habitwords import crossed, departed, held
from datagen.mending import can_be_asked_about
from datagen.mutations import MUTATIONS, Mutant
from datagen.sample import Claim, Fault
from datagen.subject import method_shown, place
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.text import Lines

OF_HOUSE = tuple(name for name in MUTATIONS if "habit" in MUTATIONS[name].families)


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence about a departure, or about a habit that is kept, with its claim.

    The places in it are no sources of the sample: it is about the one method, and nothing of the others is shown but their names.
    """

    said: str
    claim: Claim


def told_of(index: CodeIndex, random: Random, original: FiledReading, text: str, one: Kept | Crossing) -> Told | None:
    """Answer what is told of a departure or a habit in `text`, a version of the method of `original`; None without enough evidence."""
    shown, line = method_shown(index, original.method), Lines(text).line(one.place)
    if isinstance(one, Crossing):
        seen = evidence_in(index, one.layer, random)
        numbers, detail = (len(one.layer.methods),), f"{one.layer.base}|{one.layer.upper}|{one.class_name}"
        said = crossed(one, line, seen)
        claim = Claim("layer", shown, _names(seen), _places(seen), numbers, 3, one.code, (one.place, one.place), detail)
        return Told(said, claim)
    seen, counts = evidence_of(one.habit, original.method, random), original.habits.without(one.habit, original.page)
    if not seen:
        return None
    said = held(one.habit, counts, seen) if one.keeps else departed(one, line, counts, seen, text)
    value = "" if one.keeps else text[one.place : one.place + one.slot.end - one.slot.start] if _is_name(one) else one.slot.value
    detail = f"{one.habit.context}|{one.habit.value}|{value}"
    code, span = (None, None) if one.keeps else (one.habit.code, (one.place, one.place))
    return Told(said, Claim("habit", shown, _names(seen), _places(seen), counts, 3, code, span, detail))


def _is_name(one: Kept) -> bool:
    return one.habit.context.startswith(("C07", "C08"))


def _names(seen: tuple[Seen, ...]) -> tuple[str, ...]:
    return tuple(one.name for one in seen)


def _places(seen: tuple[Seen, ...]) -> tuple[str, ...]:
    return tuple(one.where for one in seen)


def departure_claim(index: CodeIndex, method: MethodDef, mutant: Mutant) -> Claim:
    """Answer the claim that the edit of a mutant is all that departs."""
    place = mutant.place or 0
    return Claim("departure", method_shown(index, method), names=(mutant.meant or "",), code=mutant.code, span=(place, place))


def filed_claim(index: CodeIndex, method: MethodDef) -> Claim:
    """Answer the claim of class, side and protocol of a method."""
    return Claim("filed", method_shown(index, method), places=(place(method),), detail=method.protocol)


@dataclass(frozen=True, slots=True)
class Departed:
    """A method with one departure from the house that a mutation made."""

    mutation: str
    mutant: Mutant
    departure: Kept | Crossing

    def fault(self, said: str) -> Fault:
        mutant = self.mutant
        span = (mutant.start, mutant.start + len(mutant.now))
        return Fault(self.mutation, mutant.code, said, Lines(mutant.text).line(mutant.place or 0), span, mutant.was, mutant.now)


def departure_by(name: str, mutant: Mutant, reading: FiledReading) -> Departed | None:
    """Answer the one new departure of a mutant, None where there is another one or none, or not where the mutation promised."""
    changed = reading.changed(mutant.text)
    found = changed.departures() if changed is not None and not reading.departures() else []
    if len(found) != 1 or (_code(found[0]), found[0].place) != (mutant.code, mutant.place):
        return None
    return Departed(name, mutant, found[0])


def _code(one: Kept | Crossing) -> str:
    return one.code if isinstance(one, Crossing) else one.habit.code


def departed_by_chance(reading: FiledReading, random: Random) -> Departed | None:
    """Answer the method with one departure of a mutation of chance, the rarer ones first; None where nothing can be broken."""
    for name in sorted(OF_HOUSE, key=lambda name: random.random() ** MUTATIONS[name].rate, reverse=True):
        for mutant in MUTATIONS[name].mutate(reading, random):
            found = departure_by(name, mutant, reading)
            if found is not None:
                return found
    return None


def can_be_reviewed(method: MethodDef) -> bool:
    """Whether a method can be asked about: people wrote it, it parses, and it is not long."""
    return method.parsed and can_be_asked_about(method)
