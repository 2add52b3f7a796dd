"""What kind of thing a method answers.

What: the receiver, a variable, a literal, a new instance, a boolean or a block, with the lines that say so; methods whose returns
differ, or do not tell, are not asked about.
Why: Smalltalk declares no types; who reads a method has to see what comes back.
Question: What does BpRight>>isOpen answer? ...
Answer: A boolean, `true` or `false` (line 4).
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.generators import generator
from datagen.phrase import listed, ticked
from datagen.quoting import Result, about_code, readable, result_of, variable_claim
from datagen.sample import Claim, Sample
from datagen.subject import method_shown, traits_of
from datagen.testing import is_test
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.result"
ASKED = (
    "What does {m} answer?",
    "What kind of object do I get back from {m}?",
    "What is the return value of {m}?",
    "Does {m} answer something useful, or just the receiver?",
    "I want to use the result of {m}. What will it be?",
)
SAID = {
    "boolean": "A boolean, `true` or `false`",
    "nil": "Always `nil`",
    "true": "Always `true`",
    "false": "Always `false`",
    "block": "A block, which is not evaluated here",
}
SELF_CHANCE = 0.1
"""Most methods of most code bases answer the receiver: of those that do only so many are asked about."""


@generator(KIND, over="methods")
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Ask what a method answers, if its text tells."""
    tree = readable(method)
    result = result_of(method, tree) if tree is not None else None
    # Nobody wants the result of a test, and of those that answer the receiver there are too many.
    if tree is None or result is None or (result.kind == "self" and (is_test(index, method) or random.random() > SELF_CHANCE)):
        return
    shown = method_shown(index, method)
    claims = [Claim("result", shown, numbers=result.lines, detail=f"{result.kind} {result.name}".strip())]
    said = SAID.get(result.kind) or _said(result)
    if result.kind == "variable":
        declared = variable_claim(index, method, result.name)
        if result.name in [argument.name for argument in tree.arguments]:
            said = f"Its argument {ticked(result.name)}"
        elif declared is not None:
            claims.append(declared)
            said = f"The value of the instance variable {ticked(result.name)}"
        else:
            return
    asked = random.choice(ASKED).format(m=ticked(shown))
    yield about_code(KIND, asked, index, method, f"{said}{_where(result)}.", claims, traits_of(method) & {"trivial"})


def _said(result: Result) -> str:
    if result.kind == "self":
        return "The receiver, `self`" if result.lines else "The receiver, `self`: nothing in it is returned with `^`"
    if result.kind == "new":
        return f"A new instance of {ticked(result.name)}" if result.name else "A new instance of the class that receives the message"
    if result.name:
        return f"Always the {result.kind} {ticked(result.name)}"
    return f"{'An' if result.kind == 'array' else 'A'} {result.kind} that is written in the method"


def _where(result: Result) -> str:
    lines = sorted(set(result.lines))
    if not lines:
        return ""
    where = f"line {lines[0]}" if len(lines) == 1 else f"lines {listed([str(line) for line in lines])}"
    return f" ({where}{', or where it ends without a `^`' if result.may_end else ''})"
