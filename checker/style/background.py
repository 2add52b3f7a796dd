"""The style of other code bases, as counts only: what is just Smalltalk is no convention of a house.

`background.json.gz` beside this file has, of each public code base, how often each value stood in each context, and of some of its
methods the same counts method by method, which is what a house is told apart from. Only contexts and values of which several
code bases have some are in it; every other value is `*`. `python benchmarks/convention_background.py` makes it.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from checker.style.counts import Background, Counts, Slot, above

FILE = Path(__file__).parent / "background.json.gz"
VERSION = 1
OTHER = "*"
_SAME_DIALECT = 3.0
_EACH = 1000.0
# Contexts whose values are names of things, not the form of names: left out where identifiers are abstracted.
LEXICAL = frozenset(("C07 name", "C08 holds", "C16 after", "C05 prefix", "C20 between", "C10 name", "C13 every"))


@dataclass(frozen=True, slots=True)
class PublicHouse:
    """One code base of the background: (context, value, count) rows, and some methods as slots."""

    name: str
    dialect: str
    methods: int
    rows: tuple[tuple[str, str, float], ...]
    sample: tuple[tuple[Slot, ...], ...]


@dataclass(frozen=True)
class PublicHouses:
    """The code bases that a house is compared with."""

    houses: tuple[PublicHouse, ...]

    @cached_property
    def vocabulary(self) -> dict[str, frozenset[str]]:
        """The values that are known in each context, over all of the code bases."""
        found: dict[str, set[str]] = {}
        for house in self.houses:
            for context, value, _ in house.rows:
                found.setdefault(context, set()).add(value)
        return {context: frozenset(values) for context, values in found.items()}

    def background(self, dialect: str | None = None, without: Collection[str] = ()) -> Background:
        """Answer the chances in the code bases that are not `without`; each counts alike, those of `dialect` three times."""
        counts = Counts()
        for house in self.houses:
            if house.name not in without:
                weight = (_SAME_DIALECT if house.dialect == dialect else 1.0) * _EACH / max(1, house.methods)
                for context, value, count in house.rows:
                    counts.put(context, value, count * weight)
        return Background(counts)

    def abstract(self, slots: Iterable[Slot]) -> list[Slot]:
        """Answer slots without the house's own names: in contexts that others have too, with values that others have, or `*`."""
        known = self._abstracted
        found = []
        for slot in slots:
            if slot not in known:
                known[slot] = self._abstract(*slot)
            told = known[slot]
            if told is not None:
                found.append(told)
        return found

    def _abstract(self, context: str, value: str) -> Slot | None:
        known = self.vocabulary
        while context and context not in known:
            context = above(context)
        if not context or root_of(context) in LEXICAL:
            return None
        return context, value if value in known[context] else OTHER

    @cached_property
    def _abstracted(self) -> dict[Slot, Slot | None]:
        return {}

    def without(self, names: Collection[str]) -> PublicHouses:
        """Answer the others."""
        return PublicHouses(tuple(house for house in self.houses if house.name not in names))


def root_of(context: str) -> str:
    """Answer the most general context above `context`."""
    return " ".join(context.split(" ", 2)[:2])


@cache
def public_houses() -> PublicHouses:
    """Answer the code bases that come with stc."""
    return load(FILE.read_bytes())


def load(data: bytes) -> PublicHouses:
    """Read what dump has written."""
    said = json.loads(gzip.decompress(data))
    texts = said["texts"]
    houses = []
    for one in said["houses"]:
        flat = one["counts"]
        rows = tuple((texts[flat[n]], texts[flat[n + 1]], flat[n + 2]) for n in range(0, len(flat), 3))
        sample = tuple(tuple((texts[row[n]], texts[row[n + 1]]) for n in range(0, len(row), 2)) for row in one["sample"])
        houses.append(PublicHouse(one["name"], one["dialect"], one["methods"], rows, sample))
    return PublicHouses(tuple(houses))


def dump(houses: Sequence[PublicHouse]) -> bytes:
    """Answer the bytes of a file; the same houses give the same bytes."""
    numbers: dict[str, int] = {}

    def number(text: str) -> int:
        return numbers.setdefault(text, len(numbers))

    said = []
    for house in houses:
        flat = [item for context, value, count in house.rows for item in (number(context), number(value), math.ceil(count))]
        sample = [[item for context, value in row for item in (number(context), number(value))] for row in house.sample]
        said.append({"name": house.name, "dialect": house.dialect, "methods": house.methods, "counts": flat, "sample": sample})
    text = json.dumps({"stc_background": VERSION, "texts": list(numbers), "houses": said}, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), mtime=0)
