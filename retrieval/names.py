"""The names in a question: methods, classes, selectors, variables and packages of the code base, as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checker.reference import NAME, SIDE
from datagen.packages import packages_of
from retrieval.spelling import nearest_class, nearest_selector, spelled_selector
from stparse.index.query import CodeIndex

MOST, LONGEST_GUESSED = 6, 15
"""Of each kind so many names are looked up: a question with more of them is a text that somebody pasted. In a question of more words
no name is guessed."""
_BINARY = r"[-+*/\\~<>=@%|&?,]{1,3}"
_SELECTOR = rf"(?:[^\W\d]\w*:(?:[^\W\d]\w*:)*|[^\W\d]\w*|{_BINARY})"
_METHOD = re.compile(rf"(?P<name>{NAME})(?P<meta>{SIDE})?\s*>>\s*#?(?P<selector>{_SELECTOR})")
_MARKED = re.compile(rf"#'(?P<quoted>[^'\s]+)'|#(?P<hashed>{_SELECTOR})|`#?(?P<ticked>[^`\n]{{1,200}})`")
_WORD = re.compile(rf"[^\W\d]\w*:(?!=|\s|$)(?:[^\W\d]\w*:)*[^\W\d]\w*:?|{NAME}:?(?!\w)")
# A word in small letters is a selector only where the words around it say so.
_SAID = re.compile(
    r"\b(?:implement(?:s|ors? of|ed)?|send(?:s|ers? of)?|call(?:s|ers? of)?|selector|message|method|overrid(?:e|es|ing))\s+"
    r"(?:called\s+|named\s+)?(\w+)\b(?!:)"
)
# `Dictionary class newFrom:`, as people say it.
_SPOKEN = re.compile(rf"(?P<name>{NAME})\s+class\s+#?(?P<selector>[^\W\d]\w*:(?:[^\W\d]\w*:)*)")
_VARIABLE = re.compile(r"\b(?:variable|slot|Variable|Instanzvariable)\s+(?:called\s+|named\s+)?`?([^\W\d]\w*)\b(?!:)")
# A comment has names of variables that are near to selectors; who asks means what there is.
_ASKS = re.compile(r"\s*(?:who|where|what|which|how|does|is|are|can|senders|implementors|callers|wer|wo|was|wie|welche)\b", re.IGNORECASE)
_ARGUMENT = re.compile(r"an?[A-Z]")
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
    read_as: tuple[tuple[str, str], ...] = ()
    """What is written otherwise in the code: as the question has it, and as it was read."""
    marked: bool = False
    """Whether one of them is written as code, `#at:put:` or `Foo>>bar`, so that it is sure what the question is about."""


def names_in(index: CodeIndex, question: str) -> Names:
    """Answer the names of the code base that stand in a question; what nobody defines, sends or uses is no name."""
    read_as: dict[str, str] = {}
    methods = list(dict.fromkeys(_methods(index, question, read_as)))[:MOST]
    rest = _SPOKEN.sub(lambda found: " " if index.class_table.named(found["name"]) else found[0], _METHOD.sub(" ", question))
    classes: dict[str, None] = {}
    selectors: dict[str, None] = {}
    variables: dict[str, None] = {}
    first = next(iter(re.findall(r"\w+", question)), "")
    words = question.split()
    few = len(words) <= 3
    guessed = few or (len(words) <= LONGEST_GUESSED and ("?" in question or _ASKS.match(question) is not None))
    for word, marked in _words(rest):
        bare = word.removesuffix(":")
        if word[:1].isupper() and index.class_table.named(bare):
            # A sentence begins with a capital, too.
            if marked or few or bare != first or _INNER.search(bare):
                classes[bare] = None
        elif word[:1].isupper() and bare in index.global_names:
            variables[bare] = None
        elif _is_selector(index, word):
            if marked or ":" in word or _INNER.search(word):
                selectors[word] = None
        elif guessed and (marked or ":" in word[:-1] or _INNER.search(word) or (few and word[:1].isupper())):
            _guess(index, word, read_as, classes, selectors)
        if marked and word[:1].islower() and ":" not in word:
            variables[word] = None
    for word in _SAID.findall(rest):
        if _is_selector(index, word):
            selectors[word] = None
    for word in _VARIABLE.findall(rest):
        variables[word] = None
        selectors.pop(word, None)
    # `inject into`, and nothing else.
    if 1 < len(words) <= 4 and not (methods or classes or selectors or variables):
        whole = spelled_selector(index, "".join(words)) if all(word.isalpha() and word.islower() for word in words) else None
        if whole is not None and whole.count(":") == len(words):
            selectors[whole] = None
            read_as[question.strip()] = whole
    known = packages_of(index)
    packages = dict.fromkeys(name for pair in _QUOTED.findall(question) for name in pair if name in known)
    sure = bool(methods) or any(is_marked and (word in selectors or word.removesuffix(":") in classes) for word, is_marked in _words(rest))
    symbols = dict.fromkeys(found["quoted"] or found["hashed"] for found in _MARKED.finditer(rest) if not found["ticked"])
    strings = dict.fromkeys(found[0] for found in _QUOTED.findall(rest) if found[0])
    named, sent, held, filed, hashed, quoted = (tuple(each)[:MOST] for each in (classes, selectors, variables, packages, symbols, strings))
    return Names(tuple(methods), named, sent, held, filed, hashed, quoted, tuple(read_as.items()), sure)


def _methods(index: CodeIndex, question: str, read_as: dict[str, str]) -> Iterator[tuple[str, bool, str]]:
    for found in _METHOD.finditer(question):
        name, meta, selector = found["name"], found["meta"] is not None, found["selector"]
        if index.class_table.named(name) or name in index.filed_classes:
            yield name, meta, _spelled(index, selector, read_as)
        elif (near := nearest_class(index, name)) is not None:
            read_as[name] = near
            yield near, meta, _spelled(index, selector, read_as)
    for found in _SPOKEN.finditer(_METHOD.sub(" ", question)):
        if index.class_table.named(found["name"]):
            yield found["name"], True, found["selector"]


def _spelled(index: CodeIndex, selector: str, read_as: dict[str, str]) -> str:
    """Answer a selector of the code, where one is near; what nobody defines or sends is told to be so under the name that was asked."""
    near = None if _is_selector(index, selector) else nearest_selector(index, selector)
    if near is None:
        return selector
    read_as[selector] = near
    return near


def _guess(index: CodeIndex, word: str, read_as: dict[str, str], classes: dict[str, None], selectors: dict[str, None]) -> None:
    """Note what is meant by a word that looks like a name and is none."""
    if _ARGUMENT.match(word):
        return
    if word[:1].isupper() and (near := nearest_class(index, word)) is not None:
        classes[near] = None
    elif word[:1].islower() and (near := nearest_selector(index, word)) is not None:
        selectors[near] = None
    else:
        return
    read_as[word] = near


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
