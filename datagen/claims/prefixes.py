"""The claim that the names of the classes in a family of categories begin alike, and that the one that is shown does not."""

from __future__ import annotations

from datagen.claims import source_claim
from datagen.claims.habits import is_usual
from datagen.classfacts import ClassFact, short_of
from datagen.definitions import definition_in, judged_definition
from datagen.judging import StatedNames, base_of
from datagen.mutations import undone
from datagen.oracle import Oracle
from datagen.phrase import code_in, number
from datagen.sample import Claim, Sample
from stparse.parser import DEFAULT_DIALECT


@source_claim("prefix")
def prefix(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """So many of the other classes of the family begin so, these three among them; what is shown is a free name that does not."""
    family, begin, here = (claim.detail or "||").split("|")
    dialect = oracle.dialects.get(sample.sources[0].file, DEFAULT_DIALECT)
    known = oracle.path_of(sample.sources[0].class_name)
    members = {one.path: one for one in oracle.classes.all_facts() if not one.definition.stub and _is_of(one, family)}
    if known not in members or not _has(known[-1], begin):
        return "the class is none of the family, or its name has no such prefix"
    others = [one for path, one in members.items() if path != known]
    having = [one for one in others if _has(one.path[-1], begin)]
    if claim.numbers != (len(having), len(others)) or not is_usual(len(having) + 1, len(others) + 1):
        return f"the sources say {len(having)} of {len(others)}"
    places = {(one.path[-1], f"{one.definition.file}:{one.definition.line}") for one in having}
    if len(claim.names) != claim.count or not places.issuperset(zip(claim.names, claim.places, strict=True)):
        return "an example is none"
    return _is_shown(sample, claim, here, begin, dialect, oracle) or _is_said(sample, claim, family, here, begin)


def _is_of(fact: ClassFact, family: str) -> bool:
    category = fact.definition.category or ""
    return category == family or category.startswith(f"{family}-")


def _has(name: str, begin: str) -> bool:
    rest = name.removeprefix(begin)
    return bool(begin) and rest not in ("", name) and not rest[0].islower()


def _is_shown(sample: Sample, claim: Claim, here: str, begin: str, dialect: str, oracle: Oracle) -> str | None:
    """Answer what is wrong with the text that the question shows."""
    text, fault = (code_in(sample.prompt.text) or ("",))[0], sample.fault
    original = undone(text, fault.span[0], fault.was, fault.now) if fault is not None else ""
    if text != sample.rejected or original != sample.chosen or code_in(sample.answer) != (original,):
        return "without the edit the text is not the answer"
    said = definition_in(text, dialect)
    if said is None or short_of(said.name) != here or _has(here, begin) or judged_definition(text, dialect, StatedNames({})):
        return "the text is no definition of a class of that name"
    if claim.span is None or fault is None or claim.span[0] != fault.span[0] or fault.code != claim.code:
        return "the fault is at another place"
    base = base_of(dialect)
    taken = oracle.classes.paths(here) or (base is not None and base.class_named(here) is not None)
    return f"there is a class {here}" if taken else None


def _is_said(sample: Sample, claim: Claim, family: str, here: str, begin: str) -> str | None:
    having, total = claim.numbers
    first = sample.answer.split("\n", 1)[0]
    how_many = f"all {number(total)} other classes" if having == total else f"{number(having)} of the {number(total)} others"
    wanted = [
        f"begins with the prefix `{begin}` ({claim.code})",
        f"{how_many} there in the indexed code",
        f"here it is `{here}`",
        f"'{family}",
    ]
    wanted += [f"`{name}` ({where})" for name, where in zip(claim.names, claim.places, strict=True)]
    missing = [one for one in wanted if one not in first]
    return f"the answer does not say {missing[0]}" if missing else None
