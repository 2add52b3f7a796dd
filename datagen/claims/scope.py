"""The claim of what the names of a method mean, which a fault of names rests on: stated name by name, and proved from the sources.

The class definitions are linked anew (datagen/classfacts.py) and continued in the base facts that come with stc; how often a
name is used comes from the scan. What the claim calls unknown needs no proof, since no fault can be made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from checker.base import BaseClass, BaseFacts
from checker.names import Meaning
from datagen.claims import source_claim
from datagen.classfacts import path_of, short_of
from datagen.judging import StatedNames, base_of
from datagen.oracle import Oracle
from datagen.sample import Claim, Sample
from stparse.index.model import IndexedClass
from stparse.parser import DEFAULT_DIALECT

_MEANINGS = {meaning.value: meaning for meaning in Meaning}


def stated_names(sample: Sample) -> StatedNames | None:
    """Answer the names as a sample's claim of scope states them, None where it has none."""
    claim = next((claim for claim in sample.claims if claim.kind == "scope"), None)
    if claim is None:
        return None
    return StatedNames({n: _MEANINGS.get(m, Meaning.UNKNOWN) for n, m in zip(claim.names, claim.places, strict=True)})


def _capitalised(claim: Claim) -> tuple[str, ...]:
    return tuple(short_of(name) for name in claim.names if name[:1].isupper())


@source_claim("scope", wants="globals", subjects=_capitalised)
def scope(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """Each name means what the claim says, where the method stands, or above the class."""
    source = sample.sources[0]
    if len(claim.names) != claim.count:
        return "not as many names as are claimed"
    sight = _Sight(oracle, oracle.dialects.get(source.file, DEFAULT_DIALECT))
    name = source.class_name.removesuffix(" class")
    # A definition is judged by what is above the class.
    start = oracle.classes.superclass_name(oracle.path_of(name)) if claim.detail == "above" else name
    if start is not None:
        sight.look_from(start, meta=source.class_name.endswith(" class"))
    for name, said in zip(claim.names, claim.places, strict=True):
        meaning = _MEANINGS.get(said)
        if meaning is None or not sight.proofs[meaning](name):
            return f"the sources do not show that {name} is: {said}"
    return None


@dataclass(frozen=True, slots=True)
class _Declared:
    """What one class declares, be it of the code base or of the base."""

    instance: tuple[str, ...]
    class_instance: tuple[str, ...]
    shared: tuple[str, ...]
    pools: tuple[str, ...]


class _Sight:
    """What a method of one class sees."""

    def __init__(self, oracle: Oracle, dialect: str) -> None:
        self._oracle = oracle
        self._base: BaseFacts = base_of(dialect) or BaseFacts(dialect, "")
        self._instance: set[str] = set()
        self._shared: set[str] = set()
        self._pools: set[str] = set()
        self._whole = True
        self.proofs: dict[Meaning, Callable[[str], bool]] = {
            Meaning.INSTANCE: lambda name: name in self._instance,
            Meaning.SHARED: lambda name: name in self._shared or name in self._pools,
            Meaning.CLASS: self._is_class,
            Meaning.GLOBAL: lambda name: name in self._pools or self._is_global(name),
            Meaning.UNDECLARED: self._is_undeclared,
            Meaning.UNKNOWN: lambda name: True,
        }

    def look_from(self, class_name: str, *, meta: bool) -> None:
        """Gather the variables of a class and of all above it, and whether that is all that there is."""
        self._whole = self._climb(class_name, meta=meta)
        if meta:
            # The metaclass of a root inherits from Class.
            self._whole = self._climb("Class", meta=False) and self._whole

    def _climb(self, class_name: str, *, meta: bool) -> bool:
        top: str | None = class_name
        path = self._oracle.path_of(class_name)
        if self._oracle.classes.facts(path):
            chain = [path, *self._oracle.classes.chain(path)]
            for link in chain:
                for fact in self._oracle.classes.facts(link):
                    self._enter(_declared(fact.definition), meta=meta)
                    for trait in fact.definition.traits:
                        self._enter_class(trait, meta=meta)
                for length in range(1, len(link)):
                    self._enter_pool(".".join(link[:length]))
            top = self._oracle.classes.superclass_name(chain[-1])
        return top is None or self._climb_base(top, meta=meta)

    def _climb_base(self, class_name: str, *, meta: bool) -> bool:
        known = self._base.class_named(class_name)
        whole = known is not None
        for step in _chain(self._base, known):
            self._enter(_Declared(step.instance, step.class_instance, step.shared, step.pools), meta=meta)
            whole = whole and not step.partial and (not step.superclass or self._base.class_named(step.superclass) is not None)
        return whole

    def _enter(self, declared: _Declared, *, meta: bool) -> None:
        self._instance.update(declared.class_instance if meta else declared.instance)
        self._shared.update(declared.shared)
        for pool in declared.pools:
            self._enter_pool(pool)

    def _enter_class(self, name: str, *, meta: bool) -> None:
        for fact in self._oracle.classes.facts(self._oracle.path_of(name)):
            self._enter(_declared(fact.definition), meta=meta)

    def _enter_pool(self, name: str) -> None:
        """A pool, or a class around the class, lends its shared variables."""
        if name in self._pools:
            return
        self._pools.add(name)
        for fact in self._oracle.classes.facts(self._oracle.path_of(name)):
            self._shared.update(fact.definition.class_variables)
            for inner in fact.definition.pools:
                self._enter_pool(inner)
        for step in _chain(self._base, self._base.class_named(name)):
            self._shared.update(step.shared)

    # How each meaning is proved

    def _is_class(self, name: str) -> bool:
        wanted = path_of(name)
        found = self._oracle.classes.paths(wanted[-1])
        fits = any(p[-len(wanted) :] == wanted or wanted[-len(p) :] == p for p in found)
        return fits or self._base.class_named(name) is not None

    def _is_global(self, name: str) -> bool:
        used = self._oracle.evidence.globals.get(short_of(name))
        often = used is not None and sum(used.numbers) > 1
        return often or self._base.knows(name) or ".".join(path_of(name)) in self._oracle.globals or self._is_variable_of_class(name)

    def _is_variable_of_class(self, name: str) -> bool:
        *owner, last = path_of(name)
        facts = self._oracle.classes.facts(self._oracle.path_of(".".join(owner))) if owner else []
        return any(last in fact.definition.class_variables for fact in facts)

    def _is_undeclared(self, name: str) -> bool:
        if name in self._instance or name in self._shared or name in self._pools or name in self._oracle.globals:
            return False
        if not name[:1].isupper():
            return self._whole and name not in self._base.globals
        return not self._is_class(name) and not self._is_global(name) and (self._base.complete or "." in name)


def _declared(definition: IndexedClass) -> _Declared:
    shared = definition.class_variables
    pools = (*definition.pools, *definition.imports)
    return _Declared(definition.instance_variables, definition.class_instance_variables, shared, pools)


def _chain(base: BaseFacts, known: BaseClass | None) -> Iterator[BaseClass]:
    """Yield a base class and those above it."""
    seen: set[str] = set()
    while known is not None and known.name not in seen:
        seen.add(known.name)
        yield known
        known = base.class_named(known.superclass) if known.superclass else None
