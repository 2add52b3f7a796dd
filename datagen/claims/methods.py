"""Claims that certain methods, and no others, implement, send, mention or use something."""

from __future__ import annotations

import re

from datagen.claims import source_claim
from datagen.classfacts import short_of
from datagen.oracle import Oracle, short_method
from datagen.phrase import MOST_SHOWN, number
from datagen.sample import Claim, Sample
from datagen.scan import Found

_IN_ALL = re.compile(r" in all[:;]")
_THEMSELVES = re.compile(r"; [^;:\n]*\bimplementors? (?:itself|themselves)[.:]")


@source_claim("implementors", wants="implemented")
def implementors(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods implement the selector."""
    return listed_methods(oracle.evidence.implemented.get(claim.about), sample, claim)


@source_claim("senders", wants="sent")
def senders(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods send the selector, each so often."""
    found = oracle.evidence.sent.get(claim.about)
    total = sum(found.numbers) if found else 0
    reason = listed_methods(found, sample, claim, numbers=True)
    if reason is None and found and 1 < found.count <= MOST_SHOWN and total != found.count and not _IN_ALL.search(sample.answer):
        return "the answer does not say how often in all"
    return reason or implementors_said(found, sample, claim)


def implementors_said(found: Found | None, sample: Sample, claim: Claim) -> str | None:
    """Answer what is wrong with what is said of senders that are implementors too; of a list that is cut nothing may be said."""
    n = sum(place.name.partition(">>")[2] == claim.about for place in found.places) if found else 0
    if found is None or found.count > MOST_SHOWN or n == 0:
        expected = ""
    elif found.count == 1:
        expected = "; it is an implementor itself."
    elif n == 1:
        expected = "; one of them is an implementor itself:"
    else:
        expected = f"; {'all' if n == found.count else number(n)} of them are implementors themselves:"
    said = _THEMSELVES.findall(sample.answer)
    return None if said == [expected] * bool(expected) else f"of the senders {number(n)} are implementors"


@source_claim("self sends", wants="to_self")
def self_sends(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods send the selector to `self`, or to `super`, each so often."""
    receiver, _, _ = claim.about.partition(" ")
    if f"to {receiver}" not in sample.answer:
        return f"the answer is not about {receiver}"
    return listed_methods(oracle.evidence.to_self.get(claim.about), sample, claim, numbers=True)


@source_claim("implements", wants="implemented")
def implements(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """So many methods implement the selector; the answer gives the first as an example."""
    return example_of(oracle.evidence.implemented.get(claim.about, Found()), sample, claim)


@source_claim("sends", wants="sent")
def sends(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """So many methods send the selector; the answer gives the first as an example."""
    return example_of(oracle.evidence.sent.get(claim.about, Found()), sample, claim)


@source_claim("symbol", wants="symbols")
def symbol(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """So many methods hold the selector as a symbol."""
    found = oracle.evidence.symbols.get(claim.about)
    return None if (found.count if found else 0) == claim.count else "the symbol does not occur as often"


@source_claim("symbol users", wants="symbols")
def symbol_users(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods hold the symbol as a literal."""
    return listed_methods(oracle.evidence.symbols.get(claim.about), sample, claim)


@source_claim("references", wants="globals")
def references(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods mention the class, each so often."""
    return listed_methods(oracle.evidence.globals.get(short_of(claim.about)), sample, claim, numbers=True)


def listed_methods(found: Found | None, sample: Sample, claim: Claim, *, numbers: bool = False, part: str | None = None) -> str | None:
    """The claimed methods are those that the scan found, in its order, and the answer, or this part of it, lists them and no others."""
    found = found or Found()
    if found.count != claim.count:
        return f"{claim.count} methods are claimed, the sources have {found.count}"
    expected = [(short_method(place.name), place.where) for place in found.places[:MOST_SHOWN]]
    if [(short_method(n), w) for n, w in zip(claim.names, claim.places, strict=True)] != expected:
        return "the methods are not those of the sources"
    if numbers and list(claim.numbers) != found.numbers[:MOST_SHOWN]:
        return "the numbers are not those of the sources"
    return all_shown(sample, claim, part)


def part_with(sample: Sample, words: str) -> str:
    """Answer the paragraph of the answer that says `words`; "" if none does."""
    return next((part for part in sample.answer.split("\n\n") if words in part), "")


def all_shown(sample: Sample, claim: Claim, part: str | None = None) -> str | None:
    """The answer, or this part of it, names each claimed name with its place, and as many places as are claimed."""
    said = sample.answer if part is None else part
    missing = [f"{n} ({w})" for n, w in zip(claim.names, claim.places, strict=True) if f"`{n}` ({w}" not in said]
    if missing:
        return f"the answer does not say {missing[0]}"
    listed = len(re.findall(r"^- `", said, re.MULTILINE))
    if len(claim.names) > 1 and listed != len(claim.names):
        return f"the answer lists {listed}, not {len(claim.names)}"
    left = claim.count - len(claim.names)
    return "the answer does not say how many more there are" if left > 0 and f"- and {left:,} more" not in said else None


def example_of(found: Found, sample: Sample, claim: Claim) -> str | None:
    """So many are claimed as the scan found, and the answer gives the first of them with its place."""
    first = [(short_method(place.name), place.where) for place in found.places[:1]]
    if found.count != claim.count or [(short_method(n), w) for n, w in zip(claim.names, claim.places, strict=True)] != first:
        return "the example is not that of the sources"
    return None if f"`{claim.names[0]}` ({claim.places[0]})" in sample.answer else "the answer does not give the example"


@source_claim("literal users", wants="literals", subjects=lambda claim: (claim.detail or "",))
def literal_users(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods hold the literal."""
    kind, _, value = (claim.detail or "").partition(" ")
    if claim.about != (value if kind == "number" else "'" + value.replace("'", "''") + "'"):
        return "the literal is another one"
    found = Found()
    for where in oracle.evidence.seen("literals", claim.detail or ""):
        found.add(where, 1)
    return listed_methods(found, sample, claim)
