"""The claim of what a prompt says of the class around a method: its superclass and its variables, all of them where no others are named."""

from __future__ import annotations

import re

from datagen.claims import source_claim
from datagen.classfacts import short_of
from datagen.oracle import Oracle
from datagen.sample import Claim, Sample

_SENTENCE = re.compile(r"^(\S+) is a (?:subclass of (\S+?)|root class)(?: with (the .+))?\.$", re.MULTILINE)
_LIST = re.compile(r"the (instance|class|class-instance) variables? (.+?)(?:, and (?=the )|$)")
_KINDS = {"instance": "instance_variables", "class": "class_variables", "class-instance": "class_instance_variables"}


@source_claim("context")
def context(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """The prompt names the superclass of the definitions, and of the variables in sight these, and no others where it says so."""
    found = _SENTENCE.search(sample.prompt.text)
    source = sample.sources[0]
    path = oracle.path_of(source.class_name.removesuffix(" class"))
    if found is None or short_of(found[1]) != path[-1]:
        return "the prompt does not say what class it is"
    above = oracle.classes.superclass_name(path)
    if short_of(above or "") != short_of(found[2] or ""):
        return f"its superclass is {above}"
    wanted = ("class-instance", "class") if source.class_name.endswith(" class") else ("instance", "class")
    said = {kind: re.split(r", | and ", names) for kind, names in _LIST.findall(found[3] or "")}
    for kind in (*wanted, *(kind for kind in said if kind not in wanted)):
        wrong = _wrong(said.get(kind, []), _declared(kind, path, oracle) if kind in wanted else set())
        if wrong:
            return wrong
    return None if list(claim.names) == [name for names in said.values() for name in names] else "the prompt names other variables"


def _declared(kind: str, path: tuple[str, ...], oracle: Oracle) -> set[str]:
    owners = (path, *oracle.classes.chain(path))
    return {name for owner in owners for fact in oracle.classes.facts(owner) for name in getattr(fact.definition, _KINDS[kind])}


def _wrong(said: list[str], declared: set[str]) -> str | None:
    """Answer the complaint that names are not all of those that are declared, or with "others" not some of them; or None."""
    cut = said[-1:] == ["others"] and "others" not in declared
    names = set(said[:-1]) if cut else set(said)
    if names - declared:
        return f"the class has no variable {min(names - declared)}"
    left = declared - names
    return None if bool(left) == cut else f"it says nothing of {min(left)}" if left else "there are no others"
