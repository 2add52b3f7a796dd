"""Judges a method or a class by the house's own conventions: what it keeps, what it does otherwise, and how likely it is the house's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from checker.conventions import CONVENTIONS
from checker.conventions._class_page import ClassPage
from checker.conventions._page import ClassView
from checker.style.background import public_houses
from checker.style.calibrate import Calibration
from checker.style.corpus import Owner
from checker.style.counts import Counts, Slot, upwards
from checker.style.evidence import Place
from checker.style.extract import Told, page_of, slots_of_class, slots_of_method
from checker.style.folds import LEAST_SLOTS
from checker.style.likelihood import Likelihood
from checker.style.rulebook import Names, Rulebook
from checker.style.rules import Rule, holds
from checker.style.settings import NO_WISHES, Added, Pin, Wishes
from checker.style.store import Mined
from checker.style.validity import Validity
from checker.style.views import views_of
from checker.style.voice import may_speak
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

LEAST_EVIDENCE = 3
_RELATIVES = 40


@dataclass(frozen=True, slots=True)
class Deviation:
    """A slot that breaks a rule. `count` and `kept` are those without the method itself; `spoken` says that it is worth a finding.

    `reason` is given where people have pinned the rule: then that is the evidence.
    """

    rule: Rule
    value: str
    start: int
    end: int
    count: float
    kept: float
    places: tuple[Place, ...]
    spoken: bool
    reason: str | None = None

    @property
    def code(self) -> str:
        return CONVENTIONS[self.rule.code].finding_code


@dataclass(frozen=True, slots=True)
class Adherence:
    """How far a text keeps to the house: `kept` of `opportunities` (slots that a rule in force speaks for), by convention too.

    `probability` that it is the house's rather than another's, calibrated; None where it has too few slots to say, or is a class.
    """

    slots: int
    opportunities: int
    kept: int
    probability: float | None
    by_convention: dict[str, tuple[int, int]] = field(default_factory=dict)
    deviations: tuple[Deviation, ...] = ()
    missed: tuple[tuple[Added, int, int], ...] = ()

    @property
    def share(self) -> float | None:
        return self.kept / self.opportunities if self.slots >= LEAST_SLOTS and self.opportunities else None


class Judge:
    """Judges against what was mined from one index. One for many methods: it remembers."""

    def __init__(self, index: CodeIndex, wishes: Wishes = NO_WISHES) -> None:
        """Raises IndexFileError where nothing was mined, or where the index has changed since."""
        self.index = index
        self.mined = Mined.open(index)
        self.views = views_of(index)
        self.wishes = wishes
        self.book = Rulebook(wishes.applied(self.mined.rules()))
        self.validity = Validity(**self.mined.meta["validity"])
        self.voice = float(self.mined.meta["voice"])
        self._public = public_houses()
        self._background = self._public.background(self.mined.meta["dialect"])
        self._of_classes: dict[str, Counts] = {}
        self._calibration = Calibration(self.mined.meta["weights"], self.mined.meta["constant"])

    def method(self, method: MethodDef, view: ClassView | None = None, own: Sequence[int] | None = None) -> Adherence | None:
        """Judge a method; None for one that does not parse, or that a tool has written.

        `own` are the ids of what the index holds of this very method: it and its near duplicates are no evidence.
        """
        view = view or self.views.of(method.class_name, method.file)
        page = page_of(method, view)
        if page is None or page.is_generated:
            return None
        own = [method.id] if own is None else own
        relatives = self._relatives(own, method.shape)
        told = slots_of_method(page, {})
        found = self._judge(told, view, relatives, self._probability(told, relatives))
        return self.wishes.with_patterns(found, page)

    def class_of(self, page: ClassPage, own: Sequence[int] | None = None) -> Adherence:
        """Judge a class as its definition and its methods' names tell; `own` as for a method."""
        relatives = self._relatives([page.definition.id] if own is None else own, None)
        return self._judge(slots_of_class(page, {}), page.view, relatives, None)

    def unknown_pins(self) -> list[Pin]:
        """Answer the pins whose value nothing in the index has in that context."""
        return [pin for pin in self.wishes.pinned if not self.mined.places_of(pin.value, f"{pin.convention} {pin.context}", (), 1)]

    # What is left out

    def _relatives(self, own: Sequence[int], shape: int | None) -> list[tuple[Owner, list[Slot]]]:
        ids = list(dict.fromkeys([*own, *self.mined.relatives(shape, _RELATIVES)]))
        owners = [owner for owner in map(self.mined.owner, ids) if owner is not None]
        return [(owner, self.mined.slots(owner.id)) for owner in owners]

    def _probability(self, told: Sequence[Told], relatives: Sequence[tuple[Owner, list[Slot]]]) -> float | None:
        if len(told) < LEAST_SLOTS:
            return None
        less = Counts()
        for owner, slots in relatives:
            less.add(self._public.abstract(slots), owner.weight)
        likelihood = Likelihood(self.mined, self._background, less)
        slots = self._public.abstract((f"{code} {slot.context}", slot.value) for code, slot in told)
        return self._calibration.probability(likelihood.evidence(slots)) if len(slots) >= LEAST_SLOTS else None

    # What is broken

    def _judge(
        self, told: Sequence[Told], view: ClassView, relatives: Sequence[tuple[Owner, list[Slot]]], probability: float | None
    ) -> Adherence:
        names = Names(view.key, view.root, view.package)
        by_convention: dict[str, tuple[int, int]] = {}
        deviations: list[Deviation] = []
        for code, slot in told:
            rule = self.book.decide(f"{code} {slot.context}", names)
            if rule is None:
                continue
            count, kept = _without(rule, relatives)
            pin = self.wishes.pin_of(rule)
            if pin is None and not holds(kept, count, rule.lift):
                continue
            keeps = slot.value == rule.value or slot.value in CONVENTIONS[code].tolerated
            before = by_convention.get(code, (0, 0))
            by_convention[code] = (before[0] + keeps, before[1] + 1)
            if not keeps:
                places = self._evidence(rule, {owner.id for owner, _ in relatives})
                spoken = pin is not None or (
                    len(places) >= LEAST_EVIDENCE
                    and rule.lower >= self.voice
                    and may_speak(rule)
                    and not self._is_way_of_class(view.key, rule.context, slot.value, relatives)
                )
                reason = pin.reason if pin is not None else None
                deviations.append(Deviation(rule, slot.value, slot.start, slot.end, count, kept, places, spoken, reason))
        opportunities = sum(total for _, total in by_convention.values())
        kept_ones = sum(kept for kept, _ in by_convention.values())
        return Adherence(len(told), opportunities, kept_ones, probability, by_convention, tuple(_once(deviations)))

    def _is_way_of_class(self, class_key: str, context: str, value: str, relatives: Sequence[tuple[Owner, list[Slot]]]) -> bool:
        """Answer whether most of the class does so, what is judged left out: then each of its methods would be told the same."""
        if class_key not in self._of_classes:
            counts = self._of_classes[class_key] = Counts()
            for number in self.mined.owners_of(class_key):
                counts.add(self.mined.slots(number))
        values = dict(self._of_classes[class_key].of(context))
        for owner, slots in relatives:
            for other, said in slots if owner.class_key == class_key else ():
                if context in upwards(other):
                    values[said] = values.get(said, 0.0) - 1
        count = values.get(value, 0.0)
        return count >= LEAST_EVIDENCE and count > sum(values.values()) / 2

    def _evidence(self, rule: Rule, without: set[int]) -> tuple[Place, ...]:
        places = tuple(place for place in rule.places if place.owner not in without)
        if len(places) < LEAST_EVIDENCE and rule.scope == "all":
            places = tuple({place.owner: place for place in self.mined.places_of(rule.value, rule.context, without, 12)}.values())
        return places[:LEAST_EVIDENCE]


def _without(rule: Rule, relatives: Iterable[tuple[Owner, list[Slot]]]) -> tuple[float, float]:
    """Answer count and kept of a rule without what `relatives` have added to them."""
    count, kept = rule.count, rule.kept
    for owner, slots in relatives:
        if rule.scope == "all" or owner.scope(rule.scope) == rule.name:
            for context, value in slots:
                if context == rule.context or rule.context in upwards(context):
                    count -= owner.weight
                    kept -= owner.weight if value == rule.value else 0.0
    return count, kept


def _once(deviations: Sequence[Deviation]) -> list[Deviation]:
    """Answer the first deviation of each rule."""
    return list({(one.rule.context, one.rule.scope): one for one in reversed(deviations)}.values())[::-1]
