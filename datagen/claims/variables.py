"""Claims about the variables of a class, and about who reads and writes them."""

from __future__ import annotations

from datagen.claims import source_claim
from datagen.claims.methods import listed_methods
from datagen.classfacts import Path, short_of
from datagen.oracle import Oracle, other_name, ticked_in
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


def _own(claim: Claim) -> tuple[str, ...]:
    return tuple((claim.detail or "").split())


@source_claim("dead variables", wants="variables", subjects=_own)
@source_claim("stored variables", wants="variables", subjects=_own)
def unread(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """Of the variables that the class defines, its methods and those below it read all but these, and store into these or do not."""
    path = oracle.path_of(claim.about)
    declared = [name for fact in oracle.classes.facts(path) for name in fact.definition.instance_variables]
    if list(_own(claim)) != declared:
        return f"the class defines {' '.join(declared)}"
    inside = {path[-1], *(below[-1] for below in oracle.classes.all_below(path))}
    used = {
        name: [a for a in oracle.evidence.variables.get(name, ()) if not a.meta and short_of(a.class_name) in inside] for name in declared
    }
    dead = [name for name in declared if not any(access.reads for access in used[name])]
    stored = [name for name in dead if used[name]]
    names = stored if claim.kind == "stored variables" else [name for name in dead if name not in stored]
    if list(claim.names) != names:
        return f"they are {' '.join(names) or 'none'}"
    said = "stored into, but never read" if claim.kind == "stored variables" else "neither read nor stored into"
    part = next((part for part in sample.answer.split("; ") if said in part), "").partition(said)[0]
    if [name for name in ticked_in(part) if name in declared] != names or bool(part) != bool(names):
        return "the answer names others"
    return None if sample.answer.startswith("Nothing unused:") == (not dead) else "whether there are any is told wrongly"
