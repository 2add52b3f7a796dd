"""Is this method correct? Yes, or no with the diagnosis.

What: a real method or a mutant of one, half of each; half of the questions are about the syntax, the others about what a compiler
says of the names too. Methods that are broken in the code base are asked about as well.
Why: a model that never says yes, or never no, is of no use as a reviewer.
Question: Does this compile? ...
Answer: No. Line 3: an argument is missing after `at:` (P121); it must be `index`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from checker.names import Meaning
from datagen.faults import broken, scope_claim
from datagen.generators import generator
from datagen.judging import Around, NotedNames, judged, names_of
from datagen.mending import can_be_asked_about, question
from datagen.phrase import capitalised
from datagen.request import class_context, context_claims
from datagen.sample import Claim, Sample, ask
from datagen.subject import method_shown, method_source, quality_of, root_of, text_of, traits_of
from datagen.wording import diagnosis, first_error
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "negative.validity"
ABOUT_SYNTAX = (
    "Is this method syntactically correct?",
    "Does this parse?",
    "Will the compiler accept the syntax of this method?",
    "Please check the syntax of this method of {c}.",
    "Is the syntax of {m} right like this?",
)
ABOUT_NAMES = (
    "Does this method of {c} compile without a warning?",
    "Will the compiler take {m} like this without complaint?",
    "Would {m} compile cleanly?",
    "Is this method of {c} free of compile errors and warnings?",
    "Is {m} right like this, its names included?",
)
SYNTAX_RIGHT = (
    "Yes. The syntax is correct.",
    "Yes, it parses without an error.",
    "Yes. Brackets, quotes and periods are all in place.",
)
NAMES_RIGHT = (
    "Yes. It compiles without a warning.",
    "Yes: every name is declared, and nothing is stored where it may not be.",
    "Yes, the compiler has nothing to complain about.",
)


@generator(KIND, over="methods")
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Ask about a method as it is, or with a fault put in."""
    if not can_be_asked_about(method):
        return
    if not method.parsed:
        yield from _real(index, random, method)
        return
    syntax = random.random() < 0.5
    if random.random() < 0.5:
        yield from _right(index, random, method, syntax=syntax)
    else:
        yield from _wrong(index, random, method, syntax=syntax)


def _right(index: CodeIndex, random: Random, method: MethodDef, *, syntax: bool) -> Iterator[Sample]:
    shown, text = method_shown(index, method), text_of(method)
    claims: tuple[Claim, ...] = (Claim("valid", shown), Claim("source", shown))
    if not syntax:
        names = NotedNames(names_of(index, method))
        if judged(text, method.dialect, Around(names), "names") or Meaning.UNKNOWN in names.asked.values():
            return
        claims = (*claims, scope_claim(shown, names.asked), *context_claims(index, method))
    asked, answer = (ABOUT_SYNTAX, SYNTAX_RIGHT) if syntax else (ABOUT_NAMES, NAMES_RIGHT)
    context = "" if syntax else class_context(index, method)
    traits = traits_of(method) - {"no comment"}
    yield _sample(index, method, question(random, asked, shown, text, context), random.choice(answer), claims, traits)


def _wrong(index: CodeIndex, random: Random, method: MethodDef, *, syntax: bool) -> Iterator[Sample]:
    found = broken(index, method, random, "syntax" if syntax else "names")
    if found is None:
        return
    shown, text = method_shown(index, method), found.mutant.text
    asked = question(random, ABOUT_SYNTAX if syntax else ABOUT_NAMES, shown, text, "" if syntax else class_context(index, method))
    traits = traits_of(method) | {found.mutation}
    claims = (*found.claims(shown), *(() if syntax else context_claims(index, method)))
    sample = _sample(index, method, asked, f"No. {found.said()}", claims, traits)
    yield replace(sample, chosen=text_of(method), rejected=text, fault=found.fault())


def _real(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    text = text_of(method)
    issue = first_error(text, method.dialect)
    if issue is not None:
        shown, place = method_shown(index, method), (issue.span.start, issue.span.start)
        claim = Claim("fault", shown, code=issue.code, span=place)
        claims = (claim, Claim("diagnosis", shown, code=issue.code), Claim("source", shown))
        traits = frozenset(("found broken", "broken"))
        asked = question(random, ABOUT_SYNTAX, shown, text)
        yield _sample(index, method, asked, f"No. {capitalised(diagnosis(issue, text))}", claims, traits)


def _sample(index: CodeIndex, method: MethodDef, asked: str, answer: str, claims: tuple[Claim, ...], traits: frozenset[str]) -> Sample:
    return Sample(
        kind=KIND,
        prompt=ask(asked),
        answer=answer,
        form="prose",
        claims=claims,
        sources=(method_source(method),),
        group=root_of(index, method.class_name, method.file),
        quality=quality_of(traits),
        traits=traits,
    )
