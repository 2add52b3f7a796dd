"""How answers speak of the direct subclasses of a class and of what they have in common, and what they claim of it."""

from __future__ import annotations

from collections import Counter

from datagen.answers import cited
from datagen.family import Family, Shared, definition_of_another, enough, usual_category
from datagen.phrase import bullets, capitalised, number, ticked
from datagen.sample import Claim
from datagen.subject import place, signature
from stparse.index.query import CodeIndex

MOST_NAMED = 12


def family_said(family: Family, name: str) -> str:
    shown = [ticked(one) for one in family.names[:MOST_NAMED]]
    left = len(family.names) - len(shown)
    names = ", ".join(shown) + (f" and {number(left)} more" if left else "")
    where = _where(family)
    return f"{ticked(name)} ({place(family.head.definitions[0])}) has {family.said} in the indexed code: {names}.{where}"


def _where(family: Family) -> str:
    category, often = usual_category(family)
    if category is not None:
        return f" {capitalised(_of(often, len(family.siblings)))} are in the category '{category}'."
    several = {one.category for one in family.siblings if one.category}
    return f" They are in {number(len(several))} categories, none of which has most of them." if len(several) > 1 else ""


def members_said(index: CodeIndex, family: Family, shared: list[Shared]) -> str:
    n = len(family.siblings)
    declared = Counter(name for one in family.siblings for name in one.instance_variables)
    variables = definition_of_another(family).instance_variables
    fields = "".join(f"{capitalised(_of(declared[name], n))} declare {ticked(name)} themselves. " for name in variables)
    most = "all of them, or all but one," if enough(n) == n - 1 else f"at least {number(enough(n))} of them"
    if not shared:
        return f"{fields}No selector is defined by {most.rstrip(',')}: beyond the definition they have nothing in common."
    lines = bullets([_line(index, one, n) for one in shared], len(shared))
    left = ", and what is left to them" if any(one.demanded is not None for one in shared) else ""
    return f"{fields}What {most} define themselves{left}:\n{lines}"


def _line(index: CodeIndex, one: Shared, n: int) -> str:
    side = " on the class side" if one.meta else ""
    protocol = f", protocol '{one.example.protocol}'" if one.example.protocol else ""
    by = f", by {_of(one.count, n)}, for example {cited(index, one.example)}" if one.count else ", by none of them yet"
    demanded = f"; {cited(index, one.demanded)} leaves it to the subclasses" if one.demanded is not None else ""
    return f"{ticked(signature(one.example))}{side}{protocol}{by}{demanded}"


def _of(count: int, n: int) -> str:
    return f"all {number(n)}" if count == n else f"{number(count)} of the {number(n)}"


def family_claims(family: Family, name: str, shared: list[Shared]) -> list[Claim]:
    """Answer the claims that these are the siblings, that these selectors are common to them, and that these are left to them."""
    members = tuple(f"{'class>>' if one.meta else ''}{one.selector}" for one in shared)
    demanded = tuple(member for member, one in zip(members, shared, strict=True) if one.demanded is not None)
    return [
        Claim("siblings", name, family.names[:MOST_NAMED], count=len(family.siblings)),
        Claim(
            "common members",
            name,
            members,
            tuple(place(one.example) for one in shared),
            tuple(one.count for one in shared),
            len(shared),
            detail=" ".join(family.names),
        ),
        Claim("left to subclasses", name, demanded, count=len(demanded), detail=" ".join(family.above)),
    ]
