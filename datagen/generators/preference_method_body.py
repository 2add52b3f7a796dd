"""A method and the same method with one fault, for the request to write it.

What: the request of `completion.method_body`; chosen is the real method, rejected a mutant of it with one fault, of syntax or of
names, whose place is known to the character.
Why: preference training needs pairs that differ in nothing but the fault; pairs of two models' answers differ in everything.
Question: Write the method `isExpiredOn: aDate` of BpRight. ... Comment: "Answer whether I end before aDate."
Answer: isExpiredOn: aDate ..., and not: isExpiredOn: aDate ^self end < aDat
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.faults import broken
from datagen.generators import generator
from datagen.request import context_claims, is_guesswork, prompt_of
from datagen.sample import Claim, Sample, ask
from datagen.subject import method_shown, method_source, quality_of, root_of, text_of, traits_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "preference.method_body"
LONGEST = 4000
FAMILIES = ("syntax", "names", "messages")
OPEN_COMMENT = "P102"
"""Nobody writes a comment without its end; such a pair would teach to end the stamps that tools put into methods."""


@generator(KIND, over="methods")
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Ask for a method, and set the method against a mutant of it."""
    traits, text, tree = traits_of(method), text_of(method), method.tree
    if tree is None or not tree.body.statements or "generated" in traits or len(text) > LONGEST or is_guesswork(method):
        return
    families = random.sample(FAMILIES, len(FAMILIES))
    found = next((one for family in families if (one := broken(index, method, random, family))), None)
    if found is None or found.mutant.code == OPEN_COMMENT:
        return
    shown = method_shown(index, method)
    about = (claim for claim in found.claims(shown) if claim.kind != "diagnosis")
    yield Sample(
        kind=KIND,
        prompt=ask(prompt_of(index, random, method)),
        answer=text,
        form="method",
        claims=(*about, Claim("method", shown), Claim("source", shown), *context_claims(index, method)),
        sources=(method_source(method),),
        group=root_of(index, method.class_name, method.file),
        quality=quality_of(traits),
        chosen=text,
        rejected=found.mutant.text,
        fault=found.fault(),
        traits=traits | {found.mutation},
    )
