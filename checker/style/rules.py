"""From counts to rules: which value is the house's in which context and scope, how sure that is, and where it can be seen."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checker.conventions import CONVENTIONS
from checker.style.corpus import Corpus, Owner
from checker.style.counts import Chances, upwards

LEAST = 30
LEAST_CLASSES = 5
LEAST_PACKAGES = 2
MOST_OF_ONE_AUTHOR = 0.40
LEAST_LOWER = 0.80
LEAST_LIFT = 1.2
EVIDENCE = 8
"""Places that are kept for a rule: a finding needs three, and those of the method that is judged do not count."""

SCOPES = ("class", "hierarchy", "package", "all")
"""From the narrow to the wide: the narrowest with enough support decides."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a slot stands: in the source of a method, or at a class."""

    owner: int
    start: int
    end: int


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


def scope_name(scope: str, owner: Owner) -> str:
    """Answer the name of the scope of that kind which `owner` is in."""
    if scope == "class":
        return owner.class_key
    return owner.root if scope == "hierarchy" else owner.package if scope == "package" else ""


_Sums = dict[int, float]


def mine_rules(corpus: Corpus, background: Chances) -> list[Rule]:
    """Answer the rules of a code base, in force or not, sorted by context and scope."""
    rows, owner_of = _rows_by_context(corpus)
    rules: list[Rule] = []
    for context in sorted(rows):
        if len(rows[context]) >= LEAST and CONVENTIONS[context[:3]].speaks_of(context[4:]):
            rules += _of_context(corpus, context, rows[context], owner_of, background)
    return rules


def _rows_by_context(corpus: Corpus) -> tuple[dict[str, list[int]], dict[int, Owner]]:
    """Answer the rows of each context, those of more special ones included, and the owner of each row."""
    by_number: dict[int, list[int]] = {}
    owner_of: dict[int, Owner] = {}
    contexts = corpus.contexts
    for number, owner in corpus.owners.items():
        for row in range(*corpus.ranges[number]):
            owner_of[row] = owner
            by_number.setdefault(contexts[row], []).append(row)
    found: dict[str, list[int]] = {}
    for number, rows in by_number.items():
        for context in upwards(corpus.texts[number]):
            found.setdefault(context, []).extend(rows)
    for rows in found.values():
        rows.sort()
    return found, owner_of


def _of_context(corpus: Corpus, context: str, rows: list[int], owner_of: dict[int, Owner], background: Chances) -> Iterator[Rule]:
    everywhere: _Sums = {}
    by_scope: tuple[dict[str, _Sums], ...] = ({}, {}, {})
    values = corpus.values
    for row in rows:
        owner, value = owner_of[row], values[row]
        weight = owner.weight
        everywhere[value] = everywhere.get(value, 0.0) + weight
        for sums, name in zip(by_scope, (owner.class_key, owner.root, owner.package), strict=True):
            part = sums.get(name)
            if part is None:
                part = sums[name] = {}
            part[value] = part.get(value, 0.0) + weight
    if sum(everywhere.values()) < LEAST:
        return
    owned = [(owner_of[row], row) for row in rows]
    widest = _rule(corpus, "all", "", context, everywhere, owned, background)
    yield widest
    for scope, sums in zip(SCOPES, by_scope, strict=False):
        enough = sorted(name for name, part in sums.items() if sum(part.values()) >= LEAST) if len(sums) > 1 else []
        inside: dict[str, list[tuple[Owner, int]]] = {name: [] for name in enough}
        for owner, row in owned if enough else ():
            name = scope_name(scope, owner)
            if name in inside:
                inside[name].append((owner, row))
        for name in enough:
            found = _rule(corpus, scope, name, context, sums[name], inside[name], background)
            # A narrower rule that says the same adds nothing.
            if (found.value, found.in_force) != (widest.value, widest.in_force):
                yield found


def _rule(corpus: Corpus, scope: str, name: str, context: str, sums: _Sums, rows: list[tuple[Owner, int]], background: Chances) -> Rule:
    best = max(sums, key=lambda value: (sums[value], corpus.texts[value]))
    count, kept = sum(sums.values()), sums[best]
    said = corpus.texts[best]
    lift = (kept / count) / background.chance(context, said)
    inside = [(owner, row) for owner, row in rows if corpus.values[row] == best]
    owners = [owner for owner, _ in inside]
    classes, packages = {owner.class_key for owner in owners}, {owner.package for owner in owners}
    share = _largest_share(owner.author for owner in owners)
    spread = _is_spread(scope, len(classes), len(packages), len({owner.id for owner in owners}))
    says_something = said not in CONVENTIONS[context[:3]].absent
    in_force = says_something and spread and share <= MOST_OF_ONE_AUTHOR and holds(kept, count, lift)
    places = _places(corpus, inside) if in_force else ()
    lower = wilson_lower(kept, count)
    return Rule(scope, name, context, said, count, kept, len(classes), len(packages), lower, lift, share, in_force, places)


def _is_spread(scope: str, classes: int, packages: int, methods: int) -> bool:
    """Answer whether a rule was seen in enough places; a class has but itself, so there its methods count."""
    if scope == "class":
        return methods >= LEAST // 2
    if classes < LEAST_CLASSES:
        return False
    return scope == "package" or packages >= LEAST_PACKAGES


def _largest_share(authors: Iterable[str]) -> float:
    """Answer the share of the most frequent author, where a good part is signed by several; 0 where that is not known."""
    counted = Counter(authors)
    total = sum(counted.values())
    signed = total - counted.pop("", 0)
    if signed * 2 < total or len(counted) < 2:
        return 0.0
    return max(counted.values()) / signed


def _places(corpus: Corpus, rows: list[tuple[Owner, int]]) -> tuple[Place, ...]:
    """Answer some places from different classes, of many packages first."""
    taken: list[Place] = []
    classes: set[str] = set()
    packages: Counter[str] = Counter()
    for rounds in range(EVIDENCE):
        for owner, row in rows:
            if len(taken) == EVIDENCE:
                return tuple(taken)
            if owner.class_key not in classes and packages[owner.package] <= rounds and not owner.weight < 1:
                classes.add(owner.class_key)
                packages[owner.package] += 1
                taken.append(Place(owner.id, corpus.starts[row], corpus.ends[row]))
    seen = {place.owner for place in taken}
    for owner, row in rows:
        if len(taken) == EVIDENCE:
            break
        if owner.id not in seen:
            seen.add(owner.id)
            taken.append(Place(owner.id, corpus.starts[row], corpus.ends[row]))
    return tuple(taken)
