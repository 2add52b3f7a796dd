"""Which methods have the same body as a method.

What: the other methods that differ from it in nothing but names of arguments and temporaries and in literals, and which of them not
even in those.
Why: what was copied must be mended everywhere; and what is there twice wants to be one method further up.
Question: Is there a copy of BpContract>>validateDates somewhere?
Answer: Only `BpRight>>validateDates` (Rights/BpRight.st:140) has the same body in the indexed code, word for word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from datagen.answers import (
    cited,
    group_of,
    list_traits,
    method_lines,
    method_sources,
    method_table,
    methods_claim,
    pick,
    question,
)
from datagen.generators import generator
from datagen.phrase import MOST_SHOWN, bullets, capitalised, counted, ticked
from datagen.sample import Sample
from datagen.subject import is_generated, method_shown, method_source
from datagen.treefacts import bag_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered
from stparse.nodes import Sequence as Statements
from stparse.nodes import walk

KIND = "qa.clones"
ASKED = (
    "Is there a copy of {m} somewhere?",
    "Which methods have the same body as {m}?",
    "Does the body of {m} stand anywhere else too?",
    "I have mended a fault in {m}. Where else is the same code?",
    "Which methods are clones of {m}?",
    "Is the code of {m} duplicated?",
)
FEWEST_TOKENS, FEWEST_SENDS, MOST_A_CLASS, NONE_CHANCE = 20, 3, 2, 0.1
BUT = "apart from the names of locals and the literals"
SAME = "word for word"
_WORDS = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|\$.|\w+|\S", re.DOTALL)


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the clones of up to two methods of a class; rarely of one that has none."""
    if group_of(index, name) is None:
        return
    methods = [method for method in method_table(index, name).values() if _is_code(index, method)]
    having = [m for m in methods if m.id in _clones(index)]
    alone = [m for m in methods if m.id not in _clones(index)]
    chosen = random.sample(having, min(MOST_A_CLASS, len(having)))
    if alone and random.random() < NONE_CHANCE:
        chosen.append(random.choice(alone))
    for method in chosen:
        declared = _declared(method)
        found = [m for m in _clones(index).get(method.id, ()) if m.id != method.id and _declared(m) == declared]
        shown = method_shown(index, method)
        # Two versions of one method, in two files, are no clones of each other.
        if any(method_shown(index, other) == shown for other in found):
            continue
        selectors = [send.selector for send in index.sends_of(method)]
        same = [int(_words(other) == _words(method)) for other in found]
        claim = methods_claim("clones", shown, index, found, same, detail=bag_of(selectors))
        sources = [method_source(method), *method_sources(found)]
        text = pick(random, ASKED, m=shown)
        yield question(KIND, text, _answer(index, method, found, same), [claim], sources, index, list_traits(len(found)))


def _is_code(index: CodeIndex, method: MethodDef) -> bool:
    """Whether a method is more than a few words, or a table of literals: such ones are alike by chance."""
    enough = method.parsed and method.tokens >= FEWEST_TOKENS and not is_generated(method)
    return enough and len(index.sends_of(method)) >= FEWEST_SENDS


@remembered(2)
def _clones(index: CodeIndex) -> dict[int, tuple[MethodDef, ...]]:
    """Answer the methods of equal shape for each method that has such."""
    return {method.id: group for group in index.clones(FEWEST_TOKENS) for method in group}


def _declared(method: MethodDef) -> list[int]:
    """Answer how many temporaries each sequence of statements declares: the shape of a method does not say where they are declared."""
    return [len(node.temporaries) for node in walk(method.tree) if isinstance(node, Statements)] if method.tree is not None else []


def _words(method: MethodDef) -> list[str]:
    """Answer the words and signs of the body, comments left out."""
    body = method.source[method.tree.body.start : method.tree.body.end] if method.tree is not None else ""
    return [word for word in _WORDS.findall(body) if not word.startswith('"')]


def _answer(index: CodeIndex, method: MethodDef, found: list[MethodDef], same: list[int]) -> str:
    if not found:
        none = f"None: no other method in the indexed code has the same body as {cited(index, method)}"
        return f"{none}, nor one that differs only in the names of locals and the literals."
    if len(found) == 1:
        return f"Only {cited(index, found[0])} has the same body in the indexed code, {SAME if same[0] else BUT}."
    how = SAME if all(same) else BUT
    ends = [f", {SAME}" if one and how == BUT else "" for one in same[:MOST_SHOWN]]
    head = f"{capitalised(counted(len(found), 'method'))} have the same body as {ticked(method_shown(index, method))} in the indexed code"
    return f"{head}, {how}:\n{bullets(method_lines(index, found, ends), len(found))}"
