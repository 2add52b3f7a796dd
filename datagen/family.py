"""The direct subclasses of a class: what they have in common, and what one more of them would be called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from datagen.answers import group_of, indexed_ancestors, method_table
from datagen.phrase import counted
from datagen.subject import BASE
from datagen.testing import test_classes
from datagen.usual import Usual
from stparse.chunk import ClassDef
from stparse.index.classtable import ClassGroup, path_of
from stparse.index.model import IndexedClass, MethodDef
from stparse.index.query import CodeIndex

FEWEST, MOST = 3, 100
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|_+")
_LINKS = frozenset(("With", "For", "Of", "By", "In", "On", "From", "To", "And"))
# What every class of a program may be a subclass of says nothing about any of them.
ROOTS = BASE | {"Model", "ApplicationModel", "TestCase"}


@dataclass(frozen=True, slots=True)
class Shared:
    """A selector that subclasses define: by how many, the usual one of the methods, and what above leaves it to the subclasses."""

    meta: bool
    selector: str
    count: int
    example: MethodDef
    demanded: MethodDef | None


@dataclass(frozen=True, slots=True)
class Family:
    """A class with its direct subclasses, each defined once, by name, and the classes above that the code base defines."""

    head: ClassGroup
    siblings: tuple[IndexedClass, ...]
    above: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(short(one) for one in self.siblings)

    @property
    def said(self) -> str:
        return counted(len(self.siblings), "direct subclass")


def enough(n: int) -> int:
    """Answer of how many of n subclasses something must be that is common to them: all but one, or but a tenth."""
    return n - max(1, n // 10)


def short(definition: ClassDef) -> str:
    """Answer the name of a class without its namespaces."""
    return re.split(r"[.:]", definition.name)[-1]


def family_of(index: CodeIndex, name: str) -> Family | None:
    """Answer the family of a class; None where it is a mere root or one of tests, has too few subclasses, or not certain ones."""
    group = group_of(index, name)
    above = indexed_ancestors(index, group) if group is not None and name not in ROOTS else None
    if group is None or above is None or group.name in test_classes(index):
        return None
    below = [one for one in index.class_table.subclasses_of(group.name) if not all(d.stub for d in one.definitions)]
    certain = all(len(one.definitions) == 1 and len(index.class_table.named(one.path[-1])) == 1 for one in below)
    if not certain or not FEWEST <= len(below) <= MOST:
        return None
    siblings = sorted((one.definitions[0] for one in below), key=short)
    return Family(group, tuple(siblings), tuple(step.path[-1] for step in above[0]))


def shared_by(index: CodeIndex, family: Family, demanded: Iterable[MethodDef]) -> list[Shared]:
    """Answer the selectors that enough siblings define, and those that are demanded from above; of each side the most frequent first."""
    methods: dict[tuple[bool, str], list[MethodDef]] = {}
    for name in family.names:
        for key, method in method_table(index, name).items():
            methods.setdefault(key, []).append(method)
    asked = {(method.meta, method.selector): method for method in demanded if _is_meant(family, method, methods)}
    need = enough(len(family.siblings))
    found = []
    for key in methods.keys() | asked.keys():
        mine = methods.get(key, [])
        if len(mine) >= need or key in asked:
            example = Usual.of(mine, [method.protocol or "" for method in mine]).example if mine else asked[key]
            found.append(Shared(*key, len(mine), example, asked.get(key)))
    return sorted(found, key=lambda one: (one.meta, -one.count, one.selector))


def _is_meant(family: Family, demanded: MethodDef, methods: Mapping[tuple[bool, str], list[MethodDef]]) -> bool:
    """Whether what somebody above demands is a contract of this family: its own, or one that half of the siblings keep."""
    owner = path_of(demanded.class_name)[-1]
    kept = len(methods.get((demanded.meta, demanded.selector), ()))
    return owner not in BASE and (owner == family.head.path[-1] or 2 * kept >= len(family.siblings))


def usual_of(values: Sequence[str]) -> tuple[str, int]:
    """Answer the most frequent of some values, the first by name of several, and how often it is there."""
    return min(Counter(values).items(), key=lambda item: (-item[1], item[0]))


def common_variables(family: Family) -> tuple[str, ...]:
    """Answer the instance variables that enough siblings declare."""
    found = Counter(name for one in family.siblings for name in one.instance_variables)
    return tuple(sorted(name for name, n in found.items() if n >= enough(len(family.siblings))))


def role_of(family: Family) -> tuple[str, str, bool]:
    """Answer what one more sibling would be called, its role in words, and whether the siblings' names say it.

    Beside `BpFeeRight` and `BpBarterRight` that is `BpNewRight` and "right".
    """
    humps = [_HUMP.findall(name) for name in family.names]
    prefix, own = _common(humps), _HUMP.findall(family.head.path[-1])
    suffix = _common([list(reversed(one)) for one in humps])[::-1]
    rest = own[len(prefix) :] if own[: len(prefix)] == prefix else own
    role = _before_link(suffix or rest)
    words = [word for word in role or _before_link(own) if not word.startswith("_")]
    return "".join((*prefix, "New", *role)), in_words(words), bool(suffix)


def in_words(humps: Sequence[str]) -> str:
    """Answer the parts of a name as words: of `SUnitVisitor` "SUnit visitor", where a single capital belongs to what is behind it."""
    said = " ".join(hump if hump.isupper() else hump.lower() for hump in humps)
    return re.sub(r"\b([A-Z]) (\w)", lambda found: found[1] + found[2].upper(), said)


def _before_link(humps: list[str]) -> list[str]:
    """Answer the humps that say what something is: of `PartWithFrame` the part."""
    return humps[: next((at for at, hump in enumerate(humps) if hump in _LINKS), len(humps))]


def _common(humps: list[list[str]]) -> list[str]:
    """Answer the humps that enough names begin with, without the last hump of any of them."""
    found: list[str] = []
    while True:
        at = len(found)
        following = Counter(one[at] for one in humps if len(one) > at + 1 and one[:at] == found)
        if not following or following.most_common(1)[0][1] < enough(len(humps)):
            return found
        found.append(following.most_common(1)[0][0])


def usual_category(family: Family) -> tuple[str | None, int]:
    """Answer the category that most siblings are in, None where there is none, and how many siblings that are."""
    category, often = usual_of([one.category or "" for one in family.siblings])
    return (category or None, often) if 2 * often > len(family.siblings) else (None, 0)


def definition_of_another(family: Family) -> ClassDef:
    """Answer the definition that one more sibling would have."""
    above, namespace = usual_of([f"{one.superclass} {one.namespace or ''}" for one in family.siblings])[0].split(" ")
    pools = Counter(name for one in family.siblings for name in one.pools)
    return ClassDef(
        name=role_of(family)[0],
        superclass=above,
        namespace=namespace or None,
        instance_variables=common_variables(family),
        pools=tuple(sorted(name for name, n in pools.items() if n >= enough(len(family.siblings)))),
        category=usual_category(family)[0],
    )
