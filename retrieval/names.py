"""The names in a question: methods, classes, selectors, variables and packages of the code base, as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checker.reference import NAME, SIDE
from datagen.packages import packages_of
from stparse.index.query import CodeIndex

MOST = 6
"""Of each kind so many names are looked up: a question with more of them is a text that somebody pasted."""
_BINARY = r"[-+*/\\~<>=@%|&?,]{1,3}"
_SELECTOR = rf"(?:[^\W\d]\w*:(?:[^\W\d]\w*:)*|[^\W\d]\w*|{_BINARY})"
_METHOD = re.compile(rf"(?P<name>{NAME})(?P<meta>{SIDE})?\s*>>\s*#?(?P<selector>{_SELECTOR})")
_MARKED = re.compile(rf"#'(?P<quoted>[^'\s]+)'|#(?P<hashed>{_SELECTOR})|`#?(?P<ticked>[^`\n]{{1,200}})`")
_WORD = re.compile(rf"[^\W\d]\w*:(?!=|\s|$)(?:[^\W\d]\w*:)*[^\W\d]\w*:|{NAME}:?(?!\w)")
# A word in small letters is a selector only where the words around it say so.
_SAID = re.compile(
    r"\b(?:implement(?:s|ors? of|ed)?|send(?:s|ers? of)?|call(?:s|ers? of)?|selector|message|method|overrid(?:e|es|ing))\s+"
    r"(?:called\s+|named\s+)?(\w+)\b(?!:)"
)
_INNER = re.compile(r"[a-z]\w*[A-Z]")
_QUOTED = re.compile(r"['\"\u2018\u201c]([^'\"\u2019\u201d\n]{2,80})['\"\u2019\u201d]|\b(\w+(?:-[\w ]*\w)+)\b")


@dataclass(frozen=True, slots=True)
class Names:
    """What a question names, each once, in the order of the question. A method is its class, whether of the class side, its selector."""

    methods: tuple[tuple[str, bool, str], ...] = ()
    classes: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()
    marked: bool = False
    """Whether one of them is written as code, `#at:put:` or `Foo>>bar`, so that it is sure what the question is about."""


def names_in(index: CodeIndex, question: str) -> Names:
    """Answer the names of the code base that stand in a question; what nobody defines, sends or uses is no name."""
    methods = list(dict.fromkeys(_methods(index, question)))[:MOST]
    rest = _METHOD.sub(" ", question)
    classes: dict[str, None] = {}
    selectors: dict[str, None] = {}
    variables: dict[str, None] = {}
    first = next(iter(re.findall(r"\w+", question)), "")
    few = len(question.split()) <= 3
    for word, marked in _words(rest):
        bare = word.removesuffix(":")
        if word[:1].isupper() and index.class_table.named(bare):
            # A sentence begins with a capital, too.
            if marked or few or bare != first or _INNER.search(bare):
                classes[bare] = None
        elif word[:1].isupper() and bare in index.global_names:
            variables[bare] = None
        elif (marked or ":" in word or _INNER.search(word)) and _is_selector(index, word):
            selectors[word] = None
        if marked and word[:1].islower() and ":" not in word:
            variables[word] = None
    for word in _SAID.findall(rest):
        if _is_selector(index, word):
            selectors[word] = None
    known = packages_of(index)
    packages = dict.fromkeys(name for pair in _QUOTED.findall(question) for name in pair if name in known)
    sure = bool(methods) or any(is_marked and (word in selectors or word.removesuffix(":") in classes) for word, is_marked in _words(rest))
    symbols = dict.fromkeys(found["quoted"] or found["hashed"] for found in _MARKED.finditer(rest) if not found["ticked"])
    strings = dict.fromkeys(found[0] for found in _QUOTED.findall(rest) if found[0])
    named, sent, held, filed, hashed, quoted = (tuple(each)[:MOST] for each in (classes, selectors, variables, packages, symbols, strings))
    return Names(tuple(methods), named, sent, held, filed, hashed, quoted, sure)


def _methods(index: CodeIndex, question: str) -> Iterator[tuple[str, bool, str]]:
    for found in _METHOD.finditer(question):
        name, meta, selector = found["name"], found["meta"] is not None, found["selector"]
        if index.class_table.named(name) or name in index.filed_classes:
            yield name, meta, selector


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the words that may be names, and whether they are marked as code; of a marked text that is no name its words."""
    for found in _MARKED.finditer(text):
        said = found["quoted"] or found["hashed"] or found["ticked"].strip()
        if re.fullmatch(rf"{_SELECTOR}|{NAME}", said):
            yield said, True
        else:
            yield from ((word, False) for word in _WORD.findall(said))
    yield from ((word, False) for word in _WORD.findall(_MARKED.sub(" ", text)))


def _is_selector(index: CodeIndex, word: str) -> bool:
    return word in index.implemented_selectors or word in index.sent_selectors
