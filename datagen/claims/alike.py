"""Claims that methods have the same body: their trees are compared node by node, the index has compared their shapes."""

from __future__ import annotations

from datagen.claims import source_claim
from datagen.claims.methods import listed_methods
from datagen.oracle import Oracle
from datagen.sample import Claim, Sample
from datagen.scan import Found
from datagen.scanned import Scanned
from datagen.treefacts import are_alike


@source_claim("clones", wants="bags", subjects=lambda claim: (claim.detail or "",))
def clones(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods, and no others, are like the first source of the sample, but for names of locals and literals."""
    candidates: list[Scanned] = oracle.evidence.seen("bags", claim.detail or "")
    first = sample.sources[0]
    asked = next((seen for seen in candidates if (seen.method.file, seen.method.span.start) == (first.file, first.span[0])), None)
    if asked is None:
        return f"{claim.about} sends other messages"
    found = Found()
    for seen in candidates:
        if seen is not asked and are_alike(asked.tree, seen.tree):
            found.add(seen.place, 1)
    if not found.count and "no other method" not in sample.answer:
        return "the answer does not say that there is none"
    return listed_methods(found, sample, claim)
