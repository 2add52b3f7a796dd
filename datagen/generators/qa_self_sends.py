"""Who sends a selector to self, or to super.

What: every method that sends one selector to `self`, or to `super`, with the number of its sends.
Why: a send to self is where a subclass can step in, and one to super says who builds on the inherited method.
Question: Who sends #isOpen to super?
Answer: Only `BpBarterRight>>isOpen` (Rights/BpRight.st:301) sends it to super in the indexed code.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import cited, is_huge, list_traits, method_sources, methods_answer, methods_claim, pick, question
from datagen.generators import generator
from datagen.phrase import counted, hashed
from datagen.sample import Claim, Sample
from datagen.subject import method_shown, method_source, place
from stparse.index.model import Hit
from stparse.index.query import CodeIndex

KIND = "qa.self_sends"
ASKED = {
    "self": (
        "Who sends #{s} to self?",
        "Which methods call #{s} on self?",
        "Where is `self {s}` sent?",
        "Find the self sends of #{s}.",
        "I want to rename #{s}. Which methods send it to self?",
    ),
    "super": (
        "Who sends #{s} to super?",
        "Which methods call super for #{s}?",
        "Where is `super {s}` sent?",
        "Find the super sends of #{s}.",
        "Which methods build on the inherited #{s} by a super send?",
    ),
}
NONE_CHANCE = 0.15


@generator(KIND, over="selectors")
def make(index: CodeIndex, random: Random, selector: str) -> Iterator[Sample]:
    """Ask for the sends of a selector to one of the two; mostly for one that there is."""
    if not index.sent_selectors.get(selector, 0) or is_huge(index.sent_selectors[selector]):
        return
    hits = index.senders(selector)
    if not hits:
        return
    there = [name for name in ASKED if _counts(hits, name)]
    # Only of a selector that the code base itself implements would anybody expect such a send, and to super only of one with overrides.
    likely = {"self": 1, "super": 2}
    lacking = [name for name in ASKED if name not in there and index.implemented_selectors.get(selector, 0) >= likely[name]]
    receivers = lacking if random.random() < NONE_CHANCE else there
    if receivers:
        yield _sample(index, random, selector, random.choice(receivers), hits)


def _counts(hits: tuple[Hit, ...], receiver: str) -> list[tuple[Hit, int]]:
    counted_hits = [(hit, sum(site.receiver == receiver for site in hit.sites)) for hit in hits]
    return [(hit, n) for hit, n in counted_hits if n]


def _sample(index: CodeIndex, random: Random, selector: str, receiver: str, hits: tuple[Hit, ...]) -> Sample:
    found = _counts(hits, receiver)
    methods, numbers = [hit.method for hit, _ in found], [n for _, n in found]
    text = pick(random, ASKED[receiver], s=selector)
    claim = methods_claim("self sends", f"{receiver} {selector}", index, methods, numbers)
    if methods:
        one = f"Only {{m}} sends {hashed(selector)} to {receiver} in the indexed code{{often}}."
        many = f"{{n}} send {hashed(selector)} to {receiver} in the indexed code:"
        answer = methods_answer(index, methods, one, many, numbers)
        return question(KIND, text, answer, [claim], method_sources(methods), index, list_traits(len(methods)))
    first = hits[0].method
    others = cited(index, first) if len(hits) == 1 else f"{counted(len(hits), 'method')}, for example {cited(index, first)}"
    answer = f"There is no such send in the indexed code: {hashed(selector)} is sent by {others}, but never to {receiver}."
    example = Claim("sends", selector, (method_shown(index, first),), (place(first),), count=len(hits))
    return question(KIND, text, answer, [claim, example], [method_source(first)], index, ["none"])
