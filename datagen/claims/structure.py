"""Claims about classes as wholes: which others they name and are named by, how large they are."""

from __future__ import annotations

import re
from collections import Counter

from datagen.claims import source_claim
from datagen.claims.methods import part_with
from datagen.classfacts import short_of
from datagen.looks.sizes import Size
from datagen.oracle import Oracle, short_method
from datagen.phrase import MOST_SHOWN, counted, number
from datagen.sample import Claim, Sample

_LINE = re.compile(r"^- `([^`]+)`, in (.+)$", re.MULTILINE)


@source_claim("collaborators", wants="named")
@source_claim("clients", wants="named")
def mentions(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """The methods of the class name these other classes, or those of these other classes name it, each so often."""
    found: Counter[str] = Counter()
    outward = claim.kind == "collaborators"
    for mention in oracle.evidence.seen("named", claim.about):
        if mention.by != mention.name and (mention.by if outward else mention.name) == claim.about:
            found[mention.name if outward else mention.by] += mention.times
    if outward:
        found = Counter({name: n for name, n in found.items() if any(map(oracle.is_defined, oracle.classes.paths(name)))})
    expected = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    if claim.count != len(expected) or list(zip(claim.names, claim.numbers, strict=True)) != expected[:MOST_SHOWN]:
        return f"the sources say {', '.join(f'{name} {n}' for name, n in expected) or 'none'}"
    if not expected:
        return (
            None if re.search(r"\bno (?:method of another|other) class\b", sample.answer, re.IGNORECASE) else "the answer does not say none"
        )
    part = part_with(sample, " of the indexed code" if outward else f"`{claim.about}` there")
    said = [(name, times) for name, times in _LINE.findall(part)]
    if said != [(name, counted(n, "place")) for name, n in expected[:MOST_SHOWN]]:
        return "the answer lists others"
    left = len(expected) - MOST_SHOWN
    return "the answer does not say how many more there are" if left > 0 and f"- and {left:,} more" not in part else None


@source_claim("kin")
def kin(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """The class has this superclass, and so many direct subclasses in the code base."""
    path = oracle.path_of(claim.about)
    above = oracle.classes.superclass_name(path)
    below = sum(map(oracle.is_defined, oracle.classes.below(path)))
    if claim.names != ((short_of(above),) if above else ()) or claim.count != below:
        return f"the superclass is {above}, and {below} inherit from it"
    said = f", a subclass of `{claim.names[0]}`," if claim.names else ", a root class,"
    heirs = re.search(r"^([\w,]+) class(?:es)? inherits? from it directly\.$", sample.answer, re.MULTILINE)
    counts = heirs is not None and heirs[1].lower() == number(below)
    return None if said in sample.answer and counts == bool(below) else "the answer does not say so"


@source_claim("size", wants="sizes")
def size(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """The class has so many instance and class methods with so many lines, and so many superclasses in the code base."""
    found = _sizes(claim.about, oracle)
    path = oracle.path_of(claim.about)
    meta = sum(one.meta for one in found)
    depth = sum(map(oracle.is_defined, oracle.classes.chain(path)))
    numbers = (len(found) - meta, meta, sum(one.lines for one in found), depth)
    if claim.numbers != numbers or claim.count != len(found):
        return f"the sources say {numbers}"
    said = [counted(meta, "class method")] * bool(meta) + [counted(len(found) - meta, "instance method")] * (len(found) > meta)
    above = {0: "no superclass is", 1: "one superclass is"}.get(depth, f"{counted(depth, 'superclass')} are")
    said += [f" with {counted(numbers[2], 'line')} in ", f" where {above} above it."]
    missing = [words for words in said if words not in sample.answer]
    return f"the answer does not say {missing[0].strip()}" if missing else None


@source_claim("longest", wants="sizes")
@source_claim("branches", wants="sizes")
def extreme(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """This is the first of the longest methods of the class, or of those that branch most."""
    found = _sizes(claim.about, oracle)
    numbers = [one.lines if claim.kind == "longest" else one.branches for one in found]
    most = max(numbers, default=0)
    if claim.kind == "branches" and most == 0:
        return None if not claim.names and "None of its methods branches" in sample.answer else "no method branches"
    first, ties = found[numbers.index(most)].place, numbers.count(most)
    named = [(short_method(name), place) for name, place in zip(claim.names, claim.places, strict=True)]
    if (claim.numbers, claim.count, named) != ((most,), ties, [(short_method(first.name), first.where)]):
        return f"it is {first.name} with {most}, the first of {ties}"
    if (("is longer than" if claim.kind == "longest" else "None has more") in sample.answer) != (ties > 1):
        return f"the answer does not say that it is one of {ties}"
    longest = [other.names for other in sample.claims if other.kind == "longest"]
    if claim.kind == "branches" and any(it in sample.answer for it in (". It ", " than it: ")) != (claim.names in longest):
        return "the answer tells wrongly whether it is the longest"
    said = (
        counted(most, "line") if claim.kind == "longest" else f": {number(most)}, which is a cyclomatic complexity of {number(most + 1)}."
    )
    return None if said in sample.answer and f"`{claim.names[0]}` ({claim.places[0]})" in sample.answer else "the answer does not say so"


def _sizes(name: str, oracle: Oracle) -> list[Size]:
    """Answer the methods of a class; of one that is defined twice, the first."""
    found: dict[tuple[bool, str], Size] = {}
    for one in oracle.evidence.seen("sizes", name):
        found.setdefault((one.meta, one.place.name.partition(">>")[2]), one)
    return list(found.values())


def _members(claim: Claim) -> tuple[str, ...]:
    return tuple((claim.detail or "").split())


@source_claim("largest class", wants="sizes", subjects=_members)
def largest_class(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """Of the classes of the category, so many, this one alone has most methods; they have so many lines."""
    facts = {fact.path[-1]: fact.definition for fact in reversed(oracle.classes.in_category(claim.about))}
    if sorted(facts) != list(_members(claim)) or claim.count != len(facts):
        return f"the category has {len(facts)} classes"
    sizes = {name: _sizes(name, oracle) for name in sorted(facts)}
    most = max(map(len, sizes.values()))
    name, *others = (name for name, found in sizes.items() if len(found) == most)
    if others:
        return f"{others[0]} is as large as {name}"
    numbers = most, sum(one.lines for one in sizes[name])
    if (claim.names, claim.numbers) != ((name,), numbers):
        return f"it is {name} with {numbers}"
    if claim.places != (f"{facts[name].file}:{facts[name].line}",):
        return f"{name} is in {facts[name].file}:{facts[name].line}"
    said = f"`{name}` ({claim.places[0]}) is the largest of the {number(claim.count)} classes of '{claim.about}' "
    told = f": {counted(most, 'method')} with {counted(numbers[1], 'line')}."
    return None if sample.answer.startswith(said) and told in sample.answer else "the answer does not say so"


@source_claim("longest method", wants="sizes", subjects=_members)
@source_claim("most branches", wants="sizes", subjects=_members)
def extreme_of_package(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """Of the methods of these classes this is the first of the longest ones, or of those that branch most."""
    found = [one for name in sorted(_members(claim)) for one in _sizes(name, oracle)]
    longest = claim.kind == "longest method"
    numbers = [one.lines if longest else one.branches for one in found]
    most = max(numbers, default=0)
    if most < 2 and not longest:
        return None if not claim.names and "None of the methods branches more than once." in sample.answer else "no method branches twice"
    first, ties = found[numbers.index(most)].place, numbers.count(most)
    if (claim.numbers, claim.count) != ((most,), ties) or (short_method(claim.names[0]), claim.places) != (
        short_method(first.name),
        (first.where,),
    ):
        return f"it is {first.name} with {most}, the first of {ties}"
    if (("No method is longer" if longest else "none has more") in sample.answer) != (ties > 1):
        return f"the answer does not say that it is one of {ties}"
    said = f" with {counted(most, 'line')}" if longest else f": {number(most)}."
    return None if said in sample.answer and f"`{claim.names[0]}` ({claim.places[0]})" in sample.answer else "the answer does not say so"
