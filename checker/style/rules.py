"""From counts to rules: which value is the house's in which context and scope, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from checker.conventions import CONVENTIONS
from checker.style.counts import Chances
from checker.style.evidence import Place, places_of
from checker.style.tally import LEAST, SCOPES, Entries, Tally, Unit

LEAST_CLASSES = 5
LEAST_PACKAGES = 2
MOST_OF_ONE_AUTHOR = 0.40
LEAST_LOWER = 0.80
LEAST_LIFT = 1.2


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


def mine_rules(tally: Tally, background: Chances) -> list[Rule]:
    """Answer the rules of a code base, in force or not, sorted by context and scope, with the places that show those in force."""
    rules = rules_of(tally, background)
    held = [number for number, rule in enumerate(rules) if rule.in_force]
    keys = ((rule.scope, rule.name, rule.context, rule.value) for rule in map(rules.__getitem__, held))
    for number, places in zip(held, places_of(tally, keys), strict=True):
        rules[number] = replace(rules[number], places=places)
    return rules


def rules_of(tally: Tally, background: Chances, units: Collection[int] | None = None, scopes: Sequence[str] = SCOPES[:-1]) -> list[Rule]:
    """Answer the rules without their places: counted over some `units` or all, for the whole code base and within `scopes`."""
    rules: list[Rule] = []
    for context, entries in tally.entries.items():
        taken = entries if units is None else {unit: found for unit, found in entries.items() if unit in units}
        totals = {unit: sum([weight for _, weight in found]) for unit, found in taken.items()}
        if sum(totals.values()) >= LEAST:
            rules += _of_context(tally, context, taken, totals, background, scopes)
    return rules


def _of_context(
    tally: Tally, context: str, entries: Entries, totals: dict[int, float], background: Chances, scopes: Sequence[str]
) -> Iterator[Rule]:
    widest = _rule(tally, "all", "", context, entries, background)
    yield widest
    for scope in scopes:
        for name, inside in _parts(tally.names(scope), entries, totals).items():
            found = _rule(tally, scope, name, context, inside, background)
            # A narrower rule that says the same adds nothing.
            if (found.value, found.in_force) != (widest.value, widest.in_force):
                yield found


def _parts(names: Sequence[str], entries: Entries, totals: dict[int, float]) -> dict[str, Entries]:
    """Answer the entries of each scope of a kind that has enough, where there are several; `totals` are the weights of the units."""
    sums: dict[str, float] = {}
    for unit, total in totals.items():
        name = names[unit]
        sums[name] = sums.get(name, 0.0) + total
    if len(sums) < 2:
        return {}
    parts: dict[str, Entries] = {name: {} for name in sorted(sums) if sums[name] >= LEAST}
    for unit in totals if parts else ():
        part = parts.get(names[unit])
        if part is not None:
            part[unit] = entries[unit]
    return parts


def _rule(tally: Tally, scope: str, name: str, context: str, entries: Entries, background: Chances) -> Rule:
    texts = tally.corpus.texts
    sums: dict[int, float] = {}
    for found in entries.values():
        for value, weight in found:
            sums[value] = sums.get(value, 0.0) + weight
    best = max(sums, key=lambda value: (sums[value], texts[value]))
    count, kept = sum(sums.values()), sums[best]
    said = texts[best]
    lift = (kept / count) / background.chance(context, said)
    inside = [(tally.units[unit], weight) for unit, found in entries.items() for value, weight in found if value == best]
    classes, packages = {unit.class_key for unit, _ in inside}, {unit.package for unit, _ in inside}
    share = _largest_share(inside)
    in_force = (
        said not in CONVENTIONS[context[:3]].absent
        and share <= MOST_OF_ONE_AUTHOR
        and holds(kept, count, lift)
        and (
            # A class has but itself, so there its methods count.
            tally.owners_in_class(name, context, best) >= LEAST // 2
            if scope == "class"
            else len(classes) >= LEAST_CLASSES and (scope == "package" or len(packages) >= LEAST_PACKAGES)
        )
    )
    return Rule(scope, name, context, said, count, kept, len(classes), len(packages), wilson_lower(kept, count), lift, share, in_force)


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
