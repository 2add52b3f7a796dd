"""What one more subclass of a class must have, as its siblings have it.

What: the definition, and the selectors that the direct subclasses of a class define themselves, all or nearly all of them.
Why: who adds a class beside others copies one of them; what all of them have is the contract, written down or not.
Question: I need another right, a subclass of BpRight. What must its class have?
Answer: `BpRight` (Rights/BpRight.st:3) has five direct subclasses in the indexed code: ... One more would be defined like this: ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.abstract import abstract_of
from datagen.answers import method_sources, pick, question, which_one
from datagen.definitions import definition_text
from datagen.family import FEWEST, Family, Shared, definition_of_another, family_of, role_of, shared_by
from datagen.generators import generator
from datagen.kinship import MOST_NAMED, family_claims, family_said, members_said
from datagen.phrase import MOST_SHOWN, code_block
from datagen.sample import Claim, Sample
from datagen.subject import class_source
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
    answer = "\n\n".join(
        (f"{family_said(family, name)} One more would be defined like this:", code_block(text), members_said(index, family, shared))
    )
    sources = [class_source(family.head.definitions[0]), *map(class_source, family.siblings[:MOST_NAMED])]
    sources += method_sources([one.example for one in shared])
    traits = [] if shared else ["none"]
    yield question(KIND, pick(random, ASKED, c=name, r=role), answer, _claims(family, name, new, shared), sources, index, traits)


def _called(index: CodeIndex, name: str) -> tuple[ClassGroup, ...]:
    """Answer the classes of a name, where there are several."""
    found = index.class_table.named(name)
    return found if len(found) > 1 else ()


def _claims(family: Family, name: str, new: str, shared: list[Shared]) -> list[Claim]:
    siblings, members, demanded = family_claims(family, name, shared)
    return [siblings, Claim("another sibling", name, (new,), count=len(family.siblings)), members, demanded]
