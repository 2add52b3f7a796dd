"""Claims about who signals and who handles an exception."""

from __future__ import annotations

from datagen.claims import source_claim
from datagen.claims.methods import example_of, listed_methods, part_with
from datagen.classfacts import short_of
from datagen.oracle import Oracle
from datagen.phrase import counted
from datagen.sample import Claim, Sample
from datagen.scan import Found


@source_claim("signallers", wants="raised")
@source_claim("handlers", wants="raised")
def exceptions(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods, and no others, signal the exception by its name, or name it in on:do:."""
    signals = claim.kind == "signallers"
    found = Found()
    for raised in oracle.evidence.seen("raised", claim.about):
        if raised.signals if signals else raised.handles:
            found.add(raised.place, 1)
    does = "signal" if signals else "handle"
    part = next((part for words in (f" {does}s `", f" {does} `") if (part := part_with(sample, words))), "")
    if f"`{claim.about}`" not in part or (not found.count and not part.startswith("No method")):
        return f"the answer does not say who {does}s it"
    return listed_methods(found, sample, claim, part=part)


@source_claim("general handlers", wants="raised", subjects=lambda claim: (claim.detail or "",))
def general_handlers(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods, and no others, name this superclass of the exception in on:do:."""
    exception, above = claim.about, claim.detail or ""
    path = oracle.path_of(exception)
    chain = oracle.classes.chain(path)
    last = oracle.classes.superclass_name(chain[-1] if chain else path)
    if above not in (*(step[-1] for step in chain), short_of(last or "")):
        return f"{exception} does not inherit from {above}"
    found = Found()
    for raised in oracle.evidence.seen("raised", above):
        if raised.handles:
            found.add(raised.place, 1)
    part = part_with(sample, f"`{exception}` inherits from `{above}`")
    if len(claim.names) < found.count:
        return example_of(found, sample, claim) if f"{counted(found.count, 'method')} catch" in part else "the answer does not say how many"
    return listed_methods(found, sample, claim, part=part) if part else "the answer does not say who catches it"
