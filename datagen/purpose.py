"""What the comment of a class says that it is for: the first sentences, without lists, templates and headings."""

from __future__ import annotations

import re

from datagen.comments import is_prose
from datagen.phrase import sentences

_PARAGRAPH = re.compile(r"\n[ \t]*\n")
# Where a comment begins to list, or to describe the variables: of a list without its lines nobody has any use.
_LISTS = re.compile(
    r"^\s*(?:[-*•·+]\s|\(?\d+[.)]\s|(?:(?:class|instance|shared)[ -]?)+variables?\b|structure:)", re.MULTILINE | re.IGNORECASE
)
# What a tool writes where nobody wrote a comment, and headings with a rule below them.
_TEMPLATE = re.compile(
    r"has not been commented|comment stating the purpose|<[\w ]+>\s+description of|instance variables?:|[-=*#]{4}", re.IGNORECASE
)
FEWEST_WORDS, MOST_SENTENCES, LONGEST = 5, 3, 800


def purpose_in(comment: str, dialect: str) -> str | None:
    """Answer the first sentences of a class comment, None where they say nothing."""
    said = beginning(comment)
    says = not _TEMPLATE.search(said) and len(said) <= LONGEST and is_prose(said, dialect, FEWEST_WORDS)
    return said if says else None


def beginning(comment: str) -> str:
    """Answer the first sentences of a comment on one line: those of its first paragraph, or of two where that is a mere title."""
    lines = "\n".join(comment.strip().splitlines())
    found = _LISTS.search(lines)
    paragraphs = _PARAGRAPH.split(lines[: found.start()] if found else lines)
    short = len(paragraphs) > 1 and len(paragraphs[0].split()) < FEWEST_WORDS
    parts = sentences(" ".join(paragraphs[: 2 if short else 1]), MOST_SENTENCES)
    # What was to follow a colon is cut off.
    return re.sub(r"(?:^|(?<=[.!?]))[^.!?]*:$", "", parts).strip()
