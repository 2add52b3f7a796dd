"""The comment of a method, from its code.

What: a method without its comment; the answer is the comment as its author wrote it.
Why: whoever takes over code writes the comments that are missing; the house's own ones show in which words.
Question: Write the method comment for BpRight>>isOpen. ...
Answer: "Answer whether a run is left."
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import question
from datagen.comments import head_comment
from datagen.generators import generator
from datagen.phrase import code_block, ticked
from datagen.quoting import readable
from datagen.sample import Claim, Sample
from datagen.subject import method_shown, method_source, text_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.comment"
ASKED = (
    "Write the method comment for {m}.",
    "What would you write as the comment of {m}?",
    "{m} has no comment. Please add one in our style; answer with the comment only.",
    "Document {m} with a comment below the selector.",
    "Say in a comment what {m} does.",
)


@generator(KIND, over="methods", rare=True)
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Ask for the comment at the head of a method."""
    found = head_comment(method)
    if found is None or readable(method) is None:
        return
    text = text_of(method)
    start, end = found
    # Blanks and lines at the ends of a comment are nobody's style.
    if text[start + 1 : end - 1] != text[start + 1 : end - 1].strip():
        return
    # The white space before the comment goes with it, so that nothing shows where it was.
    before = len(text[:start].rstrip())
    shown = method_shown(index, method)
    bare = text[:before] + text[end:]
    claim = Claim("comment", shown, span=(before, end), detail=text[before:start])
    asked = f"{random.choice(ASKED).format(m=ticked(shown))}\n\n{code_block(bare)}"
    yield question(KIND, asked, text[start:end], [claim], [method_source(method)], index)
