"""The claim that a package stands on another: references are counted again from all methods, packages from the definitions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from datagen.claims import source_claim
from datagen.classfacts import short_of
from datagen.looks.referring import ALL, Referring
from datagen.oracle import Oracle, short_method
from datagen.phrase import code_in, counted
from datagen.sample import Claim, Sample
from datagen.scanned import Place
from stparse.text import Lines

_LEAST, _LEAST_CLASSES, _LEAST_PACKAGES, _LEAST_METHODS = 30, 5, 2, 3
_SILENT = re.compile(r"\"[^\"]*\"|'[^']*'|\$.|#[\w:]+", re.DOTALL)


@dataclass(slots=True)
class _Map:
    """The package of each class, and which methods of a package refer to another: their places, and their classes."""

    packages: dict[str, str]
    methods: dict[tuple[str, str], list[Place]] = field(default_factory=dict)
    classes: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    bound: set[tuple[str, str]] = field(default_factory=set)


@lru_cache(maxsize=2)
def _map(oracle: Oracle) -> _Map:
    found = _Map(_packages(oracle))
    for one in oracle.evidence.seen("referring", ALL):
        _enter(one, found)
    return found


def _packages(oracle: Oracle) -> dict[str, str]:
    found: dict[str, str] = {}
    for fact in oracle.classes.all_facts():
        if not fact.definition.stub:
            short = fact.path[-1]
            found[short] = "" if short in found else fact.definition.category or ""
    return found


def _enter(one: Referring, found: _Map) -> None:
    own = found.packages.get(short_of(one.class_name), "")
    if not own:
        return
    for package in {found.packages.get(name, "") for name in one.named} - {own, ""}:
        found.methods.setdefault((own, package), []).append(one.place)
        found.classes.setdefault((own, package), set()).add(one.class_name)
    found.bound.update((own, found.packages.get(name, "")) for name in one.bound)


@source_claim("layer", wants="referring", subjects=lambda claim: (ALL,))
def layer(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """So many methods of the upper package refer to the base, none of the base back; the base is one for several; the text crosses it."""
    base, upper, name = (claim.detail or "||").split("|")
    found = _map(oracle)
    methods = found.methods.get((upper, base), [])
    if claim.numbers != (len(methods),) or len(methods) < _LEAST_METHODS:
        return f"{len(methods)} methods of {upper} refer to {base}"
    if (base, upper) in found.methods or (base, upper) in found.bound:
        return f"{base} refers to {upper}"
    if not _is_base(base, found):
        return f"too few refer to {base}"
    evidence = [(short_method(n), where) for n, where in zip(claim.names, claim.places, strict=True)]
    if len(set(evidence)) < 3 or not set(evidence) <= {(short_method(p.name), p.where) for p in methods}:
        return "the places do not show it"
    if found.packages.get(short_of(name)) != upper or found.packages.get(_owner(claim)) != base:
        return "the classes are of other packages"
    return _said(sample, claim, base, upper, name)


def _owner(claim: Claim) -> str:
    return short_of(claim.about.partition(">>")[0].removesuffix(" class"))


def _is_base(base: str, found: _Map) -> bool:
    above = [pair for pair, places in found.methods.items() if pair[1] == base and (base, pair[0]) not in found.methods and _enough(places)]
    classes: Mapping[str, None] = dict.fromkeys(name for pair in above for name in found.classes[pair])
    return sum(len(found.methods[pair]) for pair in above) >= _LEAST and len(classes) >= _LEAST_CLASSES and len(above) >= _LEAST_PACKAGES


def _enough(places: list[Place]) -> bool:
    return len(places) >= _LEAST_METHODS


def _said(sample: Sample, claim: Claim, base: str, upper: str, name: str) -> str | None:
    text = next(iter(code_in(sample.prompt.text)), "")
    at = claim.span[0] if claim.span else -1
    silent = _SILENT.sub(lambda match: " " * len(match[0]), text[text.find("!\n\n") + 1 :])
    if not text.startswith(name, at) or not re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", silent):
        return f"the text does not name {name}"
    wanted = [f"Line {Lines(text).line(at)}: `{name}` is a class of '{upper}', which stands on '{base}' ({claim.code})"]
    wanted.append(f"{counted(claim.numbers[0], 'method')} of '{upper}' refer to classes of '{base}', for example ")
    wanted.append(f"and no method of '{base}' refers to a class of '{upper}' in the indexed code.")
    wanted += [f"`{one}` ({where})" for one, where in zip(claim.names, claim.places, strict=True)]
    missing = [words for words in wanted if words not in sample.answer]
    return f"the answer does not say: {missing[0]}" if missing else None
