"""Which messages of a method nobody understands.

What: the selectors that a method sends and that neither the index nor the base of its dialect implements; asked only where the
base that comes with stc is known to be whole.
Why: such a message is a misspelling, or the code is older than what it calls; at run time it is a `doesNotUnderstand:`.
Question: Does `BpRight>>isOpen` send a message that nobody understands? ...
Answer: `#isExpird`, in line 4: neither the indexed code nor the base of Pharo implements it.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import pick
from datagen.generators import generator
from datagen.judging import base_of
from datagen.phrase import hashed, listed
from datagen.quoting import about_code, readable
from datagen.sample import Claim, Sample
from datagen.subject import method_shown, text_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.text import Lines

KIND = "qa.unknown_sends"
ASKED = (
    "Does `{m}` send a message that nobody understands?",
    "Are all messages of `{m}` implemented somewhere?",
    "Check the selectors in `{m}`: is one of them unknown?",
    "Does `{m}` send something that ends in a doesNotUnderstand:, whoever receives it?",
    "Is there a misspelt or outdated message in `{m}`?",
)
NONE_CHANCE = 0.01
NAMED = {"gnu": "GNU Smalltalk"}


@generator(KIND, over="methods", rare=True)
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Ask for the unknown messages of a method; of one that has none, rarely."""
    base = base_of(method.dialect)
    if base is None or not base.complete:
        return
    sends = index.sends_of(method)
    unknown = [s for s in sends if s.selector not in index.implemented_selectors and s.selector not in base.selectors]
    if not sends or (not unknown and random.random() > NONE_CHANCE) or readable(method) is None:
        return
    shown = method_shown(index, method)
    shift = len(method.source) - len(method.source.lstrip())
    lines = Lines(text_of(method))
    first: dict[str, int] = {}
    for send in unknown:
        first.setdefault(send.selector, lines.line(send.at - shift))
    others = " ".join(dict.fromkeys(s.selector for s in sends if s.selector not in first))
    claim = Claim("unknown messages", shown, tuple(first), numbers=tuple(first.values()), count=len(first), detail=others)
    traits = [] if first else ["none"]
    yield about_code(KIND, pick(random, ASKED, m=shown), index, method, _answer(first, method.dialect), [claim], traits)


def _answer(found: dict[str, int], dialect: str) -> str:
    base = f"the base of {NAMED.get(dialect, dialect.capitalize())}"
    where = f"the indexed code nor {base}"
    if not found:
        return f"No unknown message: each is implemented, in the indexed code or in {base}."
    said = listed([f"{hashed(selector)} (line {line})" for selector, line in found.items()])
    return f"{said}: neither {where} implements {'it' if len(found) == 1 else 'them'}."
