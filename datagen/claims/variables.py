"""Claims about the variables of a class, and about who reads and writes them."""

from __future__ import annotations

from datagen.claims import source_claim
from datagen.claims.methods import listed_methods
from datagen.classfacts import Path, short_of
from datagen.oracle import Oracle, other_name
from datagen.sample import Claim, Sample
from datagen.scan import Found

_ATTRIBUTES = (
    ("instance", "instance_variables"),
    ("class instance", "class_instance_variables"),
    ("class", "class_variables"),
)


def _variables(claim: Claim) -> tuple[str, ...]:
    return (claim.about.rsplit(".", 1)[-1],)


@source_claim("variables.own")
@source_claim("variables.inherited")
def variables(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These variables, and no others, are defined by the class or by these classes above it."""
    path = oracle.path_of(claim.about)
    owners = [path] if claim.kind == "variables.own" else oracle.classes.chain(path)
    expected: set[tuple[str, str]] = set()
    seen = set() if claim.kind == "variables.own" else _declared(path, oracle, claim)
    for owner in owners:
        here = _declared(owner, oracle, claim) - seen
        expected |= {(name, f"{owner[-1]}: {kind}") for kind, name in here}
        seen |= here
    owned = [(name, *where.split(":", 1)) for name, where in zip(claim.names, claim.places, strict=True)]
    claimed = {(name, f"{short_of(owner)}:{kind}") for name, owner, kind in owned}
    if claimed != expected or len(claim.names) != claim.count:
        return "the variables are not those of the definitions"
    missing = [name for name in claim.names if f"`{name}`" not in sample.answer]
    return f"the answer does not name {missing[0]}" if missing else other_name(sample)


def _declared(path: Path, oracle: Oracle, claim: Claim) -> set[tuple[str, str]]:
    attributes = _ATTRIBUTES[:1] if claim.detail == "instance" else _ATTRIBUTES
    facts = oracle.classes.facts(path)
    return {(kind, name) for kind, attribute in attributes for fact in facts for name in getattr(fact.definition, attribute)}


@source_claim("readers", wants="variables", subjects=_variables)
@source_claim("writers", wants="variables", subjects=_variables)
def accesses(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods of the class and of its subclasses read, or store into, the variable."""
    class_name, _, variable = claim.about.rpartition(".")
    path = oracle.path_of(class_name)
    inside = {path[-1], *(below[-1] for below in oracle.classes.all_below(path))}
    found = Found()
    for access in oracle.evidence.variables.get(variable, ()):
        if not access.meta and short_of(access.class_name) in inside and (access.writes if claim.kind == "writers" else access.reads):
            found.add(access.place, 1)
    return listed_methods(found, sample, claim)
