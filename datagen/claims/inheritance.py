"""Claims about what a class replaces of its superclasses, leaves to its subclasses, and what those replace of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from datagen.claims import source_claim
from datagen.claims.methods import listed_methods
from datagen.classfacts import Path, short_of
from datagen.oracle import Oracle
from datagen.sample import Claim, Sample
from datagen.scan import Found, Member

Table = dict[tuple[bool, str], Member]


def line_of(claim: Claim) -> tuple[str, ...]:
    return (short_of(claim.about.removesuffix(" class")), *(claim.detail or "").split())


@source_claim("overrides", wants="classes", subjects=line_of)
def overrides(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods of the class, and no others, are also defined above it."""
    reason = wrong_line(sample, claim, oracle, says_end=True)
    return reason or listed_methods(_found(own for own, _ in pairs_of(claim, oracle)), sample, claim)


@source_claim("overridden originals", wants="classes", subjects=line_of)
def originals(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These are the methods that are replaced, each the nearest."""
    reason = listed_methods(_found(original for _, original in pairs_of(claim, oracle)), sample, claim)
    if reason or not claim.names:
        return reason
    for own, original in pairs_of(claim, oracle)[: len(claim.names)]:
        if f"({own.place.where}) replaces `" not in sample.answer or f"({original.place.where})" not in sample.answer:
            return f"the answer does not say what {own.place.name} replaces"
    return None


@source_claim("must implement", wants="classes", subjects=line_of)
def must_implement(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods, and no others, are abstract from the class up."""
    seen: Table = {}
    for table in tables_of(claim, oracle):
        seen = table | seen
    found = sorted((member for member in seen.values() if member.abstract), key=lambda member: _in_order(member.place.where))
    return wrong_line(sample, claim, oracle) or listed_methods(_found(found), sample, claim)


def _in_order(where: str) -> tuple[str, int]:
    file, _, line = where.rpartition(":")
    return file, int(line)


def pairs_of(claim: Claim, oracle: Oracle) -> list[tuple[Member, Member]]:
    """Answer the methods of the class with the nearest ones that they replace."""
    own, *above = tables_of(claim, oracle)
    meta = claim.about.endswith(" class")
    pairs = ((member, next((t[key] for t in above if key in t), None)) for key, member in own.items() if key[0] is meta)
    return [(member, original) for member, original in pairs if original is not None]


def tables_of(claim: Claim, oracle: Oracle) -> Iterator[Table]:
    for name in line_of(claim):
        table: Table = {}
        for member in oracle.evidence.classes.get(name, ()):
            table.setdefault((member.meta, member.selector), member)
        yield table


def wrong_line(sample: Sample, claim: Claim, oracle: Oracle, *, says_end: bool = False) -> str | None:
    """Answer why the claimed superclasses are not those of the sources, or None."""
    path = oracle.path_of(claim.about.removesuffix(" class"))
    inside, outside = _certain_line(path, oracle)
    if [step[-1] for step in inside] != (claim.detail or "").split():
        return f"the superclasses are {' '.join(step[-1] for step in inside) or 'none'}"
    if any(len(oracle.classes.paths(step[-1])) != 1 for step in (path, *inside)):
        return "a name on the line means several classes"
    said = f"of `{outside}` cannot be told: that class is outside the indexed code" if outside else "outside the indexed code"
    return "the answer does not say where the indexed code ends" if says_end and (said in sample.answer) != bool(outside) else None


def _certain_line(path: Path, oracle: Oracle) -> tuple[list[Path], str | None]:
    """Answer the superclasses that the code base defines, and the name of the first one outside."""
    inside: list[Path] = []
    for step in oracle.classes.chain(path):
        if not oracle.is_defined(step):
            return inside, step[-1]
        inside.append(step)
    last = oracle.classes.superclass_name(inside[-1] if inside else path)
    return inside, short_of(last) if last is not None else None


@source_claim("overridden", wants="members", subjects=lambda claim: (claim.detail or "",))
def overridden(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods of subclasses, and no others, have the selector; so many subclasses there are."""
    owner, _, selector = claim.about.partition(">>")
    meta = owner.endswith(" class")
    below = [path for path in oracle.classes.all_below(oracle.path_of(owner.removesuffix(" class"))) if oracle.is_defined(path)]
    if selector != claim.detail or claim.numbers != (len(below),):
        return f"the sources have {len(below)} subclasses"
    members = oracle.evidence.members.get(selector, ())
    return listed_methods(_found(m for m in members if m.meta is meta and oracle.path_of(m.class_name) in below), sample, claim)


def _found(members: Iterable[Member]) -> Found:
    found = Found()
    for member in members:
        found.add(member.place, 1)
    return found
