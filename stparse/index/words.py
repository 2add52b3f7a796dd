"""The words that search looks for: identifiers whole and split at capitals, so that `display string` finds displayString."""

from __future__ import annotations

import re
from functools import lru_cache

_IDENTIFIER = re.compile(r"[^\W\d]\w*(?::(?!=)(?:[^\W\d]\w*:(?!=))*)?")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_a-zA-Z]+|\d+")


@lru_cache(maxsize=100_000)
def parts_of(identifier: str) -> tuple[str, ...]:
    """Answer the words of `identifier` in lower case, itself (with its colons) first: `at:put:` gives at:put:, at, put."""
    whole = identifier.lower()
    parts = [part.lower() for part in _PART.findall(identifier)]
    return (whole, *(part for part in dict.fromkeys(parts) if part != whole))


def words_of(text: str) -> str:
    """Answer the different words of `text`, identifiers also split, in the order of their first place."""
    found: dict[str, None] = {}
    for identifier in dict.fromkeys(_IDENTIFIER.findall(text)):
        for word in parts_of(identifier):
            found[word] = None
    return " ".join(found)


def method_words(selector: str | None, class_name: str, source: str) -> tuple[str, str, str]:
    """Answer the words of a method for the columns selector, class and words of the search table."""
    return words_of(selector or ""), words_of(class_name), words_of(source)


def class_words(name: str, variables: str, category: str | None, comment: str | None) -> tuple[str, str, str]:
    """Answer the words of a class for the columns selector, class and words of the search table."""
    return "", words_of(name), words_of(f"{variables} {category or ''} {comment or ''}")
