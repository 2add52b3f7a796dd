"""What a method does, in the words of its comment.

What: the first sentences of the comment of a method, with its place and protocol.
Why: the selector alone seldom tells all; the comment is what the author wanted callers to know.
Question: What does BpRight>>isOpen do?
Answer: `BpRight>>isOpen` (Rights/BpRight.st:88, protocol 'testing'), by its comment: "Answer whether a run is left."
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import pick, question
from datagen.comments import head_comment
from datagen.generators import generator
from datagen.phrase import sentences, ticked
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
    protocol = f", protocol '{method.protocol}'" if method.protocol else ""
    answer = f'{ticked(shown)} ({place(method)}{protocol}), by its comment: "{said}"'
    yield question(KIND, pick(random, ASKED, m=shown), answer, [claim], [method_source(method)], index)
