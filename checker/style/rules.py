"""From counts to rules: which value is the house's in which context and scope, and how sure that is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from checker.conventions import CONVENTIONS
from checker.style.counts import Chances
from checker.style.evidence import Place, places_of
from checker.style.folds import FOLDS
from checker.style.tally import LEAST, SCOPES, Entries, Tally, Unit

LEAST_CLASSES = 5
LEAST_PACKAGES = 2
MOST_OF_ONE_AUTHOR = 0.40
LEAST_LOWER = 0.80
LEAST_LIFT = 1.2
_EVERY = (1 << FOLDS) - 1


@dataclass(frozen=True, slots=True)
class Rule:
    """In `context`, within `scope` (kind and name), `value` is what most do: `kept` of `count` slots.

    `in_force` says that it is a convention; a rule that is not is known all the same, and silences the rules of wider scopes.
    `lower` is the lower end of the Wilson interval of kept / count; `lift` how many times more often than elsewhere.
    """

    scope: str
    name: str
    context: str
    value: str
    count: float
    kept: float
    classes: int
    packages: int
    lower: float
    lift: float
    author_share: float
    in_force: bool
    places: tuple[Place, ...] = ()

    @property
    def code(self) -> str:
        return self.context[:3]

    @property
    def share(self) -> float:
        return self.kept / self.count if self.count else 0.0


def wilson_lower(kept: float, count: float, z: float = 1.96) -> float:
    """Answer the lower end of the 95 % interval of a share (E. B. Wilson, 1927); 0 for nothing."""
    if count <= 0:
        return 0.0
    share = min(1.0, max(0.0, kept / count))
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (middle - spread) / (1 + z * z / count)


def holds(kept: float, count: float, lift: float) -> bool:
    """Answer whether a majority is large enough for a convention, apart from where it was seen."""
    return count >= LEAST and wilson_lower(kept, count) >= LEAST_LOWER and lift >= LEAST_LIFT


def mine_rules(tally: Tally, background: Chances, folds: Sequence[int] = ()) -> tuple[list[Rule], list[list[Rule]]]:
    """Answer the rules of a code base, in force or not, sorted by context and scope, with the places that show those in force.

    `folds` has the fold of each unit: then there is a list of rules for each fold, too, those that the other folds alone give. These have
    no places, and of those not in force nobody has looked how many classes and packages there are.
    """
    rules, books = _counted(tally, background, folds or [0] * len(tally.units), SCOPES[:-1], held=bool(folds))
    held = [number for number, rule in enumerate(rules) if rule.in_force]
    keys = ((rule.scope, rule.name, rule.context, rule.value) for rule in map(rules.__getitem__, held))
    for number, places in zip(held, places_of(tally, keys), strict=True):
        rules[number] = replace(rules[number], places=places)
    return rules, books


def rules_of(tally: Tally, background: Chances, scopes: Sequence[str] = SCOPES[:-1]) -> list[Rule]:
    """Answer the rules without their places: for the whole code base and within `scopes`."""
    return _counted(tally, background, [0] * len(tally.units), scopes, held=False)[0]


def _counted(
    tally: Tally, background: Chances, folds: Sequence[int], scopes: Sequence[str], *, held: bool
) -> tuple[list[Rule], list[list[Rule]]]:
    """Answer the rules of all folds, and where they are `held` out one after the other, of the others."""
    rules: list[Rule] = []
    books: list[list[Rule]] = [[] for _ in range(FOLDS if held else 0)]
    for context, entries in tally.entries.items():
        one = _Context(tally, context, entries, background, folds, scopes)
        rules += one.rules(_EVERY)
        for fold, book in enumerate(books):
            book.extend(one.rules(_EVERY & ~(1 << fold)))
    return rules, books


class _Context:
    """The entries of one context; folds that are looked at are the bits of a number. What two such numbers share is counted once."""

    def __init__(
        self, tally: Tally, context: str, entries: Entries, background: Chances, folds: Sequence[int], scopes: Sequence[str]
    ) -> None:
        self._tally = tally
        self._context = context
        self._entries = entries
        self._background = background
        self._folds = folds
        totals = {unit: sum([weight for _, weight in found]) for unit, found in entries.items()}
        self._all = _Part("all", "")
        for unit, total in totals.items():
            self._all.add(unit, folds[unit], total)
        self._parts = [self._parts_of(scope, totals) for scope in scopes] if self._all.weight(_EVERY) >= LEAST else []
        self._known: dict[tuple[str, str, int], Rule] = {}

    def _parts_of(self, scope: str, totals: dict[int, float]) -> tuple[Counter[int], list[_Part]]:
        """Answer how many scopes of a kind are in which folds, and those of them that have enough, by their names."""
        names, folds = self._tally.names(scope), self._folds
        sums: dict[str, float] = {}
        met: dict[str, int] = {}
        for unit, total in totals.items():
            name = names[unit]
            sums[name] = sums.get(name, 0.0) + total
            met[name] = met.get(name, 0) | 1 << folds[unit]
        parts = {name: _Part(scope, name) for name in sorted(sums) if sums[name] >= LEAST}
        for unit, total in totals.items() if parts else ():
            part = parts.get(names[unit])
            if part is not None:
                part.add(unit, folds[unit], total)
        return Counter(met.values()), list(parts.values())

    def rules(self, folds: int) -> Iterator[Rule]:
        """Yield the rules of some folds."""
        if self._all.weight(folds) < LEAST:
            return
        widest = self._rule(self._all, folds)
        yield widest
        for met, parts in self._parts:
            if sum(count for mask, count in met.items() if mask & folds) < 2:
                continue
            for part in parts:
                if part.weight(folds) >= LEAST:
                    found = self._rule(part, folds)
                    # A narrower rule that says the same adds nothing.
                    if (found.value, found.in_force) != (widest.value, widest.in_force):
                        yield found

    def _rule(self, part: _Part, folds: int) -> Rule:
        key = part.scope, part.name, part.folds & folds
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._new_rule(part, key[2])
        return known

    def _new_rule(self, part: _Part, folds: int) -> Rule:
        texts, units = self._tally.corpus.texts, self._tally.units
        sums = part.sums(folds, self._entries, self._folds)
        most = max(sums.values())
        best = max((value for value, weight in sums.items() if weight == most), key=texts.__getitem__)
        count, said = part.weight(folds), texts[best]
        lift = (most / count) / self._background.chance(self._context, said)
        enough = holds(most, count, lift) and said not in CONVENTIONS[self._context[:3]].absent
        inside: list[tuple[Unit, float]] = []
        if enough or folds == part.folds:
            inside = [(units[unit], weight) for unit, weight in part.by_value[best] if folds >> self._folds[unit] & 1]
        classes, packages = {unit.class_key for unit, _ in inside}, {unit.package for unit, _ in inside}
        share = _largest_share(inside)
        in_force = (
            enough
            and share <= MOST_OF_ONE_AUTHOR
            and (
                # A class has but itself, so there its methods count.
                self._tally.owners_in_class(part.name, self._context, best) >= LEAST // 2
                if part.scope == "class"
                else len(classes) >= LEAST_CLASSES and (part.scope == "package" or len(packages) >= LEAST_PACKAGES)
            )
        )
        return Rule(
            part.scope, part.name, self._context, said, count, most, len(classes), len(packages), wilson_lower(most, count), lift, share,
            in_force,
        )  # fmt: skip


class _Part:
    """The units of a context that are in one scope. `folds` are those in which something is."""

    __slots__ = ("_sums", "_weights", "by_value", "folds", "name", "scope", "units")

    def __init__(self, scope: str, name: str) -> None:
        self.scope = scope
        self.name = name
        self.folds = 0
        self.units: list[int] = []
        self.by_value: dict[int, list[tuple[int, float]]] = {}
        self._weights = [0.0] * FOLDS
        self._sums: list[dict[int, float]] = []

    def add(self, unit: int, fold: int, weight: float) -> None:
        self.units.append(unit)
        self.folds |= 1 << fold
        self._weights[fold] += weight

    def weight(self, folds: int) -> float:
        """Answer the weight of all values in some folds."""
        return sum([weight for fold, weight in enumerate(self._weights) if folds >> fold & 1])

    def sums(self, folds: int, entries: Entries, fold_of: Sequence[int]) -> dict[int, float]:
        """Answer the weight of each value in some folds. Weights are halves, so that their order is of no account."""
        if not self._sums:
            self._count(entries, fold_of)
        sums: dict[int, float] = {}
        for fold, counted in enumerate(self._sums):
            if folds >> fold & 1:
                if sums:
                    for value, weight in counted.items():
                        sums[value] = sums.get(value, 0.0) + weight
                else:
                    sums = dict(counted)
        return sums

    def _count(self, entries: Entries, fold_of: Sequence[int]) -> None:
        self._sums = [{} for _ in range(FOLDS)]
        by_value = self.by_value
        for unit in self.units:
            sums = self._sums[fold_of[unit]]
            for value, weight in entries[unit]:
                sums[value] = sums.get(value, 0.0) + weight
                if value in by_value:
                    by_value[value].append((unit, weight))
                else:
                    by_value[value] = [(unit, weight)]


def _largest_share(inside: Iterable[tuple[Unit, float]]) -> float:
    """Answer the share of the most frequent author, where a good part is signed by several; 0 where that is not known."""
    counted: dict[str, float] = {}
    for unit, weight in inside:
        counted[unit.author] = counted.get(unit.author, 0.0) + weight / unit.weight
    total = sum(counted.values())
    signed = total - counted.pop("", 0.0)
    if signed * 2 < total or len(counted) < 2:
        return 0.0
    return max(counted.values()) / signed
