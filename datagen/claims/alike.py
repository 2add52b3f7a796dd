"""Claims that methods have the same body: their trees are compared node by node, the index has compared their shapes."""

from __future__ import annotations

from datagen.claims import source_claim
from datagen.claims.methods import listed_methods
from datagen.oracle import Oracle
from datagen.sample import Claim, Sample
from datagen.scan import Found
from datagen.scanned import Scanned
from datagen.treefacts import are_alike
from stparse.parser import parser_for

SAME = "word for word"


@source_claim("clones", wants="bags", subjects=lambda claim: (claim.detail or "",))
def clones(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods, and no others, are like the first source of the sample, but for names of locals and literals; those with a 1 in
    these too."""
    candidates: list[Scanned] = oracle.evidence.seen("bags", claim.detail or "")
    first = sample.sources[0]
    asked = next((seen for seen in candidates if (seen.method.file, seen.method.span.start) == (first.file, first.span[0])), None)
    if asked is None:
        return f"{claim.about} sends other messages"
    found = Found()
    for seen in candidates:
        if seen is not asked and are_alike(asked.tree, seen.tree):
            found.add(seen.place, int(_words(seen) == _words(asked)))
    if not found.count and "no other method" not in sample.answer:
        return "the answer does not say that there is none"
    lines = sample.answer.split("\n")
    every = bool(found.count) and lines[0].rstrip(":.").endswith(SAME)
    said = [every or any(f"`{n}` ({w}), {SAME}" in line for line in lines[1:]) for n, w in zip(claim.names, claim.places, strict=True)]
    if said != [bool(n) for n in claim.numbers]:
        return "the answer tells wrongly which are the same word for word"
    return listed_methods(found, sample, claim, numbers=True)


def _words(seen: Scanned) -> list[str]:
    """Answer the tokens of the body."""
    source = seen.method.source
    tokens = parser_for(seen.method.dialect).tokens(source)
    body = seen.tree.body
    return [source[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True) if body.start <= a < b <= body.end]
