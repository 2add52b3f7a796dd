"""What a name looks like, apart from what it says: the words in it, its article, its case."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_ARTICLE = re.compile(r"(a|an|the|my|its|some|new|old|this|other)(?=[A-Z])")
_SIGN = re.compile(r"[A-Z]{1,4}(?=[A-Z][a-z])|[A-Z][a-z]+(?=[A-Z])")
_VOWEL = re.compile(r"[aeiouy]")
# What a Smalltalk since the Blue Book calls the kinds of values by.
TYPES = frozenset(
    (
        "object", "string", "number", "integer", "block", "collection", "symbol", "array", "class", "stream", "boolean", "dictionary",
        "point", "rectangle", "color", "event", "character", "float", "date", "time", "interval", "set", "association", "exception",
        "method", "selector", "view", "window", "model", "morph", "node", "rect", "int", "bool", "char", "dict", "fraction", "error",
    )
)  # fmt: skip


@lru_cache(maxsize=20_000)
def words_of(name: str) -> tuple[str, ...]:
    """Answer the words of a camel-case name."""
    return tuple(_WORD.findall(name)) or (name,)


@lru_cache(maxsize=20_000)
def article_of(name: str) -> str:
    """Answer `a` for `aContract`; empty where there is none."""
    found = _ARTICLE.match(name)
    return found[1] if found else ""


@lru_cache(maxsize=20_000)
def sign_of(name: str) -> str:
    """Answer what a class name begins with before a further word: `Bp` of BpContract, `Zn` of ZnUTF8Encoder, `Shop` of ShopItem."""
    found = _SIGN.match(name)
    return found[0] if found else ""


def is_prefix(sign: str) -> bool:
    """Answer whether a sign is read as a prefix and not as a word: two letters, or capitals."""
    return len(sign) == 2 or (len(sign) > 2 and sign.isupper())


FORMS = {
    "aXxx": "with an article (aContract, someContracts)",
    "theXxx": "with the (theContract)",
    "myXxx": "with my (myContract)",
    "newXxx": "with new (newContract)",
    "oldXxx": "with old (oldContract)",
    "otherXxx": "with other (otherContract)",
    "itsXxx": "with its (itsContract)",
    "with_underscore": "with an underscore",
    "x1": "with a number at the end",
    "x": "a single letter",
    "Capital": "with a capital",
    "abc": "an abbreviation (ctr)",
    "word": "one word without an article (contract)",
    "twoWords": "several words without an article (filmContract)",
}


@lru_cache(maxsize=20_000)
def form_of(name: str) -> str:
    """Answer what a variable's name looks like: `aXxx`, `x`, `abc`, `word`, `twoWords`, `x1`, `with_underscore`, `Capital`."""
    article = article_of(name)
    if article:
        # `some` is the plural of `a`.
        return "aXxx" if article in ("a", "an", "some") else f"{article}Xxx"
    if "_" in name:
        return "with_underscore"
    if name[-1:].isdigit():
        return "x1"
    if len(name) == 1:
        return "x"
    if name[:1].isupper():
        return "Capital"
    if len(name) <= 3 or not _VOWEL.search(name):
        return "abc"
    return "twoWords" if len(words_of(name)) > 1 else "word"


def capitalised(name: str) -> str:
    return name[:1].upper() + name[1:]


def stem_of(selector: str) -> str:
    """Answer the kind of a selector that its looks tell: `is`, `as`, `print`, `binary`, ...; else `unary` or `keyword`."""
    if not selector[:1].isalpha():
        return "binary"
    first = words_of(selector.partition(":")[0])[0]
    if first in _STEMS and (first != selector or first in _WHOLE):
        return first
    return "keyword" if ":" in selector else "unary"


_STEMS = frozenset(
    (
        "is", "has", "can", "as", "print", "initialize", "add", "remove", "on", "with", "new", "set", "get", "default", "update",
        "basic", "private", "do", "visit", "accept", "draw", "handle", "read", "write", "create", "build", "open", "close", "from", "to",
        "for", "at", "in", "select", "collect", "detect", "release", "copy", "post", "hash", "example", "should", "assert", "display",
        "store", "event", "mouse", "key", "menu", "window", "step", "changed", "compute", "ensure", "find", "make", "show", "render",
    )
)  # fmt: skip
_WHOLE = frozenset(("initialize", "hash", "new", "release", "copy", "open", "close", "step", "changed"))
