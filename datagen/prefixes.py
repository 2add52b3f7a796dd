"""What the names of classes begin with, by family of categories: 'Bp-Rights' and 'Bp-Sales' are of the family 'Bp'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from checker.conventions._names import sign_of
from checker.style.rules import LEAST_LOWER, wilson_lower
from checker.style.tally import LEAST
from stparse.index.classtable import path_of
from stparse.index.model import IndexedClass
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered

LONGEST_SIGN = 3
"""A longer prefix is a word, as `Shop`, and nobody writes it in other letters."""


@dataclass(frozen=True, slots=True)
class Family:
    """The classes whose category is `name` or begins with it and a hyphen, each once; those in `having` begin with `prefix`."""

    name: str
    prefix: str
    having: tuple[IndexedClass, ...]
    lacking: tuple[IndexedClass, ...]

    def shown(self, category: str) -> str:
        """Answer in words which classes these are, for one whose class is in `category`."""
        alone = all(one.category == self.name for one in (*self.having, *self.lacking))
        return f"{'the category' if alone else 'categories like'} '{category}'"


def family_of(category: str) -> str:
    """Answer the family of a category, "" where there is none that could be quoted."""
    family = category.partition("-")[0]
    return "" if set("'`|\n") & set(category) else family


def begins_with(name: str, prefix: str) -> bool:
    """Whether a prefix stands in front of a name: `Zn` before `ZnUTF8Encoder` and `ZnUrl`, and not before `Znork`."""
    rest = name[len(prefix) :]
    return name.startswith(prefix) and bool(rest) and not rest[0].islower()


@remembered(2)
def families_of(index: CodeIndex) -> dict[str, Family]:
    """Answer the families in which nearly all class names begin alike: at least 30, and so that the lower end of the interval of
    their share is 0.8 or more, as of any convention (checker/style/rules.py)."""
    members: dict[str, list[IndexedClass]] = {}
    for group in index.class_table.groups:
        definitions = [one for one in group.definitions if not one.stub]
        if definitions and family_of(definitions[0].category or ""):
            members.setdefault(family_of(definitions[0].category or ""), []).append(definitions[0])
    found = (_family(name, classes) for name, classes in members.items())
    return {family.name: family for family in found if family is not None}


def _family(name: str, classes: Iterable[IndexedClass]) -> Family | None:
    named = sorted(classes, key=lambda one: one.qualified)
    prefixes = Counter(sign for one in named if len(sign := sign_of(short_name(one))) > 1)
    prefix = min(prefixes, key=lambda one: (-prefixes[one], one), default="")
    having = tuple(one for one in named if prefix and begins_with(short_name(one), prefix))
    if len(named) < LEAST or wilson_lower(len(having), len(named)) < LEAST_LOWER:
        return None
    return Family(name, prefix, having, tuple(one for one in named if one not in having))


def short_name(definition: IndexedClass) -> str:
    """Answer the name of a class without its namespace."""
    return path_of(definition.qualified)[-1]
