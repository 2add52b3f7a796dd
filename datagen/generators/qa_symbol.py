"""Where a symbol is used as a literal.

What: the methods that hold a selector as a symbol, in literal arrays and pragmas too.
Why: what is performed by name, sent by dependents or bound to a widget is no send: who renames only the senders breaks it.
Question: Where is the symbol #title used?
Answer: Two methods hold `#title` as a literal in the indexed code: - `BpProgramme>>title:` (Schedule/BpTitles.st:97) - ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import (
    implementors_said,
    implements_claim,
    is_huge,
    list_traits,
    method_sources,
    methods_answer,
    methods_claim,
    pick,
    question,
)
from datagen.generators import generator
from datagen.phrase import hashed
from datagen.sample import Sample
from datagen.subject import method_source
from stparse.index.query import CodeIndex

KIND = "qa.symbol"
ASKED = (
    "Where is the symbol #{s} used?",
    "Which methods have the literal #{s} in them?",
    "Could #{s} be performed by name somewhere? Who holds the symbol?",
    "I am renaming #{s}. Where is it mentioned as a symbol?",
    "Find all occurrences of #{s} as a literal.",
    "Who passes #{s} as a symbol, for a change message or a perform?",
)
NONE_CHANCE = 0.05


@generator(KIND, over="selectors")
def make(index: CodeIndex, random: Random, selector: str) -> Iterator[Sample]:
    """Ask for the users of a symbol; of one that nobody uses only where the selector is implemented, and rarely."""
    implementors = index.implemented_selectors.get(selector, 0)
    # That nobody names a test method by its symbol is no surprise.
    none = random.random() < NONE_CHANCE and not selector.startswith("test")
    users = [hit.method for hit in index.literal_users(selector)]
    if is_huge(len(users)) or is_huge(implementors) or (not users and not (none and implementors)):
        return
    text = pick(random, ASKED, s=selector)
    claim = methods_claim("symbol users", selector, index, users)
    if users:
        one, many = "Only {m} holds {about} as a literal in the indexed code.", "{n} hold {about} as a literal in the indexed code:"
        answer = methods_answer(index, users, one, many, about=hashed(selector))
        yield question(KIND, text, answer, [claim], method_sources(users), index, list_traits(len(users)))
    else:
        methods = index.implementors(selector)
        answer = f"No method in the indexed code holds {hashed(selector)} as a literal. {implementors_said(index, methods)}"
        claims = [claim, implements_claim(index, selector, methods)]
        yield question(KIND, text, answer, claims, [method_source(methods[0])], index, ["none"])
