"""What can be told of a method's source without parsing it: where its pattern begins, its selector, how much it is."""

from __future__ import annotations

import re

_GAP = re.compile(r'(?:\s|"[^"]*")*+')
_KEYWORDS = re.compile(r'(?:[^\W\d]\w*:(?!=)(?:\s|"[^"]*")*+[^\W\d]\w*(?:\s|"[^"]*")*+)+')
_KEYWORD = re.compile(r"([^\W\d]\w*:(?!=))\s*[^\W\d]\w*")
_COMMENT = re.compile(r'"[^"]*"')
_UNARY = re.compile(r"[^\W\d]\w*(?!:(?!=))")
_BINARY = re.compile(r"([-+*/\\<>=~@%&?,|!]+)\s*[^\W\d]\w*")
_TOKEN = re.compile(r"""("[^"]*"?)|'[^']*'?|\$.|[^\W\d]\w*(?::(?!=))?|\d[\w.]*\w|:=|[^\s\w]|\d""", re.DOTALL)


def start_of_pattern(source: str) -> int:
    """Answer the offset of the first character that is neither white space nor comment."""
    match = _GAP.match(source)
    return match.end() if match and match.end() < len(source) else 0


def guessed_selector(source: str) -> str | None:
    """Answer the selector that the beginning of `source` looks like, for a method that cannot be parsed."""
    start = start_of_pattern(source)
    keywords = _KEYWORDS.match(source, start)
    if keywords:
        return "".join(_KEYWORD.findall(_COMMENT.sub(" ", keywords.group())))
    unary = _UNARY.match(source, start)
    if unary:
        return unary.group()
    binary = _BINARY.match(source, start)
    return binary[1] if binary else None


def token_count(source: str) -> int:
    """Answer about how many tokens `source` has, comments not counted; exact but for odd literals."""
    return sum(1 for comment in _TOKEN.findall(source) if not comment)
