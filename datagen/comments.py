"""Whether the comment of a method is prose that says what the method does, and where it stands at the head of the method."""

from __future__ import annotations

import re

from datagen.subject import says_something, text_of
from stparse.index.model import MethodDef
from stparse.nodes import Assign, Send, walk
from stparse.parser import parse_script

_WORDS = re.compile(r"\b[^\W\d_]{2,}\b")
_URL = re.compile(r"\w+://\S+")
# Code that was put out of use, and notes to oneself, say nothing of what the method does; nor does who wrote it, if a tool did.
_NO_PROSE = re.compile(
    r":=|\^|\bself\b|!!|(?:^|\s)//\s|\b(?:todo|fixme|xxx|debug|halt)\b|"
    r"\b(?:generated (?:by|from)|(?:was|is|automatically|auto) generated)\b|\btypedef\b|#define\b",
    re.IGNORECASE,
)
FEWEST_WORDS, LONGEST_COMMENT = 4, 600
_NOTES = re.compile(r"<primitive|\b(?:todo|fixme|xxx)\b|\A\s*\w+ new\b", re.IGNORECASE)


def is_in_words(comment: str | None, dialect: str) -> bool:
    """Whether a comment says something in words: it is no header, no note to oneself, no example and no code put out of use."""
    if not comment or not says_something(comment) or _NOTES.search(comment) or len(_WORDS.findall(comment)) < 2:
        return False
    return not _is_code(comment, dialect)


def head_comment(method: MethodDef) -> tuple[int, int] | None:
    """Answer the span of a comment that is prose, stands before the first statement and is followed by code; or None."""
    comment = method.comment
    if not comment or len(comment) > LONGEST_COMMENT or not is_prose(comment, method.dialect):
        return None
    text = text_of(method)
    quoted = f'"{comment}"'
    start = text.find(quoted)
    end = start + len(quoted)
    if start < 0 or not text[end:].strip() or text.count('"') != 2:
        return None
    return start, end


def is_prose(comment: str, dialect: str, fewest: int = FEWEST_WORDS) -> bool:
    """Whether a comment tells in so many words what something does: it is neither code, nor a tool's, nor a list of constants."""
    words = [word for word in _WORDS.findall(_URL.sub(" ", comment)) if not word.isupper()]
    return is_in_words(comment, dialect) and not _NO_PROSE.search(comment) and len(words) >= fewest


def _is_code(comment: str, dialect: str) -> bool:
    """Whether a comment is an expression to be tried, such as `Foo openOn: 3`; words alone, and commas, could be messages too."""
    read = parse_script(comment, dialect)
    if read.tree is None or read.issues:
        return False
    return any(isinstance(node, Assign) or (isinstance(node, Send) and node.selector.endswith(":")) for node in walk(read.tree))
