"""Text inside XML: references resolved without any document type, and places counted back into the file."""

from __future__ import annotations

import re

# VisualWorks 5i wrote emphasis into the source: <B>foo: x</B>. It stands for no character.
REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));|</?[BIU]>")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def unescape(raw: str) -> str:
    """Answer `raw` with its references resolved, each to one character, and without emphasis; what is not known stays as it is."""
    return REFERENCE.sub(_resolve, raw) if "&" in raw or "<" in raw else raw


def _resolve(match: re.Match[str]) -> str:
    if match[0][0] == "<":
        return ""
    if match[1]:
        return _NAMED[match[1]]
    number = int(match[2]) if match[2] else int(match[3], 16)
    if number == 0 or number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        return match[0]
    return chr(number)


def file_offset(text: str, body: int, offset: int) -> int:
    """Answer where in `text` (a file) the character `offset` of the resolved text that begins at `body` stands."""
    place = body
    left = offset
    while (match := REFERENCE.search(text, place, place + left + 10)) is not None:
        resolved = _resolve(match)
        if match.start() - place > left or (match.start() - place == left and resolved):
            break
        left -= match.start() - place + len(resolved)
        place = match.end()
    return place + left
