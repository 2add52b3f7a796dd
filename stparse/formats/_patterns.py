"""Names and method patterns as regular expressions, for readers that must know where a method begins.

A reader needs far less than the parser: is this text headed by a method pattern, and which selector does it name?
Quantifiers are possessive, so that no text makes them slow.
"""

from __future__ import annotations

import re

IDENTIFIER = r"[^\W\d]\w*+"
NAME = rf"{IDENTIFIER}(?:(?:\.|::){IDENTIFIER})*+"
STRING = r"'[^']*+(?:''[^']*+)*+'"
COMMENT = r'"[^"]*+"'
GAP = rf"(?:\s|{COMMENT})*+"
BINARY = r"[-+*/\\~<>=@%|&?,!^§°±×÷¬·¦«»]+"

_KEYWORDS = rf"(?:{IDENTIFIER}:{GAP}{IDENTIFIER}{GAP})+"
_KEYWORD_PART = re.compile(rf"({IDENTIFIER}:){GAP}{IDENTIFIER}{GAP}")
PATTERN = rf"(?:{_KEYWORDS}|{BINARY}{GAP}{IDENTIFIER}{GAP}|{IDENTIFIER}(?!\s*+:){GAP})"

_LEAD = re.compile(GAP)
_BINARY = re.compile(rf"({BINARY}){GAP}{IDENTIFIER}")
_UNARY = re.compile(IDENTIFIER)
_ONLY_COMMENTS = re.compile(rf"\s*+(?:{COMMENT}\s*+)++")


def selector_of(text: str) -> str | None:
    """Answer the selector that a method's text begins with, or None when it begins with no pattern.

    >>> selector_of("at: i put: x\\n\\t^x"), selector_of("< other ^true"), selector_of("size ^0"), selector_of("^3")
    ('at:put:', '<', 'size', None)
    """
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    parts: list[str] = []
    at = start
    while part := _KEYWORD_PART.match(text, at):
        parts.append(part.group(1))
        at = part.end()
    if parts:
        return "".join(parts)
    binary = _BINARY.match(text, start)
    if binary:
        return binary.group(1)
    unary = _UNARY.match(text, start)
    return unary.group() if unary and not text.startswith(":", unary.end()) else None


def only_comments(text: str) -> bool:
    """Answer whether `text` holds comments and white space, and at least one comment."""
    return _ONLY_COMMENTS.fullmatch(text) is not None
