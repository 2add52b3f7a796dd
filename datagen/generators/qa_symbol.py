"""Where a symbol is used as a literal.

What: the methods that hold a selector as a symbol, in literal arrays and pragmas too.
Why: what is performed by name, sent by dependents or bound to a widget is no send: who renames only the senders breaks it.
Question: Where is the symbol #title used?
Answer: Two methods hold `#title` as a literal in the indexed code: - `BpProgramme>>title:` (Schedule/BpTitles.st:97) - ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import cited, is_huge, list_traits, method_sources, methods_answer, methods_claim, pick, question
from datagen.generators import generator
from datagen.phrase import capitalised, counted, hashed, verb
from datagen.sample import Claim, Sample
from datagen.subject import method_shown, method_source, place
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.symbol"
ASKED = (
    "Where is the symbol #{s} used?",
    "Which methods have the literal #{s} in them?",
    "Could #{s} be performed by name somewhere? Who holds the symbol?",
    "I rename {s}. Where is it mentioned as a symbol?",
    "Find all occurrences of #{s} as a literal.",
    "Who passes #{s} as a symbol, for a change message or a perform?",
)
NONE_CHANCE = 0.05


@generator(KIND, over="selectors")
def make(index: CodeIndex, random: Random, selector: str) -> Iterator[Sample]:
    """Ask for the users of a symbol; of one that nobody uses only where the selector is implemented, and rarely."""
    implementors = index.implemented_selectors.get(selector, 0)
    none = random.random() < NONE_CHANCE
    users = [hit.method for hit in index.literal_users(selector)]
    if is_huge(len(users)) or is_huge(implementors) or (not users and not (none and implementors)):
        return
    text = pick(random, ASKED, s=selector)
    claim = methods_claim("symbol users", selector, index, users)
    if users:
        one = f"Only {{m}} holds {hashed(selector)} as a literal in the indexed code."
        answer = methods_answer(index, users, one, f"{{n}} hold {hashed(selector)} as a literal in the indexed code:")
        yield question(KIND, text, answer, [claim], method_sources(users), index, list_traits(len(users)))
    else:
        methods = index.implementors(selector)
        first = methods[0]
        example = Claim("implements", selector, (method_shown(index, first),), (place(first),), count=len(methods))
        answer = _none(index, selector, methods)
        yield question(KIND, text, answer, [claim, example], [method_source(first)], index, ["none"])


def _none(index: CodeIndex, selector: str, methods: tuple[MethodDef, ...]) -> str:
    n, first = len(methods), cited(index, methods[0])
    who = first if n == 1 else f"{counted(n, 'method')}, for example {first},"
    return (
        f"Nowhere in the indexed code. {capitalised(who)} {verb(n, 'implement')} it, but no method holds {hashed(selector)} as a literal."
    )
