"""Claims about superclasses, subclasses, and names that several classes have."""

from __future__ import annotations

import re

from datagen.claims import source_claim
from datagen.claims.methods import all_shown
from datagen.classfacts import path_of, short_of
from datagen.oracle import Oracle, ticked_in
from datagen.phrase import MOST_SHOWN, number
from datagen.sample import Claim, Sample

_INHERITS = re.compile(r"([\w,]+) class(?:es)? there inherits? from it\.")


@source_claim("which")
def which(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These classes, and no others, have the name."""
    paths = oracle.classes.paths(short_of(claim.about))
    if len(paths) != claim.count or any(path_of(name) not in paths for name in claim.names):
        return f"{claim.count} classes are claimed, the sources have {len(paths)}"
    return all_shown(sample, claim)


@source_claim("superclasses")
def superclasses(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """This is the chain of superclasses, and this is where the indexed code ends."""
    path = oracle.path_of(claim.about)
    chain = oracle.classes.chain(path)
    names = [step[-1] for step in chain]
    last = oracle.classes.superclass_name(chain[-1] if chain else path)
    if last is not None:
        names.append(short_of(last))
    if [short_of(name) for name in claim.names] != names:
        return f"the chain is {' '.join(names) or 'empty'}"
    outside = [step[-1] for step in chain if not oracle.is_defined(step)] + ([names[-1]] if last is not None else [])
    if [short_of(name) for name in (claim.detail or "").split()] != outside or ("outside" in sample.answer) != bool(outside):
        return f"outside of the code are {' '.join(outside) or 'none'}"
    ticked = [name for name in ticked_in(sample.answer) if name != claim.about]
    repeated = [name for name in (claim.detail or "").split() if len(claim.names) > 1]
    return None if ticked == [*claim.names, *repeated] else "the answer names other classes"


@source_claim("subclasses.direct")
@source_claim("subclasses.deeper")
def subclasses(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These classes, and no others, are below the class."""
    path = oracle.path_of(claim.about)
    direct = [p for p in oracle.classes.below(path) if oracle.is_defined(p)]
    found = direct
    if claim.kind == "subclasses.deeper":
        found = [p for p in oracle.classes.all_below(path) if p not in direct and oracle.is_defined(p)]
    names = {short_of(name) for name in claim.names}
    if f"`{claim.about}`" not in sample.answer:
        return f"the answer is not about {claim.about}"
    if len(found) != claim.count or not names <= {p[-1] for p in found}:
        return f"{claim.count} subclasses are claimed, the sources have {len(found)}"
    if len(claim.names) != min(claim.count, MOST_SHOWN):
        return "the list is not as long as it should be"
    missing = [n for n, w in zip(claim.names, claim.places, strict=True) if f"- `{n}` ({w})" not in sample.answer]
    return f"the answer does not name {missing[0]}" if missing else None


@source_claim("another class")
def another_class(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """The class is neither the one of the quoted method nor below it."""
    owner = oracle.path_of(claim.detail or "")
    if owner != oracle.path_of(sample.sources[0].class_name.removesuffix(" class")):
        return f"the method is not one of {claim.detail}"
    here = {owner[-1], *(below[-1] for below in oracle.classes.all_below(owner))}
    return f"{claim.about} is of the same line" if short_of(claim.about) in here else None


@source_claim("heirs")
def heirs(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """So many classes of the code base inherit from the class, and the answer says so."""
    found = sum(map(oracle.is_defined, oracle.classes.all_below(oracle.path_of(claim.about))))
    said = _INHERITS.search(sample.answer)
    return None if claim.count == found and (said[1].lower() if said else "no") == number(found) else f"{found} classes inherit from it"


@source_claim("package")
def package(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These classes, and no others, are in the category."""
    facts = oracle.classes.in_category(claim.about)
    expected = sorted({(fact.path[-1], fact.path) for fact in facts})
    if len(expected) != claim.count or [short_of(name) for name in claim.names] != [short for short, _ in expected[:MOST_SHOWN]]:
        return f"{claim.count} classes are claimed, the sources have {len(expected)}"
    places = {(fact.path[-1], f"{fact.definition.file}:{fact.definition.line}") for fact in facts}
    if not {(short_of(name), where) for name, where in zip(claim.names, claim.places, strict=True)} <= places:
        return "the places are not those of the definitions"
    return all_shown(sample, claim)
