"""Claims about the direct subclasses of a class: which they are, what nearly all of them define, and what one more would be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from checker.names import GivenNames
from datagen.claims import issues_said, source_claim
from datagen.claims.inheritance import line_of, tables_of, wrong_line
from datagen.classfacts import short_of
from datagen.definitions import definition_in, judged_definition
from datagen.oracle import Oracle
from datagen.phrase import code_in, counted, number
from datagen.sample import Claim, Sample
from datagen.scan import Member
from stparse.index.model import IndexedClass
from stparse.parser import DEFAULT_DIALECT

Key = tuple[bool, str]
_BASE = ("Object>>", "Object class>>", "ProtoObject>>", "ProtoObject class>>")


def _siblings(claim: Claim, oracle: Oracle) -> list[IndexedClass]:
    """Answer the definitions of the direct subclasses, by name."""
    below = sorted((path for path in oracle.classes.below(oracle.path_of(claim.about)) if oracle.is_defined(path)), key=lambda p: p[-1])
    return [fact.definition for path in below for fact in oracle.classes.facts(path) if not fact.definition.stub]


def _most(n: int) -> int:
    """Answer how many of n are nearly all: the tenth may be missing, and of few one."""
    return min(n - 1, n - n // 10)


def _so_many(count: int, n: int) -> str:
    return f"{number(count)} of the {number(n)}" if count < n else f"all {number(n)}"


@source_claim("siblings")
def siblings(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """The class has so many direct subclasses, of which the answer names the first, and the category that most are in."""
    found = _siblings(claim, oracle)
    names = [short_of(one.name) for one in found]
    if claim.count != len(found) or list(claim.names) != names[:12]:
        return f"the direct subclasses are {', '.join(names)}"
    head = sample.answer.split("\n", 1)[0]
    left = f" and {number(len(names) - 12)} more." if len(names) > 12 else "."
    said = f" has {counted(len(found), 'direct subclass')} in the indexed code: {', '.join(f'`{name}`' for name in claim.names)}{left}"
    if said not in head:
        return "the answer names others"
    category, often = Counter(one.category for one in found).most_common(1)[0]
    told = f"{_so_many(often, len(found))} are in the category '{category}'."
    usual = category is not None and often * 2 > len(found)
    return None if (told.lower() in head.lower()) == usual == ("are in the category" in head) else "most are in another category"


@source_claim("another sibling")
def another_sibling(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """The answer defines one class, new, without a fault: superclass, variables and category are those of nearly all siblings."""
    found, codes = _siblings(claim, oracle), code_in(sample.answer)
    dialect = oracle.dialects.get(found[0].file, DEFAULT_DIALECT) if found else DEFAULT_DIALECT
    said = definition_in(codes[0], dialect) if len(codes) == 1 else None
    if (
        said is None
        or claim.names != (short_of(said.name),)
        or oracle.classes.paths(claim.names[0])
        or f" #{claim.names[0]}\n" not in codes[0]
    ):
        return "the answer does not define one new class"
    issues = judged_definition(codes[0], dialect, GivenNames(classes=frozenset((said.superclass or "",))))
    if issues:
        return f"the definition is not clean: {issues_said(issues)}"
    if said.superclass not in {one.superclass for one in found} or short_of(said.superclass or "") != short_of(claim.about):
        return f"its superclass is {said.superclass}"
    declared = Counter(name for one in found for name in set(one.instance_variables))
    usual = {name for name, n in declared.items() if n >= _most(len(found))}
    told = {f"{_so_many(declared[name], len(found))} declare `{name}` themselves.".lower() for name in usual}
    if set(said.instance_variables) != usual or any(words not in sample.answer.lower() for words in told):
        return f"nearly all declare {', '.join(sorted(usual)) or 'no variable'}"
    category, often = Counter(one.category for one in found).most_common(1)[0]
    wanted = category if often * 2 > len(found) else None
    return None if (said.category or None) == wanted else f"most are in {wanted}"


@source_claim("common members", wants="classes", subjects=lambda claim: tuple((claim.detail or "").split()))
def common_members(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These selectors, and no others, nearly all siblings define, each so many; the example has the usual protocol."""
    names = [short_of(one.name) for one in _siblings(claim, oracle)]
    if (claim.detail or "").split() != names:
        return f"the direct subclasses are {' '.join(names)}"
    found = _members(names, oracle)
    claimed = [_key(name) for name in claim.names]
    missing = [key[1] for key, mine in found.items() if len(mine) >= _most(len(names)) and key not in claimed]
    if missing:
        return f"{missing[0]} is missing"
    lines = _lines(sample)
    if len(lines) != len(claimed) or claim.count != len(claimed) or bool(lines) == ("No selector is defined by " in sample.answer):
        return f"the answer has {len(lines)} selectors"
    for line, key, count, place in zip(lines, claimed, claim.numbers, claim.places, strict=True):
        mine = found.get(key, [])
        if count != len(mine):
            return f"{len(mine)} define {key[1]}"
        if mine and not (line.startswith(_line(mine, len(names))) and _usual(mine).place.where == place):
            return f"the answer does not say of {key[1]}{_line(mine, len(names))}"
        if not mine and ", by none of them yet;" not in line:
            return f"none of them defines {key[1]}"
    return None


