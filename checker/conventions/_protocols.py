"""What spellings of a protocol have in common."""

from __future__ import annotations

import re

_LETTERS = re.compile(r"[^a-z]+")
_ENDINGS = re.compile(r"(ing|ion|ed|es|s|e|or|ors)$")


def stem(name: str) -> str:
    """Answer small letters without the endings, s for z, and no letter twice: equal for spellings of one protocol."""
    words = [_ENDINGS.sub("", word) or word for word in _LETTERS.split(name.lower().replace("z", "s")) if word]
    return "-".join(re.sub(r"(.)\1", r"\1", word) for word in words) or "none"
