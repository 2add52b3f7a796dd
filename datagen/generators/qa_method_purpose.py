"""What a method does, in the words of its comment.

What: the first sentences of the comment of a method, with its place and protocol.
Why: the selector alone seldom tells all; the comment is what the author wanted callers to know.
Question: What does BpRight>>isOpen do?
Answer: By its comment: "Answer whether a run is left." It is in the protocol 'testing' (Rights/BpRight.st:88).
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import pick, question
from datagen.comments import head_comment
from datagen.generators import generator
from datagen.phrase import sentences
from datagen.quoting import readable
from datagen.sample import Claim, Sample
from datagen.subject import method_shown, method_source, place
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.method_purpose"
ASKED = (
    "What does {m} do?",
    "What is {m} good for?",
    "Explain {m} briefly.",
    "What should I know before I send {m}?",
    "Why is there a method {m}?",
)
MOST_SENTENCES = 3


@generator(KIND, over="methods", rare=True)
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Ask for the purpose of a method that has a comment at its head."""
    if head_comment(method) is None or readable(method) is None:
        return
    shown = method_shown(index, method)
    said = sentences(method.comment or "", MOST_SENTENCES)
    claim = Claim("method comment", shown, (said,), (place(method),), count=1, detail=method.protocol)
    where = f"It is in the protocol '{method.protocol}' ({place(method)})." if method.protocol else f"It is in {place(method)}."
    answer = f'By its comment: "{said}" {where}'
    yield question(KIND, pick(random, ASKED, m=shown), answer, [claim], [method_source(method)], index)
