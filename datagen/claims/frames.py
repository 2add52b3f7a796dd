"""Claims about the frames of a walkback: what failed and where, who inherits the method, who calls it."""

from __future__ import annotations

import re
from itertools import pairwise

from datagen.claims import source_claim
from datagen.claims.quotes import text_at
from datagen.oracle import Oracle, short_method
from datagen.sample import Claim, Sample
from stparse.parser import parser_for
from stparse.text import Lines

_RECEIVERS = re.compile(r"in line ([\d, or]+) to ((?:`\w+`(?:, | or )?)+)")


@source_claim("failing send", wants="texts", subjects=lambda claim: claim.places)
def failing_send(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """In these lines, and in no others that a frame without blocks can mean, the selector follows these variables."""
    text = text_at(claim.detail or "", claim, oracle)
    if text is None:
        return f"{claim.detail} is not at {claim.places[0]}"
    first = claim.about.partition(":")[0] + (":" if ":" in claim.about else "")
    tokens = parser_for(text.dialect).tokens(text.source)
    words = [(text.source[start:end], start) for start, end in zip(tokens.starts, tokens.ends, strict=True)]
    lines = Lines(text.source)
    shift = int(claim.places[0].rpartition(":")[2]) - lines.line(text.start)
    there = {(name, lines.line(at) + shift) for (name, _), (word, at) in pairwise(words) if word == first}
    claimed = list(zip(claim.names, claim.numbers, strict=True))
    if not set(claimed) <= there or len(claimed) != claim.count:
        return f"{claim.about} is sent to {there}"
    fault = sample.answer.partition(f"sends `#{claim.about}` ")[2].partition(" was nil.")[0]
    parts = [(re.findall(r"`(\w+)`", names), re.findall(r"\d+", lines)) for lines, names in _RECEIVERS.findall(fault)]
    said = [(name, int(line)) for names, lines in parts for name in names for line in lines]
    if f"`{claim.detail}` ({claim.places[0]})" not in sample.answer or sorted(said) != sorted(claimed):
        return "the answer does not say so"
    return None if f"UndefinedObject(Object)>>doesNotUnderstand: #{claim.about}\n" in sample.prompt.text else "the walkback is another"


@source_claim("frame", wants="members", subjects=lambda claim: (claim.detail or "",))
def frame(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """A receiver of the class has the method, its own or as the nearest that it inherits, and the walkback says so."""
    owner, _, selector = claim.names[0].partition(">>")
    side = " class" if owner.endswith(" class") else ""
    members = oracle.evidence.members.get(claim.detail or "", ())
    having = [oracle.path_of(member.class_name) for member in members if member.meta is bool(side)]
    path, own = oracle.path_of(claim.about), oracle.path_of(owner.removesuffix(" class"))
    nearest = next((step for step in (path, *oracle.classes.chain(path)) if step in having), None)
    if nearest != own or selector != claim.detail:
        return f"{claim.about} has the method of {nearest and nearest[-1]}"
    inherits = path != own
    shown = f"{claim.about}{side}({owner})>>{selector}" if inherits else claim.names[0]
    if f"\n{shown}\n" not in sample.prompt.text:
        return "the walkback has another frame"
    return None if (f", which `{claim.about}` inherits" in sample.answer) == inherits else "the answer tells wrongly who inherits it"


@source_claim("caller", wants="texts", subjects=lambda claim: claim.places)
def caller(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """The method sends the selector, and is the last frame of the walkback."""
    text = text_at(claim.about, claim, oracle)
    if text is None or short_method(text.place.name) != short_method(claim.about):
        return f"{claim.about} is not at {claim.places[0]}"
    tokens = parser_for(text.dialect).tokens(text.source)
    words = {text.source[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)}
    parts = [f"{part}:" for part in (claim.detail or "").split(":") if part] if ":" in (claim.detail or "") else [claim.detail or ""]
    if not words >= set(parts):
        return f"{claim.about} does not send {claim.detail}"
    return None if f"\n{claim.about}\n```" in sample.prompt.text else "the walkback has another frame"
