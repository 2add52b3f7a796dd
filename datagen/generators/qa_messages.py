"""The messages that a method sends, in order, and which of them the code base implements.

What: every selector once, in the order of the text; and which of them some method of the index has.
Why: the outline of a method; what is implemented nowhere comes from the base image, or is a mistake.
Question: Which messages does BpRight>>isOpen send? ...
Answer: `#-`, `#used`, `#>` and `#isLocked`, in the order of the text. The indexed code implements `#used` and `#isLocked`, but not ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.generators import generator
from datagen.phrase import MOST_SHOWN, hashed, listed, ticked
from datagen.quoting import about_code, readable
from datagen.sample import Claim, Sample
from datagen.subject import method_shown, traits_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.messages"
ASKED = (
    "Which messages does {m} send, and which of them does our code implement?",
    "List the messages that {m} sends, in order.",
    "What does {m} call? Say what is ours and what is not.",
    "Which selectors are sent in {m}, and do they exist in our code?",
    "I want to port {m}. Which messages does it need, and which of those are not ours?",
)


@generator(KIND, over="methods")
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Ask for the messages of a method."""
    if readable(method) is None:
        return
    sent = [send.selector for send in index.sends_of(method)]
    selectors = list(dict.fromkeys(sent))
    if len(selectors) > MOST_SHOWN or not selectors:
        return
    shown = method_shown(index, method)
    ours = [selector for selector in selectors if selector in index.implemented_selectors]
    claims = [
        Claim("messages", shown, tuple(selectors), count=len(selectors)),
        Claim("implemented messages", shown, tuple(ours), count=len(ours), detail=" ".join(selectors)),
    ]
    asked = random.choice(ASKED).format(m=ticked(shown))
    yield about_code(
        KIND, asked, index, method, _answer(selectors, ours, repeats=len(sent) > len(selectors)), claims, traits_of(method) & {"trivial"}
    )


def _answer(selectors: list[str], ours: list[str], *, repeats: bool) -> str:
    foreign = [selector for selector in selectors if selector not in ours]
    if len(selectors) == 1:
        is_ours = "implements it" if ours else "does not implement it"
        return f"Only {hashed(selectors[0])}. The indexed code {is_ours}."
    sent = f"{_named(selectors)}, in the order of the text{', each named once' if repeats else ''}."
    if not ours:
        return f"{sent} The indexed code implements {'neither' if len(selectors) == 2 else 'none'} of them."
    if not foreign:
        return f"{sent} The indexed code implements {'both' if len(selectors) == 2 else 'all'} of them."
    return f"{sent} The indexed code implements {_named(ours)}, but not {_named(foreign)}."


def _named(selectors: list[str]) -> str:
    return listed([hashed(selector) for selector in selectors])
