"""The claim of how a house does something: which messages that begin with some words its methods send, and how many methods each."""

from __future__ import annotations

import re

from datagen.claims import source_claim
from datagen.looks.begun import Begun
from datagen.oracle import Oracle
from datagen.phrase import counted, number
from datagen.sample import Claim, Sample

_MOST = 8
_BEGIN = re.compile(r"messages that begin with (`\w+`(?:, `\w+`)*(?: or `\w+`)?)")


def _words(claim: Claim) -> tuple[str, ...]:
    return tuple((claim.detail or "").partition("|")[0].split())


@source_claim("ways", wants="begun", subjects=_words)
def ways(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """So many methods, of a package or of all, send these selectors and no others that begin with the words; the most frequent first."""
    package = (claim.detail or "").partition("|")[2]
    told = _BEGIN.search(sample.answer)
    if told is None or tuple(re.findall(r"\w+", told[1].replace(" or ", " "))) != _words(claim):
        return "the answer does not say which words the messages begin with"
    found = _found(claim, package, oracle)
    ordered = sorted(found, key=lambda selector: (-len(found[selector]), selector))
    if (
        claim.count != len(ordered)
        or list(claim.names) != ordered[:_MOST]
        or [len(found[s]) for s in ordered[:_MOST]] != list(claim.numbers)
    ):
        return f"the sources have {', '.join(ordered[:_MOST])}"
    if [found[selector][0].place.where for selector in claim.names] != list(claim.places):
        return "the places are not the first ones"
    return _said(sample, claim, found, package)


def _found(claim: Claim, package: str, oracle: Oracle) -> dict[str, list[Begun]]:
    """Answer the methods that send each selector."""
    seen = [begun for word in _words(claim) for begun in oracle.evidence.seen("begun", word)]
    everywhere: dict[str, list[Begun]] = {}
    for begun in seen:
        everywhere.setdefault(begun.selector, []).append(begun)
    if not package:
        return everywhere
    inside = {s: [begun for begun in of_it if _package(begun.class_name, oracle) == package] for s, of_it in everywhere.items()}
    return {selector: of_it for selector, of_it in inside.items() if of_it}


def _package(class_name: str, oracle: Oracle) -> str | None:
    """Answer the category of the one class of a short name."""
    paths = oracle.classes.paths(oracle.path_of(class_name)[-1])
    facts = [fact for path in paths for fact in oracle.classes.facts(path) if not fact.definition.stub]
    return facts[0].definition.category if len(facts) == 1 else None


def _said(sample: Sample, claim: Claim, found: dict[str, list[Begun]], package: str) -> str | None:
    methods = {(begun.place.name, begun.place.where) for of_it in found.values() for begun in of_it}
    where = f" of '{package}' in the indexed code" if package else " of the indexed code"
    often = claim.numbers[0]
    if not sample.answer.lower().startswith(f"{counted(len(methods), 'method')}{where} ".lower()):
        return f"the answer does not say that {len(methods)} methods do it"
    if len(found) == 1:
        return None if f"it is always `#{claim.names[0]}`" in sample.answer else "there is but one way"
    if often == len(methods):
        all_said = f" All of them send `#{claim.names[0]}`." in sample.answer
        return _listed(sample, claim) if all_said else f"the answer does not say that all send #{claim.names[0]}"
    usual = "Mostly it is" if 2 * often > len(methods) else "There is no one way; most often it is"
    if f"{usual} `#{claim.names[0]}`, in {number(often)} of them." not in sample.answer:
        return f"the answer does not say that {often} send #{claim.names[0]}"
    return _listed(sample, claim)


def _listed(sample: Sample, claim: Claim) -> str | None:
    lines = [line for line in sample.answer.split("\n") if line.startswith("- `")]
    wanted = [f"- `#{s}` in {counted(n, 'method')}, first in `" for s, n in zip(claim.names, claim.numbers, strict=True)]
    if len(lines) != len(wanted) or any(not line.startswith(begin) for line, begin in zip(lines, wanted, strict=True)):
        return "the answer lists others"
    missing = [at for line, at in zip(lines, claim.places, strict=True) if not line.endswith(f"({at})")]
    return f"the answer does not name the place {missing[0]}" if missing else None
