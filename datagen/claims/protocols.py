"""Claims about the protocols of a class, and the methods in them."""

from __future__ import annotations

from datagen.claims import source_claim
from datagen.classfacts import short_of
from datagen.oracle import Oracle, other_name, ticked_in
from datagen.phrase import MOST_SHOWN
from datagen.sample import Claim, Sample


def _classes(claim: Claim) -> tuple[str, ...]:
    return (short_of(claim.about.removesuffix(" class")),)


@source_claim("protocols", wants="classes", subjects=_classes)
def protocols(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These protocols, and no others, are on this side of the class, each with so many methods."""
    members = _members(claim, oracle)
    expected: dict[str, set[str]] = {}
    for protocol, selector in members:
        expected.setdefault(protocol, set()).add(selector)
    if dict(zip(claim.names, claim.numbers, strict=True)) != {name: len(found) for name, found in expected.items()}:
        return "the protocols are not those of the sources"
    missing = [name for name in claim.names if f"`{name}`" not in sample.answer]
    return f"the answer does not name {missing[0]}" if missing else other_name(sample)


@source_claim("protocol", wants="classes", subjects=_classes)
def protocol(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods, and no others, are in the protocol."""
    expected = {selector for protocol, selector in _members(claim, oracle) if protocol == claim.detail}
    if len(expected) != claim.count or not set(claim.names) <= expected or len(claim.names) != min(claim.count, MOST_SHOWN):
        return f"{claim.count} methods are claimed, the sources have {len(expected)}"
    ticked = [name.removeprefix("#") for name in ticked_in(sample.answer)]
    return None if ticked == list(claim.names) else "the answer names other methods"


def _members(claim: Claim, oracle: Oracle) -> list[tuple[str, str]]:
    meta = claim.about.endswith(" class")
    members = oracle.evidence.classes.get(short_of(claim.about.removesuffix(" class")), ())
    return [(member.protocol or "", member.selector) for member in members if member.meta is meta]