def _key(name: str) -> Key:
    meta, selector = name.startswith("class>>"), name.removeprefix("class>>")
    return meta, selector


def _lines(sample: Sample) -> list[str]:
    return [line for line in sample.answer.split("\n") if line.startswith("- `")]


def _members(names: list[str], oracle: Oracle) -> dict[Key, list[Member]]:
    """Answer who of the siblings defines each selector, once each."""
    found: dict[Key, list[Member]] = {}
    for name in names:
        seen: set[Key] = set()
        for member in oracle.evidence.classes.get(name, ()):
            key = member.meta, member.selector
            if key not in seen:
                found.setdefault(key, []).append(member)
                seen.add(key)
    return found


def _usual(members: list[Member]) -> Member:
    """Answer the first of the methods in the protocol that most of them are in."""
    protocols = Counter(member.protocol or "" for member in members)
    most = max(protocols.values())
    usual = min(protocol for protocol, n in protocols.items() if n == most)
    return next(member for member in members if (member.protocol or "") == usual)


def _line(members: list[Member], n: int) -> str:
    one = _usual(members)
    side = " on the class side" if one.meta else ""
    protocol = f", protocol '{one.protocol}'" if one.protocol else ""
    example = f"`{one.place.name}` ({one.place.where})"
    return f"- `{one.pattern or one.selector}`{side}{protocol}, by {_so_many(len(members), n)}, for example {example}"


@source_claim("left to subclasses", wants="classes", subjects=line_of)
def left_to_subclasses(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These selectors, and no others, the class leaves to its subclasses, or one above it whose demand half of them keep.

    No other line of the answer is of fewer than nearly all.
    """
    seen: dict[Key, Member] = {}
    for table in tables_of(claim, oracle):
        seen = table | seen
    names = [short_of(one.name) for one in _siblings(claim, oracle)]
    keep = _members(names, oracle)
    wanted = {key: member for key, member in seen.items() if member.abstract and not member.place.name.startswith(_BASE)}
    wanted = {
        key: member
        for key, member in wanted.items()
        if short_of(member.class_name) == short_of(claim.about) or len(keep.get(key, ())) * 2 >= len(names)
    }
    if wanted.keys() != set(map(_key, claim.names)) or len(claim.names) != claim.count:
        return f"left to them are {', '.join(selector for _, selector in wanted) or 'none'}"
    told = [line for line in _lines(sample) if line.endswith(" leaves it to the subclasses")]
    ends = [f"; `{member.place.name}` ({member.place.where}) leaves it to the subclasses" for member in wanted.values()]
    if len(told) != len(ends) or any(not any(line.endswith(end) for line in told) for end in ends):
        return "the answer does not say what is left to the subclasses"
    members = next((other for other in sample.claims if other.kind == "common members"), None)
    few = [] if members is None else list(_of_few(members))
    return wrong_line(sample, claim, oracle) or (None if set(few) <= wanted.keys() else "a selector of few is named")


def _of_few(members: Claim) -> Iterator[Key]:
    least = _most(len((members.detail or "").split()))
    return (_key(name) for name, n in zip(members.names, members.numbers, strict=True) if n < least)
