"""The selector and the argument names that fit a body.

What: a method without its first line; the answer is the selector pattern as its author wrote it.
Why: a good name says what a method does; the house's own names show how it says so.
Question: Which message pattern belongs to this body of BpRight? ...
Answer: isExpiredOn: aDate
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from datagen.answers import pick, question
from datagen.generators import generator
from datagen.phrase import code_block, ticked
from datagen.quoting import readable
from datagen.sample import Claim, Sample
from datagen.subject import method_shown, method_source, signature, text_of, traits_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.body_signature"
ASKED = (
    "Which message pattern belongs to this body of {c}?",
    "What would you call this method of {c}? Answer with the message pattern only.",
    "The first line of this method of {c} is lost. What was it?",
    "Name this method of {c}: selector and arguments.",
    "Here is the body of a method of {c}. Give it its selector and argument names.",
)
FEWEST_TOKENS = 15
# Nobody can tell from the body which number an example has.
_NUMBERED = re.compile(r"\d")


@generator(KIND, over="methods")
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Ask for the pattern of a method that does enough to be named after."""
    text, pattern = text_of(method), signature(method)
    tree = readable(method)
    if tree is None or method.tokens < FEWEST_TOKENS or not tree.body.statements or not text.startswith(pattern):
        return
    body = text[len(pattern) :]
    blank = body[: len(body) - len(body.lstrip())]
    # The first line keeps its indentation, as the others do.
    between = blank[: blank.rfind("\n") + 1] or blank
    shown = method_shown(index, method)
    owner = shown.partition(">>")[0]
    if not between or traits_of(method) & {"trivial"} or _NUMBERED.search(method.selector) or _tells(method):
        return
    claim = Claim("pattern", owner, (pattern,), count=1, detail=between)
    asked = f"{pick(random, ASKED, c=ticked(owner))}\n\n{code_block(body[len(between) :])}"
    yield question(KIND, asked, pattern, [claim], [method_source(method)], index)


def _tells(method: MethodDef) -> bool:
    """Whether a comment or a literal of the method has its selector in it: `"self run: #testBlend"`."""
    quoted = re.findall(r"\"[^\"]*\"|'[^']*'|#\w[\w:]*", method.source)
    # A plain word such as `size` stands in many a comment; a name of several humps or words does not by chance.
    plain = method.selector.isalpha() and method.selector.islower()
    found = re.compile(rf"(?<!\w){'#' if plain else '#?'}{re.escape(method.selector)}(?![\w:])")
    return any(found.search(words) for words in quoted)
