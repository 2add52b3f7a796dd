"""Whether the comment of a method is prose that says what the method does, and where it stands at the head of the method."""

from __future__ import annotations

import re

from datagen.subject import says_something, text_of
from stparse.index.model import MethodDef
from stparse.nodes import Assign, Send, walk
from stparse.parser import parse_script

_WORDS = re.compile(r"[^\W\d_]{2,}")
# Code that was put out of use, and notes to oneself, say nothing of what the method does.
_NO_PROSE = re.compile(r":=|\^|\bself\b|!!|\b(?:todo|fixme|xxx|debug|halt)\b", re.IGNORECASE)
FEWEST_WORDS, LONGEST_COMMENT = 4, 600
_NOTES = re.compile(r"<primitive|\b(?:todo|fixme|xxx)\b|\A\s*\w+ new\b", re.IGNORECASE)


def is_prose(comment: str | None) -> bool:
    """Whether a comment says something in words: it is no header, no note to oneself, no example and no code put out of use."""
    if not comment or not says_something(comment) or _NOTES.search(comment) or len(_WORDS.findall(comment)) < 2:
        return False
    tree = parse_script(comment).tree
    # Words of English, and commas between them, are messages too.
    return tree is None or not any(isinstance(node, Assign) or (isinstance(node, Send) and node.selector[-1] == ":") for node in walk(tree))


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
