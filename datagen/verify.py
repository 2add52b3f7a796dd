"""The oracle: every claim of a sample is proved from the text of the sample and from a scan of the sources.

Nothing here calls a generator, or a query that a generator uses. How each kind of claim is proved is in datagen/claims.
"""

from __future__ import annotations

import re

from datagen.claims import CLAIMS
from datagen.classfacts import short_of
from datagen.oracle import Oracle, short_method
from datagen.sample import Claim, Sample
from datagen.scan import Wanted
from stparse.parser import DEFAULT_DIALECT

_GATHERED = (
    "implemented",
    "sent",
    "symbols",
    "globals",
    "variables",
    "classes",
    "members",
    "to_self",
    "tested",
    "texts",
    "owned",
)

# Claims that prove which class a description means, or which messages do what is asked; the others of the sample are about these.
_LEADING = ("nearest", "nearest package", "ways")


class WantedCollector:
    """Gathers what a scan must look for, sample by sample."""

    def __init__(self) -> None:
        self._names: dict[str, set[str]] = {name: set() for name in _GATHERED}
        self._looked: dict[str, set[str]] = {}
        self._quoted: set[tuple[str, int]] = set()

    def add(self, sample: Sample) -> None:
        self._quoted.update((source.file, source.span[0]) for source in sample.sources if source.selector is not None)
        for claim in sample.claims:
            if claim.kind not in CLAIMS:
                continue
            check = CLAIMS[claim.kind]
            if check.wants is not None:
                self._wanted_of(check.wants).update(check.subjects(claim))

    def _wanted_of(self, wants: str) -> set[str]:
        return self._names[wants] if wants in self._names else self._looked.setdefault(wants, set())

    def join(self, wanted: Wanted) -> None:
        """Take in what another collector has gathered."""
        for name, found in self._names.items():
            found.update(getattr(wanted, name))
        for name, keys in wanted.looked.items():
            self._looked.setdefault(name, set()).update(keys)
        self._quoted |= wanted.quoted

    def wanted(self) -> Wanted:
        names: dict[str, frozenset[str]] = {name: frozenset(found) for name, found in self._names.items()}
        looked = {name: frozenset(self._looked[name]) for name in sorted(self._looked)}
        return Wanted(**names, quoted=frozenset(self._quoted), looked=looked)


def failures(sample: Sample, oracle: Oracle) -> list[str]:
    """Answer why a sample is not what it claims to be; nothing if every claim holds."""
    return [*local_failures(sample, oracle.dialects), *global_failures(sample, oracle)]


def local_failures(sample: Sample, dialects: dict[str, str]) -> list[str]:
    """Answer the failures that the sample shows by itself."""
    dialect = dialects.get(sample.sources[0].file, DEFAULT_DIALECT) if sample.sources else DEFAULT_DIALECT
    reasons = []
    for claim in sample.claims:
        prove = CLAIMS[claim.kind].text if claim.kind in CLAIMS else None
        reason = prove(sample, claim, dialect) if prove is not None else None
        if reason:
            reasons.append(f"{claim.kind}: {reason}")
    return reasons


def global_failures(sample: Sample, oracle: Oracle) -> list[str]:
    """Answer the failures that only the sources can show."""
    reasons = [f"source: {reason}" for source in sample.sources if (reason := oracle.against(source))]
    if not sample.claims or not sample.sources:
        reasons.append("it claims nothing, or has no source")
    for claim in sample.claims:
        if claim.kind not in CLAIMS:
            reasons.append(f"nobody can check a claim {claim.kind!r}")
            continue
        if not _is_about(sample, claim):
            reasons.append(f"{claim.kind}: the sample is not about {claim.about}")
        prove = CLAIMS[claim.kind].sources
        reason = prove(sample, claim, oracle) if prove is not None else None
        if reason:
            reasons.append(f"{claim.kind}: {reason}")
    return reasons


def _is_about(sample: Sample, claim: Claim) -> bool:
    """A claim is about what the question names, about the method that the sample quotes, or about what is shown to be meant."""
    if not sample.kind.startswith("qa."):
        source = sample.sources[0] if sample.sources else None
        if source is not None and source.selector is None:
            return short_of(claim.about) == short_of(source.class_name)
        return source is not None and short_method(claim.about) == short_method(f"{source.class_name}>>{source.selector}")
    if any(found.kind in _LEADING and claim.about in found.names for found in sample.claims):
        return True
    wanted = claim.about.rsplit(".", 1) if claim.kind in ("readers", "writers") else claim.about.split(" ")
    # A name ends where the punctuation of the sentence begins; selectors may be nothing but punctuation themselves.
    return all(re.search(rf"(?<![\w.]){re.escape(name)}(?![\w:])", sample.prompt.text) for name in wanted)
