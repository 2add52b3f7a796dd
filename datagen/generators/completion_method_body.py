"""A whole method from its class, its signature and its comment.

What: the class with its superclass and variables, the selector and protocol, the method's comment; the answer is the method.
Why: the task that the model is for: writing the next method as the house would write it.
Question: Write the instance method `isExpiredOn: aDate` of BpRight. ... Comment: "Answer whether I end before aDate."
Answer: isExpiredOn: aDate ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.generators import generator
from datagen.request import context_claims, is_guesswork, prompt_of
from datagen.sample import Claim, Sample, ask
from datagen.subject import method_shown, method_source, quality_of, root_of, text_of, traits_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "completion.method_body"


@generator(KIND, over="methods")
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Ask for a method that can be written from what the request tells; broken ones too, which the filters then list."""
    tree = method.tree
    is_empty = tree is not None and not tree.body.statements and not tree.pragmas
    if not method.selector or is_empty or is_guesswork(method):
        return
    text = text_of(method)
    shown = method_shown(index, method)
    claims = (Claim("method", shown), Claim("source", shown), *context_claims(index, method))
    traits = traits_of(method)
    yield Sample(
        kind=KIND,
        prompt=ask(prompt_of(index, random, method)),
        answer=text,
        form="method",
        claims=claims,
        sources=(method_source(method),),
        group=root_of(index, method.class_name, method.file),
        quality=quality_of(traits),
        traits=traits,
    )
