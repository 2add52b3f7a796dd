"""Is this method syntactically correct? Yes, or no with the diagnosis.

What: a real method or a mutant of one, half of each; methods that are broken in the code base are asked about too.
Why: a model that never says yes, or never no, is of no use as a reviewer.
Question: Does this compile? ...
Answer: No. Line 3: an argument is missing after `at:` (P121); write the argument, or remove the keyword.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.faults import broken
from datagen.generators import generator
from datagen.phrase import capitalised, code_block, ticked
from datagen.sample import Claim, Fault, Sample, ask
from datagen.subject import method_shown, method_source, quality_of, root_of, text_of, traits_of
from datagen.wording import diagnosis, first_error
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "negative.validity"
ASKED = (
    "Is this method syntactically correct?",
    "Does this parse?",
    "Will the compiler accept the syntax of this method?",
    "Please check the syntax of this method of {c}.",
    "Is the syntax of {m} right like this?",
)
RIGHT = (
    "Yes. The syntax is correct.",
    "Yes, it parses without an error.",
    "Yes. Brackets, quotes and periods are all in place.",
)
LONGEST = 4000


@generator(KIND, over="methods")
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Ask about the syntax of a method as it is, or with a fault put in."""
    traits = traits_of(method)
    if "generated" in traits or len(method.source) > LONGEST or not method.selector:
        return
    if not method.parsed:
        yield from _real(index, random, method)
    elif random.random() < 0.5:
        claims = (Claim("valid", method_shown(index, method)), Claim("source", method_shown(index, method)))
        yield _sample(index, random, method, text_of(method), random.choice(RIGHT), claims, traits - {"no comment"})
    else:
        for found in broken(method, random):
            said = diagnosis(found.issue, found.mutant.text) if found.issue else ""
            claims = (found.claim(method_shown(index, method)), Claim("diagnosis", method_shown(index, method), code=found.mutant.code))
            traits |= {found.mutation}
            yield _sample(index, random, method, found.mutant.text, f"No. {capitalised(said)}", claims, traits, found.fault())


def _real(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    text = text_of(method)
    issue = first_error(text, method.dialect)
    if issue is not None:
        place = (issue.span.start, issue.span.start)
        claim = Claim("fault", method_shown(index, method), code=issue.code, span=place)
        claims = (claim, Claim("diagnosis", method_shown(index, method), code=issue.code), Claim("source", method_shown(index, method)))
        traits = frozenset(("found broken", "broken"))
        yield _sample(index, random, method, text, f"No. {capitalised(diagnosis(issue, text))}", claims, traits)


def _sample(
    index: CodeIndex,
    random: Random,
    method: MethodDef,
    text: str,
    answer: str,
    claims: tuple[Claim, ...],
    traits: frozenset[str],
    fault: Fault | None = None,
) -> Sample:
    shown = method_shown(index, method)
    asked = random.choice(ASKED).format(m=ticked(shown), c=ticked(shown.split(">>", 1)[0]))
    return Sample(
        kind=KIND,
        prompt=ask(f"{asked}\n\n{code_block(text)}"),
        answer=answer,
        form="prose",
        claims=claims,
        sources=(method_source(method),),
        group=root_of(index, method.class_name, method.file),
        quality=quality_of(traits),
        chosen=None if fault is None else text_of(method),
        rejected=None if fault is None else text,
        fault=fault,
        traits=traits,
    )
