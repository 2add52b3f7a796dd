"""The comment at the head of a method, where it is prose that says what the method does."""

from __future__ import annotations

import re

from datagen.subject import says_something, text_of
from stparse.index.model import MethodDef

_WORDS = re.compile(r"[^\W\d_]{2,}")
# Code that was put out of use, and notes to oneself, say nothing of what the method does.
_NO_PROSE = re.compile(r":=|\^|\bself\b|!!|\b(?:todo|fixme|xxx|debug|halt)\b", re.IGNORECASE)
FEWEST_WORDS, LONGEST_COMMENT = 4, 600


def head_comment(method: MethodDef) -> tuple[int, int] | None:
    """Answer the span of a comment that is prose, stands before the first statement and is followed by code; or None."""
    comment = method.comment
    if not comment or not says_something(comment) or _NO_PROSE.search(comment) or len(comment) > LONGEST_COMMENT:
        return None
    text = text_of(method)
    quoted = f'"{comment}"'
    start = text.find(quoted)
    end = start + len(quoted)
    if start < 0 or len(_WORDS.findall(comment)) < FEWEST_WORDS or not text[end:].strip() or text.count('"') != 2:
        return None
    return start, end
