"""What one more subclass of a class must have, as its siblings have it.

What: the definition, and the selectors that the direct subclasses of a class define themselves, all or nearly all of them.
Why: who adds a class beside others copies one of them; what all of them have is the contract, written down or not.
Question: I need another right, a subclass of BpRight. What must its class have?
Answer: `BpRight` (Rights/BpRight.st:3) has five direct subclasses in the indexed code: ... One more would be defined like this: ...
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

from datagen.abstract import abstract_of
from datagen.answers import cited, method_sources, pick, question, which_one
from datagen.definitions import definition_text
from datagen.family import FEWEST, Family, Shared, definition_of_another, enough, family_of, role_of, shared_by, usual_category
from datagen.generators import generator
from datagen.phrase import MOST_SHOWN, bullets, capitalised, code_block, number, ticked
from datagen.sample import Claim, Sample
from datagen.subject import class_source, place, signature
from stparse.index.classtable import ClassGroup
from stparse.index.query import CodeIndex

KIND = "qa.class_skeleton"
ASKED = (
    "I need another {r}, a subclass of {c}. What must its class have?",
    "Give me the skeleton of one more {r} below {c}, as its siblings have it.",
    "How is another {r} written here? It inherits from {c}; what do the others define?",
    "I am adding one more {r} as a subclass of {c}. What do its siblings have that mine needs too?",
    "Sketch the class of another {r}, a direct subclass of {c}, the way the others are made.",
)
MOST_NAMED = 12


@generator(KIND, over="classes", rare=True)
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask what one more subclass of a class must have, where it has at least four."""
    family = family_of(index, name)
    if family is None:
        if any(len(index.class_table.subclasses_of(one.name)) >= FEWEST for one in _called(index, name)):
            yield which_one(KIND, pick(random, ASKED, c=name, r="class"), index, name)
        return
    new, role, told = role_of(family)
    definition = definition_of_another(family)
    text = definition_text(definition, family.siblings[0].dialect)
    shared = shared_by(index, family, abstract_of(index, [name, *family.above]))
    if text is None or index.class_table.named(new) or len(shared) > MOST_SHOWN or not (shared or told):
        return
    answer = "\n\n".join((_head(family, name), code_block(text), _members(index, family, shared)))
    sources = [class_source(family.head.definitions[0]), *map(class_source, family.siblings[:MOST_NAMED])]
    sources += method_sources([one.example for one in shared])
    traits = [] if shared else ["none"]
    yield question(KIND, pick(random, ASKED, c=name, r=role), answer, _claims(family, name, new, shared), sources, index, traits)


def _called(index: CodeIndex, name: str) -> tuple[ClassGroup, ...]:
    """Answer the classes of a name, where there are several."""
    found = index.class_table.named(name)
    return found if len(found) > 1 else ()


def _head(family: Family, name: str) -> str:
    shown = [ticked(one) for one in family.names[:MOST_NAMED]]
    left = len(family.names) - len(shown)
    names = ", ".join(shown) + (f" and {number(left)} more" if left else "")
    where = _where(family)
    return (
        f"{ticked(name)} ({place(family.head.definitions[0])}) has {family.said} in the indexed code: {names}.{where} "
        "One more would be defined like this:"
    )


def _where(family: Family) -> str:
    category, often = usual_category(family)
    if category is not None:
        return f" {capitalised(_of(often, len(family.siblings)))} are in the category '{category}'."
    several = {one.category for one in family.siblings if one.category}
    return f" They are in {number(len(several))} categories, none of which has most of them: choose its own." if len(several) > 1 else ""


def _members(index: CodeIndex, family: Family, shared: list[Shared]) -> str:
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


def _claims(family: Family, name: str, new: str, shared: list[Shared]) -> list[Claim]:
    members = tuple(f"{'class>>' if one.meta else ''}{one.selector}" for one in shared)
    demanded = tuple(member for member, one in zip(members, shared, strict=True) if one.demanded is not None)
    return [
        Claim("siblings", name, family.names[:MOST_NAMED], count=len(family.siblings)),
        Claim("another sibling", name, (new,), count=len(family.siblings)),
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
