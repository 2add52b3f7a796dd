"""A second, simple opinion on a method that departs from its house: what the bare tokens of all methods show, without checker or parser.

For each selector its protocols, for each keyword the names of its argument, and of the argument of a block behind it, for each package
those that its methods name. It answers None where there is too little to tell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from mutation_witness import pattern_of, short, tokens

from datagen.mutations import Mutant
from stparse.index.query import CodeIndex

_HEADER = re.compile(r"!([\w.]+)( class)? methodsFor: '([^']+)'!\n\n")
_FEWEST, _MOST, _FEW = 20, 0.8, 0.1


@dataclass(slots=True)
class House:
    """What is counted."""

    protocols: dict[tuple[bool, str], Counter[str]] = field(default_factory=dict)
    arguments: dict[str, Counter[str]] = field(default_factory=dict)
    blocks: dict[str, Counter[str]] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)
    knows: Counter[tuple[str, str]] = field(default_factory=Counter)


def house_of(index: CodeIndex) -> House:
    """Answer the counts of an index."""
    house = House()
    for definition in index.classes():
        house.packages[short(definition.name)] = definition.category or ""
    for method in index.methods():
        selector = pattern_of(method.source)
        if method.protocol and not method.protocol.startswith(("*", "private")):
            house.protocols.setdefault((method.meta, selector), Counter())[method.protocol.partition(" - ")[0]] += 1
        for keyword, name in arguments_in(method.source):
            house.arguments.setdefault(keyword, Counter())[name] += 1
        for keyword, name in blocks_in(method.source):
            house.blocks.setdefault(keyword, Counter())[kind_of(name)] += 1
        own = house.packages.get(short(method.class_name), "")
        house.knows.update((own, package) for package in packages_in(method.source, house) if own and package)
    return house


def arguments_in(source: str) -> Iterator[tuple[str, str]]:
    """Yield keyword and name of each argument of the pattern."""
    words = tokens(source)
    for (kind, word, _), (other, name, _) in zip(words[::2], words[1::2], strict=False):
        if kind != "keyword" or other != "name":
            return
        yield word, name


def blocks_in(source: str) -> Iterator[tuple[str, str]]:
    """Yield the keyword before each block of one argument, and the name of that."""
    words = [word for _, word, _ in tokens(source)]
    for at in range(len(words) - 4):
        if words[at].endswith(":") and words[at + 1 : at + 3] == ["[", ":"] and words[at + 4] in ("|", "]"):
            yield words[at], words[at + 3]


def kind_of(name: str) -> str:
    """Answer a name, or its article where it has one."""
    found = re.match(r"(a|an|the|some)(?=[A-Z])", name)
    return name if found is None else "a" if found[1] in ("a", "an", "some") else found[1]


def packages_in(source: str, house: House) -> set[str]:
    return {house.packages.get(word, "") for kind, word, _ in tokens(source) if kind == "name" and word[0].isupper()}


def witness_house(mutant: Mutant, house: House) -> bool | None:
    """Answer whether the counts show that the mutant departs from its house there, and the original not."""
    header = _HEADER.match(mutant.text)
    if header is None:
        return False
    source = mutant.text[header.end() : -len("! !")]
    match mutant.code:
        case "H01":
            return _departs(mutant.now, mutant.was, _protocols(house, header[2] is not None, pattern_of(source)))
        case "H07":
            name = re.match(r"\w+", mutant.now)
            keyword = next((k for k, n in arguments_in(source) if name and n == name[0]), "")
            return _departs(name[0] if name else "", _first(mutant.was), house.arguments.get(keyword, Counter()))
        case "H08":
            found = next((k for k, n in blocks_in(source) if n == _first(mutant.now)), "")
            return _departs(kind_of(_first(mutant.now)), kind_of(_first(mutant.was)), house.blocks.get(found, Counter()))
        case "H20":
            own, other = house.packages.get(short(header[1]), ""), house.packages.get(mutant.now, "")
            return bool(own and other) and own != other and not house.knows[own, other] and house.knows[other, own] >= 3
    return None


def witness_name(mutant: str, original: str, house: House) -> bool | None:
    """Answer whether the other classes of such categories have the sign that the original has and the renamed class lacks."""
    names = [re.search(r"#(\w+)", text) for text in (mutant, original)]
    if names[0] is None or names[1] is None or names[0][1] in house.packages:
        return False
    now, was = names[0][1], names[1][1]
    part = house.packages.get(was, "").split("-")[0]
    others = [name for name, category in house.packages.items() if name != was and category.split("-")[0] == part]
    sign = was[: len(was) - len(now)] if was.endswith(now) else was[: _first_difference(now, was) + 1]
    having = sum(name.startswith(sign) for name in others)
    return None if len(others) < _FEWEST else bool(sign) and not now.startswith(sign) and having >= _MOST * len(others)


def _first_difference(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)


def _first(text: str) -> str:
    found = re.match(r"\w+", text)
    return found[0] if found else ""


def _protocols(house: House, meta: bool, selector: str) -> Counter[str]:
    """Answer the protocols of a selector, or of all that begin with its first word where it is rare."""
    own = house.protocols.get((meta, selector), Counter[str]())
    word = re.match(r"[a-z]+(?![a-z])", selector)
    if sum(own.values()) >= _FEWEST or word is None:
        return own
    found = Counter[str]()
    for (side, other), protocols in house.protocols.items():
        if side == meta and re.match(rf"{word[0]}(?![a-z])", other) and other != word[0]:
            found.update(protocols)
    return found


def _departs(now: str, was: str, counted: Counter[str]) -> bool | None:
    total = sum(counted.values())
    if total < _FEWEST:
        return None
    return counted[was] >= _MOST * total and counted[now] <= _FEW * total
