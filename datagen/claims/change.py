"""Claims about what the change of a selector touches: the three lists of an answer, each in its paragraph."""

from __future__ import annotations

from datagen.claims import source_claim
from datagen.claims.methods import implementors_said, listed_methods, part_with
from datagen.oracle import Oracle
from datagen.sample import Claim, Sample
from datagen.scan import Found


@source_claim("touched implementors", wants="implemented")
def implementors(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods implement the selector."""
    return _part(oracle.evidence.implemented.get(claim.about), "implement", " in the indexed code", sample, claim)


@source_claim("touched senders", wants="sent")
def senders(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods send the selector, each so often."""
    found = oracle.evidence.sent.get(claim.about)
    return _part(found, "send", " there", sample, claim, numbers=True) or implementors_said(found, sample, claim)


@source_claim("touched symbols", wants="symbols")
def symbols(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods hold the selector as a symbol."""
    return _part(oracle.evidence.symbols.get(claim.about), "hold", " as a literal there", sample, claim)


def _part(found: Found | None, does: str, what: str, sample: Sample, claim: Claim, *, numbers: bool = False) -> str | None:
    count = found.count if found else 0
    verb = does if count > 1 else f"{does}s"
    part = part_with(sample, f" {verb} `#{claim.about}`{what}")
    starts = "No method " if count == 0 else "Only `" if count == 1 else ""
    if not part or not part.startswith(starts):
        return f"the answer does not say who {does}s it"
    return listed_methods(found, sample, claim, numbers=numbers, part=part)
