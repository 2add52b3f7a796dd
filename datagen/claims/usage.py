"""Claims about what is usual of a selector: its protocol, and the names of its arguments."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from datagen.claims import source_claim
from datagen.oracle import Oracle, short_method
from datagen.phrase import number
from datagen.sample import Claim, Sample
from datagen.scan import Member

_COUNTED = re.compile(r"`([^`\n]+)` \((\d[\d,]*)\)")


@source_claim("usual protocol", wants="members")
def usual_protocol(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """So many methods of the selector are in each of these protocols."""
    members = oracle.evidence.members.get(claim.about, [])
    reason = _usual([(member.protocol or "", member) for member in members], sample, claim)
    if reason or f" {number(claim.count)} methods called" not in sample.answer:
        return reason or "the answer does not say how many methods there are"
    most = claim.numbers[0]
    if most != claim.count and f"{number(most)} of the {number(claim.count)} " not in sample.answer:
        return f"the answer does not say that {most} are in {claim.names[0]}"
    return None if ("no usual protocol" in sample.answer) == (2 * most <= claim.count) else "whether it is usual is told wrongly"


@source_claim("signature", wants="members")
def signature(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """So many methods of the selector have each of these patterns."""
    members = [member for member in oracle.evidence.members.get(claim.about, []) if member.pattern is not None]
    return _usual([(member.pattern or "", member) for member in members], sample, claim)


def _usual(found: Iterable[tuple[str, Member]], sample: Sample, claim: Claim) -> str | None:
    """Answer why these are not the values of the members, the most frequent first and shown with an example, or None."""
    first: dict[str, Member] = {}
    counts: Counter[str] = Counter()
    for value, member in found:
        counts[value] += 1
        first.setdefault(value, member)
    ordered = sorted(counts, key=lambda value: (-counts[value], value))[: len(claim.names)]
    if sum(counts.values()) != claim.count or tuple(ordered) != claim.names or tuple(counts[v] for v in ordered) != claim.numbers:
        return f"the sources say {', '.join(f'{value} ({counts[value]})' for value in ordered) or 'nothing'}"
    place = first[ordered[0]].place
    if (short_method(claim.detail or ""), claim.places) != (short_method(place.name), (place.where,)):
        return f"the first example is {place.name} ({place.where})"
    if f"`{ordered[0]}`" not in sample.answer or f"`{claim.detail}` ({place.where})" not in sample.answer:
        return "the answer does not give the usual one and its example"
    said = [(name, int(n.replace(",", ""))) for name, n in _COUNTED.findall(sample.answer)]
    others = [(value, counts[value]) for value in ordered[1:]]
    left = len(counts) - len(ordered)
    if said != others or (left > 0 and f"{left:,} more" not in sample.answer):
        return "the answer counts the others wrongly"
    return None
