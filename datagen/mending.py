"""What the generators of negatives share: which methods they take, how they show one, and the sample that asks to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.faults import broken
from datagen.phrase import code_block, ticked
from datagen.request import class_context, context_claims
from datagen.sample import Claim, Sample, ask
from datagen.subject import is_generated, method_shown, method_source, quality_of, root_of, text_of, traits_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

LONGEST = 4000
"""Longer methods are left out: what is wrong with one would be a needle in a haystack."""


def can_be_asked_about(method: MethodDef) -> bool:
    """Whether people wrote the method, and not at length."""
    return len(method.source) <= LONGEST and bool(method.selector) and not is_generated(method)


def question(random: Random, asked: tuple[str, ...], shown: str, text: str, context: str = "") -> str:
    """Answer one of the wordings, with the method `{m}` and its class `{c}` named, the context and the code below it."""
    worded = random.choice(asked).format(m=ticked(shown), c=ticked(shown.split(">>", 1)[0]))
    return "\n\n".join(part for part in (worded, context, code_block(text)) if part)


def mended(
    kind: str, asked: tuple[str, ...], family: str, index: CodeIndex, random: Random, method: MethodDef, lead: str = "Corrected:"
) -> Iterator[Sample]:
    """Yield the sample that shows a method with a fault of a family, and asks for what is wrong and for the method as it was."""
    found = broken(index, method, random, family) if method.parsed and can_be_asked_about(method) else None
    if found is None:
        return
    shown, text, traits = method_shown(index, method), text_of(method), traits_of(method)
    # Whether a name is declared cannot be seen from a method alone.
    context, around = (class_context(index, method), context_claims(index, method)) if family == "names" else ("", ())
    yield Sample(
        kind=kind,
        prompt=ask(question(random, asked, shown, found.mutant.text, context)),
        answer=f"{found.said()} {lead}\n\n{code_block(text)}",
        form="method",
        claims=(*found.claims(shown), Claim("repair", shown), Claim("source", shown), *around),
        sources=(method_source(method),),
        group=root_of(index, method.class_name, method.file),
        quality=quality_of(traits - {"no comment"}),
        chosen=text,
        rejected=found.mutant.text,
        fault=found.fault(),
        traits=traits | {found.mutation},
    )
