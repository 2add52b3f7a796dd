"""Claims about a class definition: the text has exactly this fault, and without it it defines the class of the sources."""

from __future__ import annotations

from datagen.claims import issues_said, source_claim, text_claim
from datagen.claims.scope import stated_names
from datagen.classfacts import path_of
from datagen.definitions import definition_in, judged_definition
from datagen.judging import StatedNames
from datagen.mutations import undone
from datagen.oracle import Oracle
from datagen.phrase import code_in
from datagen.sample import Claim, Sample
from stparse.chunk import ClassDef
from stparse.index.model import IndexedClass
from stparse.parser import DEFAULT_DIALECT

_FIELDS = ("superclass", "instance_variables", "class_variables", "class_instance_variables", "pools", "category")


@text_claim("definition fault")
def definition_fault(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The definition shows exactly the claimed code at the claimed place, without the edit nothing, and the answer says what it is."""
    text, names, fault = (code_in(sample.prompt.text) or ("",))[0], stated_names(sample) or StatedNames({}), sample.fault
    found = judged_definition(text, dialect, names)
    if [(issue.code, issue.span.start) for issue in found] != [(claim.code, claim.span and claim.span[0])]:
        return f"it should give {claim.code} at {claim.span}, and gives {issues_said(found)}"
    original = undone(text, fault.span[0], fault.was, fault.now) if fault is not None else ""
    if text != sample.rejected or original != sample.chosen or code_in(sample.answer) != (original,):
        return "without the edit the text is not the answer"
    before = judged_definition(original, dialect, names)
    if before:
        return f"the original is not clean: {issues_said(before)}"
    said = sample.answer.split("\n", 1)[0]
    missing = [name for name in (f"({claim.code})", found[0].message, *claim.names) if name.lower() not in said.lower()]
    return f"the answer does not say {missing[0]}" if missing else None


@source_claim("definition")
def definition(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """What the answer defines is what the sources define."""
    source = sample.sources[0]
    said = definition_in(sample.chosen or "", oracle.dialects.get(source.file, DEFAULT_DIALECT))
    facts = oracle.classes.facts(oracle.path_of(source.class_name))
    if said is None or len(facts) != 1 or path_of(said.name)[-1] != facts[0].path[-1]:
        return "it is not the definition of one class"
    return difference(said, facts[0].definition)


def difference(said: ClassDef, known: IndexedClass) -> str | None:
    """Answer what a definition says otherwise than the sources, or None."""
    wrong = [name for name in _FIELDS if (getattr(said, name) or None) != (getattr(known, name) or None)]
    return f"its {wrong[0]} is not that of the sources" if wrong else None
