"""What the documents beside the code say of a class or a method.

What: the sections of Markdown files whose heading or first sentence names it, quoted with their places.
Why: the reasons stand in documents, not in code; who asks for them wants the words and where they stand.
Question: What do our docs say about BpRight? Answer: One section of the documents beside the indexed code is about it: ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.answers import pick, question
from datagen.companions import Mention, Passage, passage_source
from datagen.generators import generator
from datagen.phrase import bullets, capitalised, counted, ticked, titled, verb
from datagen.sample import Claim, Sample
from datagen.subject import class_source
from stparse.index.query import CodeIndex

KIND = "qa.document"
ASKED = (
    "What do our docs say about {c}?",
    "Is {c} described in our documents? What do they say?",
    "Where is {c} documented, and how?",
    "Quote what the documentation has on {c}.",
    "I would like to read up on {c}. What is written about it outside the code?",
)
MOST_QUOTED = 2


@generator(KIND, over="mentions")
def make(index: CodeIndex, random: Random, mention: Mention) -> Iterator[Sample]:
    """Ask for what documents say; of many sections two are quoted, and the others listed."""
    if not mention.is_document:
        return
    found = mention.passages
    n = len(found)
    head = f"{capitalised(counted(n, 'section'))} of the documents beside the indexed code {verb(n, 'name')} {ticked(mention.subject)}"
    where = f"in {'its' if n == 1 else 'their'} heading or first sentence."
    parts = [f"{head} {where}", *map(_quoted, found[:MOST_QUOTED])]
    if n > MOST_QUOTED:
        parts.append("Also:\n" + bullets([_place(passage) for passage in found[MOST_QUOTED:]], n - MOST_QUOTED))
    claim = Claim("document", mention.subject, tuple(p.title for p in found), tuple(f"{p.path}:{p.line}" for p in found), count=n)
    # The classes that a quoted section is about too: what it says of them must not cross into another split.
    names = dict.fromkeys((mention.class_name, *(name for passage in found[:MOST_QUOTED] for name in passage.others)))
    classes = [class_source(group.definitions[0]) for name in names for group in index.class_table.named(name)]
    sources = [*classes, *(passage_source(passage, mention.class_name) for passage in found)]
    yield question(KIND, pick(random, ASKED, c=ticked(mention.subject)), "\n\n".join(parts), [claim], sources, index)


def _place(passage: Passage) -> str:
    return f"{passage.path}:{passage.line}, {titled(passage.title)}"


def _quoted(passage: Passage) -> str:
    lines = (f"> {line}".rstrip() for line in passage.text.split("\n"))
    return f"{_place(passage)}:\n\n" + "\n".join(lines)
