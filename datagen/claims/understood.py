"""The claim of who implements the messages of a method, which a fault of messages rests on: stated one by one, proved from the sources.

Who implements a selector comes from the scan, what the base implements from the base facts, the superclasses from the class
definitions, linked anew. What the claim calls unknown needs no proof, since no fault can be made of it.
"""

from __future__ import annotations

from checker.base import BaseFacts
from checker.messages import BEHAVIOURS, Known
from datagen.claims import source_claim
from datagen.judging import StatedMessages, base_of
from datagen.oracle import Oracle
from datagen.sample import Claim, Sample
from stparse.parser import DEFAULT_DIALECT

_KNOWN = {known.value: known for known in Known}
_SUPER = "super "


def stated_messages(sample: Sample) -> StatedMessages | None:
    """Answer the messages as a sample's claim states them, None where it has none."""
    claim = next((claim for claim in sample.claims if claim.kind == "understood"), None)
    if claim is None:
        return None
    known = {name: _KNOWN.get(said, Known.UNKNOWN) for name, said in zip(claim.names, claim.places, strict=True)}
    return StatedMessages(known, sample.sources[0].class_name.endswith(" class"))


def _selectors(claim: Claim) -> tuple[str, ...]:
    return tuple(name.removeprefix(_SUPER) for name in claim.names)


@source_claim("understood", wants="owned", subjects=_selectors)
def understood(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """Each selector is implemented by whom the claim says."""
    source = sample.sources[0]
    if len(claim.names) != claim.count:
        return "not as many messages as are claimed"
    base = base_of(oracle.dialects.get(source.file, DEFAULT_DIALECT)) or BaseFacts("", "")
    proofs = _Proofs(oracle, base, source.class_name.removesuffix(" class"), meta=source.class_name.endswith(" class"))
    for name, said in zip(claim.names, claim.places, strict=True):
        known = _KNOWN.get(said)
        holds = proofs.inherited if name.startswith(_SUPER) else proofs.implemented
        if known is None or not holds(name.removeprefix(_SUPER), known):
            return f"the sources do not show that {name} is: {said}"
    return None


class _Proofs:
    """Who implements what, around a method of one side of one class."""

    def __init__(self, oracle: Oracle, base: BaseFacts, class_name: str, *, meta: bool) -> None:
        self._oracle, self._base, self._meta = oracle, base, meta
        self._path = oracle.path_of(class_name)
        self._chain = oracle.classes.chain(self._path)

    def _owners(self, selector: str) -> set[tuple[str, bool]]:
        return self._oracle.evidence.owned.get(selector, set())

    def implemented(self, selector: str, known: Known) -> bool:
        owners = self._owners(selector)
        if known is Known.SOMEBODY:
            return bool(owners) or selector in self._base.selectors
        if known is Known.NOBODY:
            return not owners and selector not in self._base.selectors and self._base.complete
        if known in (Known.INSTANCES, Known.CLASSES):
            only = {meta for _, meta in owners} == {known is Known.CLASSES}
            anybody = any(name in BEHAVIOURS or self._is_trait(name) for name, _ in owners)
            return only and not anybody and selector not in self._base.selectors and self._base.complete
        return True

    def inherited(self, selector: str, known: Known) -> bool:
        above = {path[-1] for path in self._chain}
        metaclass = {name for name, meta in self._owners(selector) if self._meta and name in BEHAVIOURS and not meta}
        found = metaclass or {name for name, meta in self._owners(selector) if meta is self._meta and name in above}
        if known is Known.NOBODY:
            ends = self._oracle.classes.superclass_name(self._chain[-1] if self._chain else self._path) is None
            return not found and (ends or (self._base.complete and selector not in self._base.selectors)) and not self._uses_traits
        return bool(found) if known is Known.SOMEBODY else True

    @property
    def _uses_traits(self) -> bool:
        facts = (fact for path in (self._path, *self._chain) for fact in self._oracle.classes.facts(path))
        return any(fact.definition.traits or fact.definition.trait for fact in facts)

    def _is_trait(self, name: str) -> bool:
        return any(fact.definition.trait for path in self._oracle.classes.paths(name) for fact in self._oracle.classes.facts(path))
