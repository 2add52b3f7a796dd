"""The words that search looks for: identifiers whole and split at capitals, so that `display string` finds displayString."""

from __future__ import annotations

import re
from functools import lru_cache

_IDENTIFIER = re.compile(r"[^\W\d]\w*(?::(?!=)(?:[^\W\d]\w*:(?!=))*)?")
_PART = re.compile(r"[A-Z]{2,}s(?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
"""Capitals that belong together (`URLs`, the `XML` of `XMLParser`), a word, a number."""


@lru_cache(maxsize=100_000)
def parts_of(identifier: str) -> tuple[str, ...]:
    """Answer the words of `identifier` in lower case, itself (with its colons) first: `at:put:` gives at:put:, at, put."""
    whole = identifier.lower()
    parts = [part.lower() for part in split(identifier)]
    return (whole, *(part for part in dict.fromkeys(parts) if part != whole))


def split(identifier: str) -> list[str]:
    """Answer the words of `identifier` as they are written: `asHTTPUrl2:` gives as, HTTP, Url, 2."""
    # Letters of other alphabets are read as the Latin ones of their case.
    shape = identifier if identifier.isascii() else "".join(map(_shape, identifier))
    return [identifier[found.start() : found.end()] for found in _PART.finditer(shape)]


def _shape(character: str) -> str:
    if character.isascii():
        return character
    if character.isdecimal():
        return "0"
    return "_" if not character.isalnum() else "A" if character.isupper() else "a"


def identifiers(text: str) -> list[str]:
    """Answer the words and names of `text` as they are written, keywords that follow each other without a blank as one: `at:put:`."""
    return _IDENTIFIER.findall(text)


def words_of(text: str) -> str:
    """Answer the different words of `text`, identifiers also split, in the order of their first place."""
    found: dict[str, None] = {}
    for identifier in dict.fromkeys(identifiers(text)):
        for word in parts_of(identifier):
            found[word] = None
    return " ".join(found)


def method_words(selector: str | None, class_name: str, source: str) -> tuple[str, str, str]:
    """Answer the words of a method for the columns selector, class and words of the search table."""
    return words_of(selector or ""), words_of(class_name), words_of(source)


def class_words(name: str, variables: str, category: str | None, comment: str | None) -> tuple[str, str, str]:
    """Answer the words of a class for the columns selector, class and words of the search table."""
    return "", words_of(name), words_of(f"{variables} {category or ''} {comment or ''}")
